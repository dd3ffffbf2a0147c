# Attributes, iterators, generators, text and numbers between threads: each line printed here is a line of runtime/ATOMIC.md.
import functools
import itertools
import threading

from harness.atomic import ROUNDS, THREADS, line, race, repeat


class Plain:
    pass


class Number(int):
    """Adding waits until two threads have read the old value."""
    both_read = threading.Barrier(2)

    def __add__(self, other):
        self.both_read.wait()
        return int(self) + other


@line("object.x = v, object.x")
def _():
    shared, wrong = Plain(), []
    shared.pair = (0, 0)

    def change(number, n):
        shared.pair = (n, n)
        a, b = shared.pair
        if a != b:
            wrong.append((a, b))
    race(*[repeat(change)] * THREADS)
    return wrong == []


@line("new attributes from several threads")
def _():
    shared = Plain()
    race(*[lambda i: [setattr(shared, f"a{i}_{n}", n) for n in range(50)]] * THREADS)
    return len(vars(shared)) == THREADS * 50 and all(getattr(shared, f"a{i}_{n}") == n for i in range(THREADS) for n in range(50))


@line("del object.x: one thread succeeds")
def _():
    deleted = []
    for _ in range(50):
        shared = Plain()
        shared.x = 1

        def delete(number):
            del shared.x
            deleted.append(number)
        race(delete, delete)
    return len(deleted) == 50


@line("object.__dict__ is the same dict for all")
def _():
    shared, dicts = Plain(), []
    race(*[lambda i: dicts.append(shared.__dict__)] * THREADS)
    shared.x = 1
    return all(d is dicts[0] for d in dicts) and dicts[0] == {"x": 1}


@line("slots")
def _():
    class Slotted:
        __slots__ = ("a", "b")

    shared, wrong = Slotted(), []
    shared.a = shared.b = "0"

    def change(number, n):
        shared.a = str(number)
        if shared.a not in "0123" or shared.b != "0":
            wrong.append(shared.a)
    race(*[repeat(change)] * THREADS)
    return wrong == []


@line("class attributes and methods replaced while others call")
def _():
    class Shared:
        def method(self):
            return 0

    instance, results = Shared(), []

    def replace(number):
        for n in range(100):
            Shared.method = lambda self, n=n: n

    def call(number):
        results.append(max(instance.method() for _ in range(ROUNDS)))
    errors = race(replace, call, call)
    return not errors and instance.method() == 99 and max(results) < 100


counter = Number(0)


@line("global += 1 is not atomic")
def _():
    def add(number):
        global counter
        counter += 1
    race(add, add)
    return counter == 1


@line("nonlocal += 1 is not atomic")
def _():
    total = Number(0)

    def add(number):
        nonlocal total
        total += 1
    race(add, add)
    return total == 1


@line("object.x += 1 is not atomic")
def _():
    shared = Plain()
    shared.n = Number(0)

    def add(number):
        shared.n += 1
    race(add, add)
    return shared.n == 1


@line("object.x += 1 under a lock")
def _():
    shared, lock = Plain(), threading.Lock()
    shared.n = 0

    def add(number, n):
        with lock:
            shared.n += 1
    race(*[repeat(add)] * THREADS)
    return shared.n == THREADS * ROUNDS


@line("next(itertools.count())")
def _():
    shared, got = itertools.count(), [[] for _ in range(THREADS)]
    race(*[repeat(lambda i, n: got[i].append(next(shared)))] * THREADS)
    return sorted(sum(got, [])) == list(range(THREADS * ROUNDS)) and all(mine == sorted(mine) for mine in got)


@line("an iterator of a list or range gives each item once")
def _():
    result = []
    for shared in (iter(list(range(1000))), iter(range(1000)), iter(tuple(range(1000)))):
        got = [[] for _ in range(THREADS)]
        race(*[lambda i: got[i].extend(iter(functools.partial(next, shared, None), None))] * THREADS)
        result.append(sorted(sum(got, [])) == list(range(1000)))
    return all(result)


