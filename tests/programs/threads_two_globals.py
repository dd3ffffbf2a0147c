# One code object under two globals, called by several threads; a global deleted and made again, shadowing a built-in.
import threading
import types


def template(n):
    return helper(n) + scale + len("abc")


worlds = [{"helper": lambda n: n * 2, "scale": 100, "__builtins__": __builtins__},
          {"helper": lambda n: -n, "scale": 5, "len": lambda s: 1000, "__builtins__": __builtins__}]
functions = [types.FunctionType(template.__code__, world) for world in worlds]
print(functions[0](7), functions[1](7), functions[0].__code__ is functions[1].__code__)
wrong = []


def call(which, expected):
    for n in range(2000):
        if functions[which](n) != expected(n):
            wrong.append((which, n))


threads = [threading.Thread(target=call, args=(i % 2, (lambda n: n * 2 + 103, lambda n: -n + 1005)[i % 2])) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(wrong)


def reader(results):
    for _ in range(4000):
        results.add(abs(-5))


def flip():
    for _ in range(1000):
        globals()["abs"] = lambda v: "shadow"
        del globals()["abs"]


sets = [set() for _ in range(3)]
threads = [threading.Thread(target=reader, args=(s,)) for s in sets] + [threading.Thread(target=flip)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(all(s <= {5, "shadow"} for s in sets), abs(-5))
abs = lambda v: "kept"
print(abs(-5), [s for s in [set()] if reader(s) is None])
del abs
print(abs(-5))
value = 0


def read_global(results):
    last = -1
    for _ in range(5000):
        try:
            now = value
        except NameError:
            continue
        if now < last:
            results.append((last, now))
        last = now


def write_global():
    global value
    for n in range(1, 1500):
        value = n
        if n % 50 == 0:
            del value
            value = n


results = []
threads = [threading.Thread(target=read_global, args=(results,)) for _ in range(3)] + [threading.Thread(target=write_global)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(results, value)
exec("def made(): return name * 2", worlds[0]); worlds[0]["name"] = "x"
copies = [types.FunctionType(worlds[0]["made"].__code__, {"name": i}) for i in range(6)]
out = [None] * 6
threads = [threading.Thread(target=lambda i=i: out.__setitem__(i, [copies[i]() for _ in range(200)][-1])) for i in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(out, worlds[0]["made"]())
