# Which operations on a shared dict, set or deque are atomic: each line printed here is a line of runtime/ATOMIC.md.
import collections
import threading

from harness.atomic import ROUNDS, THREADS, line, race, repeat


@line("dict[k] = v")
def _():
    shared = {}
    errors = race(*[repeat(lambda i, n: shared.__setitem__((i, n), n))] * THREADS)
    return not errors and len(shared) == THREADS * ROUNDS and all(shared[i, n] == n for i in range(THREADS) for n in range(ROUNDS))


@line("dict[k], dict.get, k in dict")
def _():
    shared, wrong = {"stays": 1}, []

    def change(number, n):
        shared[n] = n
        shared.pop(n - 20, None)

    def ask(number, n):
        if not (shared["stays"] == 1 and shared.get("stays") == 1 and "stays" in shared and shared.get(n, n) == n and "no" not in shared):
            wrong.append(n)
    race(repeat(change), repeat(change), repeat(ask), repeat(ask))
    return wrong == []


@line("dict.setdefault")
def _():
    shared, winners = {}, [[] for _ in range(THREADS)]
    race(*[repeat(lambda i, n: winners[i].append(n) if shared.setdefault(n, i) == i else None)] * THREADS)
    return sorted(sum(winners, [])) == list(range(ROUNDS))


@line("dict.pop")
def _():
    shared, taken = dict.fromkeys(range(ROUNDS), "v"), [[] for _ in range(THREADS)]
    race(*[repeat(lambda i, n: taken[i].append(n) if shared.pop(n, None) else None)] * THREADS)
    return shared == {} and sorted(sum(taken, [])) == list(range(ROUNDS))


@line("dict.popitem")
def _():
    shared, taken = dict.fromkeys(range(THREADS * ROUNDS)), [[] for _ in range(THREADS)]
    errors = race(*[repeat(lambda i, n: taken[i].append(shared.popitem()[0]))] * THREADS)
    return not errors and shared == {} and sorted(sum(taken, [])) == list(range(THREADS * ROUNDS))


@line("del dict[k]")
def _():
    shared, missed = dict.fromkeys(range(ROUNDS)), []

    def delete(number, n):
        try:
            del shared[n]
        except KeyError:
            missed.append(n)
    race(*[repeat(delete)] * THREADS)
    return shared == {} and len(missed) == (THREADS - 1) * ROUNDS


@line("dict.update, dict |= dict: each key, not all at once")
def _():
    shared = {}
    race(*[repeat(lambda i, n: shared.update({"a": i, "b": i, n: i}))] * THREADS)
    return len(shared) == ROUNDS + 2 and all(v in range(THREADS) for v in shared.values())


@line("dict(d), d.copy(), list(d), list(d.items()), d | d")
def _():
    shared, wrong = {"a": 0}, []

    def change(number, n):
        shared[n % 30] = n % 30
        shared.pop((n + 7) % 30, None)

    def copy(number, n):
        pairs = (list(shared.items()), list(dict(shared).items()), list(shared.copy().items()), list((shared | {}).items()))
        keys = list(shared)
        if len(set(keys)) != len(keys) or keys[0] != "a" or any(k != v and k != "a" for made in pairs for k, v in made):
            wrong.append(keys)
    errors = race(repeat(change), repeat(change), repeat(copy), repeat(copy))
    return wrong == [] and not errors


@line("iterating a dict that grows or shrinks: RuntimeError")
def _():
    shared = dict.fromkeys(range(5))
    try:
        for key in shared:
            worker = threading.Thread(target=shared.__setitem__, args=("new", 1))
            worker.start()
            worker.join()
    except RuntimeError as error:
        return str(error) == "dictionary changed size during iteration"


@line("replacing values while another thread iterates is fine")
def _():
    shared = dict.fromkeys(range(100), 0)
    counts = []

    def read(number):
        for _ in range(50):
            counts.append(sum(1 for k, v in shared.items() if v in (0, 1)))
    errors = race(repeat(lambda i, n: shared.__setitem__(n % 100, n % 2)), read, read)
    return not errors and set(counts) == {100}


@line("dict[k] += 1 is not atomic")
def _():
    both_read = threading.Barrier(2)

    class Number(int):
        def __add__(self, other):
            both_read.wait()
            return int(self) + other

    shared = {"n": Number(0)}

    def add(number):
        shared["n"] += 1
    race(add, add)
    return shared == {"n": 1}


