# Work split over a pool: map and reduce, futures as they complete, shared read-only tables, exceptions out of workers, parallel life.
import concurrent.futures
import functools
import itertools
import math
import operator
import threading

primes = [n for n in range(2, 2000) if all(n % d for d in range(2, math.isqrt(n) + 1))]
table = {n: tuple(p for p in primes if n % p == 0) for n in range(2, 400)}


def chunks(items, size):
    return [items[i:i + size] for i in range(0, len(items), size)]


def totient(n):
    return functools.reduce(lambda total, p: total // p * (p - 1), table[n], n)


def collatz(limits):
    best = (0, 0)
    for n in range(*limits):
        steps, m = 0, n
        while m != 1:
            m = m // 2 if m % 2 == 0 else 3 * m + 1
            steps += 1
        best = max(best, (steps, -n))
    return best


def life(cells, pool, parts):
    """One generation; each part of the rows is done by a worker that reads the whole board."""
    height = len(cells)

    def rows(numbers):
        made = {}
        for y in numbers:
            above, here, below = cells[y - 1], cells[y], cells[(y + 1) % height]
            width = len(here)
            made[y] = "".join(
                ".#"[(n := sum((above + here + below).count("#", k * width + a, k * width + b) for k in range(3)
                               for a, b in [(max(x - 1, 0), min(x + 2, width))]) - (here[x] == "#")) == 3 or (n == 2 and here[x] == "#")]
                for x in range(width))
        return made

    merged = functools.reduce(operator.or_, pool.map(rows, [range(k, height, parts) for k in range(parts)]))
    return [merged[y] for y in range(height)]


def fails(n):
    if n == 5:
        raise ArithmeticError(f"cannot do {n}")
    return n * n


names = set()
with concurrent.futures.ThreadPoolExecutor(4, thread_name_prefix="pool", initializer=lambda: names.add(threading.current_thread().name.split("_")[0])) as pool:
    print(sum(pool.map(totient, range(2, 400))), list(pool.map(pow, (2, 3, 4), (5, 2, 3))), names)
    futures = {pool.submit(collatz, limits): limits for limits in itertools.pairwise(range(1, 6001, 1000))}
    answers = {futures[f]: f.result() for f in concurrent.futures.as_completed(futures)}
    print(sorted(answers.items()), max(answers.values()))
    squares = [pool.submit(fails, n) for n in range(8)]
    done, pending = concurrent.futures.wait(squares)
    print(len(done), len(pending), [repr(f.exception()) if f.exception() else f.result() for f in squares])
    try:
        list(pool.map(fails, range(8)))
    except ArithmeticError as error:
        print("map:", error)
    board = ["." * 12] * 2 + [".#..........", "..#.........", "###........."] + ["." * 12] * 5
    for _ in range(12):
        board = life(board, pool, 3)
    print(*board, sep="\n")
    words = [w for line in ["a b c a", "b b a", "c a d"] * 30 for w in line.split()]
    counts = [pool.submit(lambda part: {w: part.count(w) for w in set(part)}, part) for part in chunks(words, 17)]
    merged = {}
    for future in counts:
        for word, n in future.result().items():
            merged[word] = merged.get(word, 0) + n
    print(sorted(merged.items()), sum(merged.values()) == len(words))
    blocked = threading.Event()
    started = threading.Barrier(5)
    waiting = [pool.submit(lambda: started.wait() >= 0 and blocked.wait()) for _ in range(4)]
    started.wait()
    late = pool.submit(print, "never")
    print(late.cancel(), late.cancelled(), waiting[0].cancel(), late.done())
    try:
        waiting[0].result(timeout=0.01)
    except TimeoutError as error:
        print(type(error).__name__)
    blocked.set()
    called = []
    waiting[1].add_done_callback(lambda f: called.append(f.result()))
print(called, [f.result() for f in waiting])
try:
    pool.submit(print)
except RuntimeError as error:
    print(error)
