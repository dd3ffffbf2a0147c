"""f_locals that writes through; frames of generators: who is on the stack, and what outlives whom."""
# not under: publish
import gc
import sys
import warnings


def show(label, code, *args):
    try:
        print(label, "->", code(*args))
    except Exception as e:
        print(label, "!!", type(e).__name__, e)


# --- f_locals ------------------------------------------------------------------------------------------------
def proxies(a):
    b = 2

    def inner():
        return b

    view = sys._getframe().f_locals
    view["a"] = "new a"
    view["b"] = "new b"
    view["extra"] = 3
    view[1] = "no name"
    print(a, b, inner(), view["extra"], view[1])
    print(sorted(map(str, view)), len(view), "extra" in view, "nothing" in view)
    show("del a", view.__delitem__, "a")
    show("pop b", view.pop, "b")
    show("pop extra", view.pop, "extra")
    show("pop again", view.pop, "extra")
    show("missing", view.__getitem__, "missing")
    show("default", view.get, "missing", "default")
    show("hash", hash, view)
    show("update", view.update, 5)
    show("update", view.update, {"a": "updated"})
    print(a, view | {"z": 1} == {**view, "z": 1}, view == sys._getframe().f_locals, view == dict(view))
    print(type(view).__name__, isinstance(view.copy(), dict), repr(view)[0], "{...}" in repr(view))
    print(type(view.keys()), type(reversed(view)))


proxies(1)


def shadowed():
    lambda: k
    k = 1
    return [locals() for k in [0]][0]["k"], k


print(shadowed())


# A local that is replaced while a native works with it.
class Index:
    def __index__(self):
        sys._getframe(1).f_locals["items"] = None
        return 1


def replaced(items):
    got = items[Index()]
    return got, items


print(replaced([1, "kept", 3]))


def finished():
    x = [1]

    def inner():
        y = x + [2]
        1 / 0

    inner()


try:
    finished()
except ZeroDivisionError as e:
    frames = [e.__traceback__.tb_next.tb_frame, e.__traceback__.tb_next.tb_next.tb_frame]
print(frames[1].f_locals, frames[1].f_lineno - frames[0].f_lineno)
frames[1].f_locals["y"] = "set later"
print(frames[1].f_locals)
for frame in frames:
    frame.clear()
print([frame.f_locals for frame in frames])


# --- generators and their frames ---------------------------------------------------------------------------------
def suspended(n):
    while n:
        got = yield n
        n -= 1


g = suspended(3)
g.gi_frame.f_locals["n"] = 2
print(next(g))
g.gi_frame.f_locals["n"] = 10
print(next(g))
frame = g.gi_frame
del g
print(frame.f_locals, frame.f_back)

# The collector empties a generator in a cycle; whoever holds its frame sees what it had.
held = []
g = suspended(held)
held.append(g)
frame = g.gi_frame
del g, held
gc.collect()
print(list(frame.f_locals))


def stack():
    names = []
    f = sys._getframe(1)
    while f is not None and not f.f_code.co_name.startswith("<module"):
        names.append(f.f_code.co_name)
        f = f.f_back
    return names


def inner():
    try:
        yield 1
    except ValueError as e:
        print("inner", stack(), repr(e.__context__))
        yield 2
    finally:
        print("closing", stack())


def outer():
    try:
        raise KeyError("outer")
    except KeyError:
        yield from inner()


g = outer()
next(g)
print(g.throw(ValueError("thrown")))
g.close()


class Delegate:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def throw(self, e):
        print("throw", stack())
        raise e

    def close(self):
        print("close", stack())


def delegating():
    yield from Delegate()


for act in lambda g: g.throw(ValueError("x")), lambda g: g.close():
    g = delegating()
    next(g)
    show("delegate", act, g)


def handling():
    try:
        raise KeyError("handled")
    except KeyError:
        yield


g = handling()
next(g)
try:
    g.throw(ValueError("v"))
except ValueError as e:
    print(repr(e), repr(e.__context__))


class NoException(Exception):
    def __new__(cls):
        return 5


def catching():
    try:
        yield
    except TypeError as e:
        print("inside:", str(e)[-60:])


g = catching()
next(g)
show("throw", g.throw, NoException)


# --- what goes wrong in finalisers --------------------------------------------------------------------------------
def hook(args):
    text = args.err_msg.split(" at 0x")[0]
    print(text, args.object, type(args.exc_value).__name__, args.exc_value)


sys.unraisablehook = hook


class Bad:
    def __del__(self):
        raise ValueError("in del")


def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            pass


Bad()
g = stubborn()
next(g)
del g


async def never():
    pass


with warnings.catch_warnings():
    warnings.simplefilter("error")
    never()
gc.collect()
sys.unraisablehook = sys.__unraisablehook__

# --- `global` in an inner function speaks of the module's name -----------------------------------------------------
g_names, l_names = {}, {}
exec("def f():\n  def g():\n    global y\n    return y\n  return g()\ny = 9\nresult = f()\n", g_names, l_names)
print("y" in g_names, l_names["result"])

for text in (
    "def f(): (yield x) += 1",
    "type T = [await x for x in y]",
    "async def f[T=[await x for x in y]](): pass",
    "async def f(x: [await y for y in z]): pass",
):
    try:
        compile(text, "text", "exec")
    except SyntaxError as e:
        print(e.msg)
