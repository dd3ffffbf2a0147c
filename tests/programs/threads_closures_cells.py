# Closures shared by threads: cells written under a lock, counters, callbacks, partials, decorated functions, recursion.
import threading
from functools import lru_cache, partial, reduce


def run(*targets):
    threads = [threading.Thread(target=t) for t in targets]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def counter():
    n, lock = 0, threading.Lock()

    def add(k=1):
        nonlocal n
        with lock:
            n += k

    return add, lambda: n


add, read = counter()
run(*[lambda i=i: [add(i) for _ in range(500)] for i in range(5)])
print(read())


def sequence():
    last = ("", 0)

    def put(name):
        nonlocal last
        for i in range(2000):
            last = (name, i)
            a, b = last
            if (a, b) != (a, int(b)) or a not in "xyz":
                wrong.append(last)

    return put


wrong = []
put = sequence()
run(lambda: put("x"), lambda: put("y"), lambda: put("z"))
print(wrong)
calls = []


@lru_cache(maxsize=None)
def fib(n):
    calls.append(n)
    return n if n < 2 else fib(n - 1) + fib(n - 2)


values = [None] * 6
run(*[lambda i=i: values.__setitem__(i, fib(80)) for i in range(6)])
print(set(values), fib.cache_info().currsize, set(calls) == set(range(81)))
p = partial(lambda a, b, c=0: a * 100 + b * 10 + c, 1, c=3)
out = [[] for _ in range(4)]
run(*[lambda o=o: o.extend(p(n) for n in range(200)) for o in out])
print(out[0][:3], all(o == out[0] for o in out))


def hanoi(n, a, b, c):
    return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)


moves = [None] * 4
run(*[lambda i=i: moves.__setitem__(i, hanoi(8 + i, "a", "b", "c")) for i in range(4)])
print(moves)
depths = [None] * 4


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def overflow():
    try:
        deep(10 ** 6)
    except RecursionError:
        return "caught", deep(300)


run(*[lambda i=i: depths.__setitem__(i, overflow()) for i in range(4)])
print(depths)
callbacks, fired = [], []
for i in range(20):
    callbacks.append(lambda i=i, box=[i]: fired.append((i, box)))
run(*[lambda k=k: [c() for c in callbacks[k::4]] for k in range(4)])
print(sorted(i for i, _ in fired), all(b == [i] for i, b in fired))
table = {"add": lambda a, b: a + b, "mul": lambda a, b: a * b}
res = [[] for _ in range(3)]
run(*[lambda r=r: r.append(reduce(table["add"], map(lambda v: table["mul"](v, v), range(100)))) for r in res])
print(res)


def make(n):
    fs = []
    for i in range(n):
        def f(x):
            nonlocal total
            total = total + 0
            return x + i
        fs.append(f)
    total = 0
    return fs


fs = make(5)
res = [None] * 4
run(*[lambda k=k: res.__setitem__(k, [f(k) for f in fs for _ in range(100)][-1]) for k in range(4)])
print(res)
