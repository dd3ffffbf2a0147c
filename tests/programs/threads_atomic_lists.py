# Which operations on a shared list are atomic: each line printed here is a line of runtime/ATOMIC.md.
import threading

from harness.atomic import ROUNDS, THREADS, line, race, repeat


@line("list.append")
def _():
    shared = []
    errors = race(*[repeat(lambda i, n: shared.append((i, n)))] * THREADS)
    in_order = all([n for k, n in shared if k == i] == list(range(ROUNDS)) for i in range(THREADS))
    return not errors and len(shared) == THREADS * ROUNDS and in_order


@line("list.extend")
def _():
    shared, source = [], ["a", "b", "c"]
    race(*[repeat(lambda i, n: shared.extend(source))] * THREADS)
    return shared == source * (THREADS * ROUNDS)


@line("list += list")
def _():
    shared = []

    def add(number, n):
        mine = shared
        mine += [number, number]
    race(*[repeat(add)] * THREADS)
    return all(a == b for a, b in zip(shared[::2], shared[1::2])) and len(shared) == 2 * THREADS * ROUNDS


@line("list.extend(generator) item by item")
def _():
    shared = []
    race(*[lambda i: shared.extend(i for _ in range(ROUNDS))] * THREADS)
    return sorted(shared) == sorted(i for i in range(THREADS) for _ in range(ROUNDS))


@line("list.pop")
def _():
    shared, taken = list(range(THREADS * ROUNDS)), [[] for _ in range(THREADS)]
    errors = race(*[repeat(lambda i, n: taken[i].append(shared.pop()))] * THREADS)
    return not errors and shared == [] and sorted(sum(taken, [])) == list(range(THREADS * ROUNDS))


@line("list.pop(0)")
def _():
    shared, taken = list(range(THREADS * ROUNDS)), [[] for _ in range(THREADS)]
    race(*[repeat(lambda i, n: taken[i].append(shared.pop(0)))] * THREADS)
    return all(mine == sorted(mine) for mine in taken) and sorted(sum(taken, [])) == list(range(THREADS * ROUNDS))


@line("list.insert")
def _():
    shared = ["end"]
    race(*[repeat(lambda i, n: shared.insert(0, i))] * THREADS)
    return shared[-1] == "end" and all(shared.count(i) == ROUNDS for i in range(THREADS))


@line("list.remove")
def _():
    shared = [n % 10 for n in range(THREADS * ROUNDS)]
    errors = race(*[repeat(lambda i, n: shared.remove(n % 10))] * THREADS)
    return not errors and shared == []


@line("list[i] = x")
def _():
    shared = [(0, 0)] * 8
    seen = []
    race(*[repeat(lambda i, n: shared.__setitem__(n % 8, (i, n)) or seen.append(shared[n % 8]))] * THREADS)
    return len(shared) == 8 and all(n % 8 == k for k, (i, n) in enumerate(shared)) and all(i < THREADS for i, n in seen)


@line("list[a:b] = items")
def _():
    shared = [0] * 12
    race(*[repeat(lambda i, n: shared.__setitem__(slice(3, 9), [i] * 6))] * THREADS)
    return len(shared) == 12 and len(set(shared[3:9])) == 1


@line("del list[a:b]")
def _():
    shared = list(range(THREADS * ROUNDS * 2))

    def cut(number, n):
        del shared[:2]
    race(*[repeat(cut)] * THREADS)
    return shared == []


@line("list[a:b]")
def _():
    shared, torn = [0] * 50, []

    def write(number):
        for n in range(ROUNDS):
            shared[:] = [n] * 50

    def read(number):
        for _ in range(ROUNDS):
            part = shared[10:40]
            if len(set(part)) != 1:
                torn.append(part)
    race(write, read, read)
    return torn == []


@line("list(list), tuple(list), list.copy()")
def _():
    shared, torn = ["a"] * 60, []

    def write(number):
        for n in range(ROUNDS):
            shared[:] = ["ab"[n % 2]] * 60

    def read(number):
        for n in range(ROUNDS):
            copy = (list, tuple, list.copy)[n % 3](shared)
            if len(set(copy)) != 1 or len(copy) != 60:
                torn.append(copy)
    race(write, read, read)
    return torn == []


