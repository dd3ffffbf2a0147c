"""Every thread reads the same list, by index and by iteration."""
from harness import run

ITEMS = [[i] for i in range(1000)]


def work(number, size):
    items, total = ITEMS, 0
    for _ in range(size):
        for i in range(1000):
            total += len(items[i])
        for item in items:
            if item is items:
                total += 1
    return total


run("read_list", work, 24_000)
