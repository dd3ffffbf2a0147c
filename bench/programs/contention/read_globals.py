"""Every thread reads the same globals and built-ins, and calls the same global functions."""
from harness import run

TABLE = [3, 1, 2]
NAME = "name" * 20
LIMIT = 12345.5


class Settings:
    level = 4
    label = "label" * 10


def helper(n):
    return n + len(NAME)


def work(number, size):
    total = 0
    for i in range(size):
        total += len(TABLE) + helper(i) + Settings.level + len(Settings.label)
        if LIMIT is None or NAME is TABLE:
            total += 1
        total += abs(-1)
    return total


run("read_globals", work, 6_000_000)