@line("list.reverse")
def _():
    shared = list(range(100))
    race(*[repeat(lambda i, n: shared.reverse())] * THREADS)
    return shared == list(range(100))


@line("list.sort seen whole")
def _():
    ordered, shared, odd = list(range(300)), list(range(300)), []
    done = threading.Event()

    def write(number):
        for n in range(40):
            shared.sort(reverse=n % 2 == 0)
        done.set()

    def read(number):
        while not done.is_set():
            copy = shared[:]
            if copy and copy != ordered and copy != ordered[::-1]:
                odd.append(copy)
    race(write, read)
    return odd == []


@line("list.sort that is changed meanwhile: ValueError, the change stays")
def _():
    shared, inside, changed = [3, 1, 2], threading.Event(), threading.Event()

    def key(value):
        inside.set()
        changed.wait()
        return value

    def change(number):
        inside.wait()
        shared.append(7)
        changed.set()
    errors = race(lambda number: shared.sort(key=key), change)
    return [str(error) for error in errors] == ["list modified during sort"]


@line("list.clear")
def _():
    shared, odd = [], []

    def fill(number):
        for _ in range(ROUNDS):
            shared.extend(["x", "y", "z"])

    def clear(number):
        for _ in range(ROUNDS):
            copy = shared[:]
            shared.clear()
            if len(copy) % 3:
                odd.append(copy)
    race(fill, fill, clear)
    return odd == [] and len(shared) % 3 == 0


@line("len(list), x in list, list.count, list.index")
def _():
    shared, wrong = ["stays"] + [1.5] * 20, []

    def change(number):
        for n in range(ROUNDS):
            shared.append(n)
            shared.pop()

    def ask(number):
        for _ in range(ROUNDS):
            if not (21 <= len(shared) <= 23 and "stays" in shared and shared.count(1.5) == 20 and shared.index("stays") == 0):
                wrong.append(len(shared))
    race(change, change, ask, ask)
    return wrong == []


class Key:
    """Equal by name. The first comparison lets another thread do something."""
    def __init__(self, name, meanwhile=None):
        self.name, self.meanwhile = name, meanwhile

    def __eq__(self, other):
        if other.meanwhile:
            worker = threading.Thread(target=other.meanwhile)
            other.meanwhile = None
            worker.start()
            worker.join()
        return self.name == other.name


@line("in, index, count, remove with __eq__ in Python: what stays is found")
def _():
    def passed(search, names, move):
        """The answer, and what is in the list, where `move` takes x past the search."""
        shared = []
        race(lambda i: shared.extend(map(Key, names)))
        return search(shared, Key("x", lambda: move(shared))), "".join(key.name for key in shared)

    def forward(shared):
        shared.append(shared.pop(0))

    def backward(shared):
        shared.insert(0, shared.pop())

    answers = [passed(search, names, move) for search in (lambda shared, x: x in shared, list.index, list.count, list.remove)
               for names, move in (("axbc", forward), ("abcx", backward))]
    return answers == [(True, "xbca"), (True, "xabc"), (0, "xbca"), (0, "xabc"), (1, "xbca"), (1, "xabc"),
                       (None, "bca"), (None, "abc")]


@line("the same while others rotate the list without end")
def _():
    shared, wrong, done = [*map(Key, range(20)), Key("stays")], [], threading.Event()

    def rotate(number):
        while not done.is_set():
            shared[:] = shared[1:] + shared[:1]
            shared[:] = shared[-3:] + shared[:-3]

    def ask(number):
        stays = Key("stays")
        for _ in range(ROUNDS):
            if not (stays in shared and shared.count(stays) == 1 and shared.index(stays) <= 20):
                wrong.append(stays)
        done.set()
    race(rotate, ask)
    return wrong == []


@line("iteration goes by position")
def _():
    shared, seen = [0, 1, 2], []
    for value in shared:
        seen.append(value)
        if len(shared) < 6:
            worker = threading.Thread(target=shared.append, args=(len(shared),))
            worker.start()
            worker.join()
    return seen == [0, 1, 2, 3, 4, 5]


@line("list[i] += 1 is not atomic")
def _():
    both_read = threading.Barrier(2)

    class Number(int):
        def __add__(self, other):
            both_read.wait()
            return int(self) + other

    shared = [Number(0)]

    def add(number):
        shared[0] += 1
    race(add, add)
    return shared == [1]
