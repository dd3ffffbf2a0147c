# Very many functions, some hot, some cold, from several threads; frames of all kinds wait in code that others push out.
# Run with little code memory, code is evicted, comes back and is freed all the time (tests/CMakeLists.txt, jit.life).
import gc
import sys
import threading
import time

TEMPLATE = """
def f{n}(x, depth=0):
    total = {n}
    for i in range(x % 7 + 3):
        total += i * {n} + (x ^ i)
        if total > 100000:
            total -= 99991
    if depth:
        return total + f{next}(x + 1, depth - 1)
    return total

class C{n}:
    def __init__(self, out):
        self.out = out
    def __del__(self):
        self.out.append(f{n}(len(self.out)))

def dies{n}(out):
    c = C{n}(out)
    return f{n}({n})

def g{n}(k):
    c = None
    for i in range(k):
        c = yield f{n}(i) + (c or 0)
    return f{n}(k)

def raises{n}(depth):
    try:
        if depth == 0:
            raise ValueError({n})
        return raises{next}(depth - 1)
    finally:
        f{n}(depth)
"""


def make(count, seed):
    names = {"__name__": "made"}
    for n in range(count):
        exec(TEMPLATE.format(n=n + seed, next=(n + 1) % count + seed), names)
    return names


def work(seed, rounds=3, count=40):
    names = make(count, seed)
    out, total, waiting = [], 0, []
    numbers = range(seed, seed + count)
    for r in range(rounds):
        for n in numbers:
            total += names[f"f{n}"](r)
            if n % 4 == 0:                      # some are hot
                for i in range(20):
                    total += names[f"f{seed}"](i)
        for n in numbers:                       # what dies at a return runs Python code when its frame is gone
            total += names[f"dies{n}"](out)
        for n in numbers:                       # suspended in code that others push out
            g = names[f"g{n}"](4)
            total += next(g)
            waiting.append(g)
        total += names[f"f{seed}"](r, 300)      # frames of all the functions, several times each
        for n in numbers:
            try:
                names[f"raises{n}"](count + n % 5)
            except ValueError as e:
                total += e.args[0]
                deep = 0
                tb = e.__traceback__
                while tb is not None:
                    deep += 1
                    tb = tb.tb_next
                total += deep
        for g in waiting:
            try:
                total += g.send(r)
            except StopIteration as e:
                total += e.value
    for g in waiting:
        total += sum(g)
    waiting.clear()
    return total, len(out), sum(out)


LEAVING = """
class Number:
    def __init__(self, out):
        self.out = out
    def __add__(self, other):
        return len(self.out)
    def __lt__(self, other):
        self.frame = sys._getframe()
        return Slow(self.out)

def yields(n):
    for i in range(n):
        yield i

def delegates(n):
    got = yield from yields(n)

def returns_later(n):
    if n:
        yield n
    return [n]
"""


class Slow:
    """Dies slowly: there is time to push out whatever code has just been left."""
    def __init__(self, out):
        self.out = out

    def __bool__(self):
        return True

    def __del__(self):
        until = time.perf_counter() + 0.001
        while time.perf_counter() < until:
            pass
        self.out.append(1)


def leave_frames(rounds):
    """The instruction that leaves a frame delivers its value to another, where it replaces what dies slowly."""
    out = []
    for r in range(rounds):
        names = {"Slow": Slow, "sys": sys}
        exec(LEAVING, names)
        number = names["Number"](out)
        for _ in range(2):
            x = Slow(out)
            x = number + number
            x = Slow(out)
            x = number < number
            if number < number:
                x = Slow(out)
            x = Slow(out)
            for x in names["yields"](2):
                x = Slow(out)
            for x in names["delegates"](2):
                x = Slow(out)
            for x in names["returns_later"](1):
                x = Slow(out)
            try:
                raise KeyError(r)
            except KeyError:        # an exception being handled: generators are left by the general path
                for x in names["yields"](2):
                    x = Slow(out)
                for x in names["delegates"](2):
                    x = Slow(out)
            del x
    return len(out)


def recurse(names, seed, n, depth, out):
    """C++ between the frames: sorting calls back, and each call dies with an object that calls more."""
    if depth == 0:
        return names[f"f{n}"](depth)
    names[f"dies{n}"](out)
    found = sorted(range(3), key=lambda i: recurse(names, seed, seed + (n + i - seed) % 8, depth - 1, out) if i == 1 else i)
    return found[0] + depth


def main():
    print(work(1000))
    results = {}

    def run(k):
        results[k] = work(100 * k, 2, 25), work(7000, 1, 10)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(1, 5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for k in sorted(results):
        print(k, results[k])

    # Threads that share functions, while one sleeps in them.
    names = make(12, 0)
    entered, leave = threading.Event(), threading.Event()

    def key(i):
        entered.set()
        leave.wait()
        return -i

    def sleeper(depth):
        if depth:
            return sleeper(depth - 1) + names["f1"](depth)
        return sorted([3, 1, 2], key=key)[0]

    answer = []
    asleep = threading.Thread(target=lambda: answer.append(sleeper(20)))
    asleep.start()
    entered.wait()
    total = [0] * 3

    def share(k):
        for r in range(30):
            for n in range(12):
                total[k] += names[f"f{n}"](r, 12)

    threads = [threading.Thread(target=share, args=(k,)) for k in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    leave.set()
    asleep.join()
    print(total, answer)

    print(leave_frames(10))
    out = []
    names = make(8, 50)
    print(recurse(names, 50, 50, 25, out), len(out), sum(out))
    sys.setrecursionlimit(3000)
    names = make(30, 200)
    print(names["f200"](5, 2500))
    try:
        names["f200"](5, 5000)
    except RecursionError as e:
        print("RecursionError", len(str(e)) > 0)
    gc.collect()


main()
