"""Every thread works on data of its own: the independent work that must scale."""
from harness import run


def sieve(limit):
    flags = [True] * limit
    for n in range(2, int(limit ** 0.5) + 1):
        if flags[n]:
            for multiple in range(n * n, limit, n):
                flags[multiple] = False
    return sum([n for n in range(2, limit) if flags[n]])


def words(count):
    counts = {}
    for i in range(count):
        word = "w" + str(i * i % 101)
        counts[word] = counts.get(word, 0) + 1
    return len(counts) + max(counts.values())


def floats(count):
    x = 0.5
    for _ in range(count):
        x = 3.9 * x * (1.0 - x)
    return int(x * 0)


def work(number, size):
    total = 0
    for _ in range(size):
        total += sieve(20_000) + words(5_000) + floats(20_000)
    return total


run("own_data", work, 400)