@line("keys with __hash__ and __eq__ in Python")
def _():
    class Key:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            return self.n % 7

        def __eq__(self, other):
            return self.n == other.n

    shared = {}
    errors = race(*[lambda i: [shared.__setitem__(Key(n % 20), n % 20) for n in range(ROUNDS // 2)]] * THREADS)
    return not errors and sorted(k.n for k in shared) == list(range(20)) and all(k.n == v for k, v in shared.items())


@line("defaultdict: the factory may run in several threads, one value stays")
def _():
    both_make, values = threading.Barrier(2), []

    def make():
        both_make.wait()
        return []

    shared = collections.defaultdict(make)
    race(*[lambda i: values.append(shared["k"])] * 2)
    return len(values) == 2 and any(shared["k"] is v for v in values)


@line("set.add")
def _():
    shared = set()
    race(*[repeat(lambda i, n: shared.add((i, n % 100)))] * THREADS)
    return len(shared) == THREADS * 100


@line("set.discard, set.remove")
def _():
    shared, removed = set(range(ROUNDS)), [0] * THREADS

    def remove(number, n):
        try:
            shared.remove(n)
            removed[number] += 1
        except KeyError:
            pass
    race(*[repeat(remove)] * THREADS)
    return shared == set() and sum(removed) == ROUNDS


@line("set.pop")
def _():
    shared, taken = set(range(THREADS * ROUNDS)), [[] for _ in range(THREADS)]
    errors = race(*[repeat(lambda i, n: taken[i].append(shared.pop()))] * THREADS)
    return not errors and shared == set() and sorted(sum(taken, [])) == list(range(THREADS * ROUNDS))


@line("set.update, set |= set, set -= set")
def _():
    shared = set()

    def both(number, n):
        mine = shared
        mine |= {n, (number, n)}
        mine.update([(number, -1 - n)])
        mine -= {(number, -1 - n)}
    race(*[repeat(both)] * THREADS)
    return shared == set(range(ROUNDS)) | {(i, n) for i in range(THREADS) for n in range(ROUNDS)}


@line("set(s), s.copy(), frozenset(s), s & t, s <= t")
def _():
    shared, wrong = {"stays", "too"}, []

    def change(number, n):
        shared.add(n % 40)
        shared.discard((n + 11) % 40)

    def copy(number, n):
        for made in (set(shared), shared.copy(), frozenset(shared), shared & {"stays", "too", 1}):
            if not {"stays", "too"} <= made:
                wrong.append(made)
    errors = race(repeat(change), repeat(change), repeat(copy), repeat(copy))
    return wrong == [] and not errors


@line("iterating a set that grows: RuntimeError")
def _():
    shared = set(range(5))
    try:
        for value in shared:
            worker = threading.Thread(target=shared.add, args=("new",))
            worker.start()
            worker.join()
    except RuntimeError as error:
        return str(error).lower() == "set changed size during iteration"


@line("deque.append, appendleft, pop, popleft")
def _():
    shared, taken = collections.deque(), [[] for _ in range(THREADS)]

    def move(number, n):
        (shared.append, shared.appendleft)[n % 2]((number, n))
        taken[number].append((shared.pop, shared.popleft)[n % 3 == 0]())
    errors = race(*[repeat(move)] * THREADS)
    return not errors and not shared and sorted(sum(taken, [])) == [(i, n) for i in range(THREADS) for n in range(ROUNDS)]


@line("deque(maxlen=n)")
def _():
    shared = collections.deque(maxlen=10)
    race(*[repeat(lambda i, n: shared.append((i, n)))] * THREADS)
    return len(shared) == 10 and shared[-1][1] <= ROUNDS


@line("deque iteration: RuntimeError if it changes")
def _():
    shared = collections.deque(range(5))
    try:
        for value in shared:
            worker = threading.Thread(target=shared.append, args=(1,))
            worker.start()
            worker.join()
    except RuntimeError as error:
        return str(error) == "deque mutated during iteration"


@line("counter[k] += 1 under a lock")
def _():
    shared, lock = collections.Counter(), threading.Lock()

    def count(number, n):
        with lock:
            shared[n % 5] += 1
    race(*[repeat(count)] * THREADS)
    return sum(shared.values()) == THREADS * ROUNDS
