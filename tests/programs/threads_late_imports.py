# Native modules that a second thread imports first: what they keep for the whole process (the singletons of ast, lists
# of functions to call) belongs to all threads from the start.
import threading


def in_threads(n, function):
    threads = [threading.Thread(target=function, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def first_import(_):
    global ast, atexit, gc, os, sys, signal, struct, warnings
    import ast
    import atexit
    import gc
    import os
    import signal
    import struct
    import sys
    import warnings
    ast.parse("a + b")


in_threads(1, first_import)
wrong = []


def trees(i):
    for n in range(150):
        tree = ast.parse(f"x{n} = f(a + {n}) if b < c else -d and e[{n}:2]")
        names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
        if names.count("a") != 1 or not isinstance(tree.body[0].targets[0].ctx, ast.Store):
            wrong.append(names)
        if ast.dump(ast.parse("-d").body[0].value, show_empty=True) != "UnaryOp(op=USub(), operand=Name(id='d', ctx=Load()))":
            wrong.append(n)


in_threads(4, trees)


def lists(i):
    def function(*args):
        pass
    for n in range(100):
        atexit.register(function, n)
        gc.callbacks.append(function)
        gc.callbacks.remove(function)
        os.register_at_fork(before=function)
        struct.pack(f"<{n + 1}b", *range(n + 1))
        warnings.filterwarnings("ignore", message=f"text {n}")
        warnings.warn(f"text {n}")
        atexit.unregister(function)
    if callable(signal.getsignal(signal.SIGINT)) is not True:
        wrong.append("signal")


in_threads(4, lists)
print(wrong, atexit._ncallbacks(), len(gc.callbacks))