@line("a generator that is running: ValueError for others")
def _():
    inside, leave = threading.Event(), threading.Event()

    def generate():
        inside.set()
        leave.wait()
        yield 1

    shared = generate()
    messages = []

    def advance(number):
        next(shared)

    def intrude(number):
        inside.wait()
        for action in (lambda: next(shared), lambda: shared.send(None), lambda: shared.throw(KeyError), shared.close):
            try:
                action()
            except ValueError as error:
                messages.append(str(error))
        leave.set()
    race(advance, intrude)
    return messages == ["generator already executing"] * 4


@line("a generator under a lock gives each item once")
def _():
    lock, got = threading.Lock(), [[] for _ in range(THREADS)]
    shared = (n * n for n in range(1000))

    def take(number):
        while True:
            with lock:
                value = next(shared, None)
            if value is None:
                return
            got[number].append(value)
    race(*[take] * THREADS)
    return sorted(sum(got, [])) == [n * n for n in range(1000)]


@line("str, bytes, int, tuple, frozenset: immutable, shared freely")
def _():
    text, number, items = "text" * 20, 10**40, (1, "two", (3.0,))
    results = [[] for _ in range(THREADS)]
    race(*[repeat(lambda i, n: results[i].append((text.upper(), number + n, items[1], hash(items), text.encode())))] * THREADS)
    return all(mine == results[0] for mine in results)


@line("text += x on a shared name keeps whole texts")
def _():
    shared = Plain()
    shared.text = ""

    def add(number, n):
        shared.text += "ab"
    race(*[repeat(add)] * THREADS)
    return shared.text.replace("ab", "") == "" and len(shared.text) <= 2 * THREADS * ROUNDS


@line("bytearray.append, bytearray[i] = x")
def _():
    shared = bytearray(8)
    race(*[repeat(lambda i, n: (shared.append(i), shared.__setitem__(n % 8, i)))] * THREADS)
    return len(shared) == 8 + THREADS * ROUNDS and all(bytes(shared[8:]).count(i) == ROUNDS for i in range(THREADS))


@line("functools.cache computes at least once, answers the same")
def _():
    calls = []

    @functools.cache
    def square(n):
        calls.append(n)
        return [n * n]

    results = [[] for _ in range(THREADS)]
    race(*[repeat(lambda i, n: results[i].append(square(n % 50)[0]))] * THREADS)
    return set(calls) == set(range(50)) and all(mine == results[0] for mine in results) and square.cache_info().currsize == 50


@line("functools.lru_cache counts every call")
def _():
    @functools.lru_cache(maxsize=16)
    def double(n):
        return n + n

    race(*[repeat(lambda i, n: double(n % 40))] * THREADS)
    info = double.cache_info()
    return info.hits + info.misses == THREADS * ROUNDS and info.currsize == 16


@line("an import runs a module once")
def _():
    import sys
    modules = []
    sys.modules.pop("colorsys", None)

    def load(number):
        import colorsys
        modules.append(colorsys)
    race(*[load] * THREADS)
    return len(modules) == THREADS and all(m is modules[0] for m in modules)


@line("threading.local values are each thread's own")
def _():
    shared, seen = threading.local(), []

    def use(number):
        shared.x = number
        for _ in range(100):
            if shared.x != number:
                seen.append(number)
    race(*[use] * THREADS)
    return seen == [] and not hasattr(shared, "x")


@line("a weak reference dies once; callbacks run once")
def _():
    import gc
    import weakref
    calls = []
    for _ in range(20):
        target = Plain()
        holders = [[target] for _ in range(THREADS)]
        reference = weakref.ref(target, calls.append)
        del target
        race(*[lambda i: holders[i].clear()] * THREADS)
        gc.collect()
        if reference() is not None:
            return False
    return len(calls) == 20
