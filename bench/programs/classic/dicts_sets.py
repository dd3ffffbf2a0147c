"""Dicts and sets: counting, grouping, inverting, memoising, set algebra, graph search."""
import sys
from collections import defaultdict


def count_words(count):
    counts = {}
    for i in range(count):
        word = f"w{i * i % 1009}"
        counts[word] = counts.get(word, 0) + 1
    return counts


def invert(counts):
    groups = defaultdict(list)
    for word, count in counts.items():
        groups[count].append(word)
    return groups


def collatz(limit):
    lengths = {1: 1}
    for start in range(2, limit):
        n, path = start, []
        while n not in lengths:
            path.append(n)
            n = n // 2 if n % 2 == 0 else 3 * n + 1
        length = lengths[n]
        for value in reversed(path):
            length += 1
            lengths[value] = length
    return max(lengths.values()), len(lengths)


def sieve(limit):
    composite = set()
    for n in range(2, int(limit ** 0.5) + 1):
        if n not in composite:
            composite.update(range(n * n, limit, n))
    return len(set(range(2, limit)) - composite)


def reach(size):
    """Breadth-first over a graph given by arithmetic, with tuples as keys."""
    seen = {(0, 0): 0}
    front = [(0, 0)]
    while front:
        following = []
        for x, y in front:
            for node in ((x + 1, y), (x, y + 2), ((x * 3) % size, y), (y, x)):
                if node[0] < size and node[1] < size and node not in seen:
                    seen[node] = seen[x, y] + 1
                    following.append(node)
        front = following
    return len(seen), max(seen.values())


def main(count):
    counts = count_words(count * 3)
    groups = invert(counts)
    print(f"dicts_sets {count}: {len(counts)} {len(groups)} {collatz(count)} {sieve(count * 4)} {reach(int(count ** 0.5))}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)
