"""Generators: pipelines, trees walked with yield from, send, comprehensions consumed at once."""
import sys
from itertools import chain, islice, takewhile


def count_from(n):
    while True:
        yield n
        n += 1


def primes():
    found = []
    for n in count_from(2):
        if all(n % p for p in takewhile(lambda p: p * p <= n, found)):
            found.append(n)
            yield n


def insert(tree, value):
    if tree is None:
        return (None, value, None)
    left, here, right = tree
    return (insert(left, value), here, right) if value < here else (left, here, insert(right, value))


def walk(tree):
    if tree is not None:
        left, value, right = tree
        yield from walk(left)
        yield value
        yield from walk(right)


def average():
    total, count, result = 0, 0, None
    while True:
        value = yield result
        total += value
        count += 1
        result = total // count


def windows(items, size):
    window = []
    for item in items:
        window.append(item)
        if len(window) == size:
            yield tuple(window)
            window.pop(0)


def main(count):
    tree = None
    for i in range(2_000):
        tree = insert(tree, i * 7919 % 10_007)
    walked = 0
    for _ in range(count // 4_000):
        for value in walk(tree):
            walked += value
    squares = sum(n * n for n in range(count) if n % 3)
    sums = sum(a * b - c for a, b, c in windows(range(count), 3))
    averager = average()
    next(averager)
    last = 0
    for n in range(count):
        last = averager.send(n)
    chained = sum(islice(chain.from_iterable((n, -1, n) for n in count_from(0)), count))
    prime = list(islice(primes(), count // 100))[-1]
    print(f"generators {count}: {walked} {squares} {sums} {last} {chained} {prime}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_500_000)
