# Generators: laziness, send, throw, close, yield from, delegation results, expressions, finalisation.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return "done"


print(list(count(4)), sum(count(10)), [*count(3)], max(count(5)), tuple(count(2)), dict(zip(count(3), "abc")), set(count(2)) == {0, 1})
g = count(2)
print(next(g), next(g))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)
print(next(g, "default"), list(g), iter(g) is g)


def echo():
    got = []
    while True:
        received = yield got
        if received is None: break
        got.append(received)
    return got


e = echo(); next(e); e.send(1); print(e.send(2))
try:
    e.send(None)
except StopIteration as s:
    print("result", s.value)


def delegate():
    result = yield from count(2)
    print("inner returned", result)
    result = yield from echo2()
    yield ("outer got", result)
    yield from "xy"
    yield from [1, 2]


def echo2():
    x = yield "ready"
    y = yield x
    return (x, y)


d = delegate(); print(next(d), next(d), next(d), d.send("s1"), d.send("s2"), list(d))


def careful():
    try:
        yield 1
        yield 2
    except ValueError as error:
        yield f"caught {error}"
    except GeneratorExit:
        print("closing")
        raise
    finally:
        print("cleanup")


c = careful(); print(next(c), c.throw(ValueError("boom"))); print(next(c, "end"))
c = careful(); next(c); c.close(); c.close(); print(next(c, "closed"))
c = careful(); next(c); del c
c = careful(); c.close()
c = careful()
try:
    c.throw(KeyError("before start"))
except KeyError as error:
    print("thrown", error)
print(next(c, "finished"))


def stubborn():
    while True:
        try:
            yield 1
        except GeneratorExit:
            pass


s = stubborn(); next(s)
try:
    s.close()
except RuntimeError as error:
    print(error)
for bad in ["count(1).send(5)", "list(leak())", "next(recursive())", "next(5)", "next(iter([]))", "list(raises())"]:
    def leak():
        yield 1
        raise StopIteration("inside")
    def recursive():
        global r
        yield next(r)
    def raises():
        yield 1
        raise ValueError("later")
    r = recursive()
    try:
        print(eval(bad) if "recursive" not in bad else next(r))
    except Exception as error:
        print(bad, "->", type(error).__name__, error, type(error.__cause__).__name__)
squares = (x * x for x in range(10) if x % 2)
print(next(squares), list(squares), list(squares), type(squares).__name__, sum(x for x in (y * 2 for y in range(4))))
def outer_first():
    print("evaluated"); return [1, 2]
lazy = (print("item", v) or v for v in outer_first()); print("made"); print(list(lazy))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
def take(n, it):
    for _, v in zip(range(n), it): yield v
def evens(it): return (v for v in it if v % 2 == 0)
print(list(take(10, evens(fib()))))
def tree(n): 
    if n: yield from tree(n - 1); yield n; yield from tree(n - 1)
print(list(tree(4)), sum(1 for _ in tree(10)))
def deep(n):
    if n: yield from deep(n - 1)
    yield n
print(sum(deep(200)))
def permutations(items):
    if len(items) <= 1: yield items
    else:
        for i in range(len(items)):
            for p in permutations(items[:i] + items[i + 1:]): yield items[i:i + 1] + p
print(list(permutations("abc")), sum(1 for _ in permutations([1, 2, 3, 4, 5])))
g = count(5); print(next(g), g.gi_running, g.gi_frame is not None, g.gi_code.co_name, g.__name__, g.gi_yieldfrom); list(g); print(g.gi_frame)
def state(): 
    x = yield
    while True: x = yield x * 2
s = state(); next(s); print([s.send(i) for i in range(4)])
def both():
    with Ctx() as c:
        yield c
        yield "second"
class Ctx:
    def __enter__(self): print("enter"); return "ctx"
    def __exit__(self, *a): print("exit", a[0] and a[0].__name__)
for v in both(): print(v)
b = both(); next(b); b.close()
many = [count(3) for _ in range(5)]
print([next(m) for m in many for _ in range(2)], [list(m) for m in many], all(x < 3 for x in count(3)), any(x == 2 for x in count(100)))
def chain(*its):
    for it in its: yield from it
print(list(chain("ab", [1], (2, 3), {4: 5}, count(1))), dict((k, v) for k, v in zip("ab", count(2))), "-".join(str(v) for v in count(3)), sorted((-v for v in count(3))))
x = [lambda: i for i in count(3)]; y = list(lambda: i for i in count(3)); print([f() for f in x], [f() for f in y])
