"""Every thread calls the same bound methods, of a Python class and of built-in types."""
from harness import run


class Meter:
    def __init__(self, offset):
        self.offset = offset

    def shifted(self, n):
        return n + self.offset


METER = Meter(5)
SHIFTED = METER.shifted
LOOK_UP = {i: i * 2 for i in range(256)}.get
COUNT = (1, 2, 3, 1).count


def work(number, size):
    total = 0
    for i in range(size):
        total += SHIFTED(i) + LOOK_UP(i & 255) + COUNT(1)
        own = METER.shifted
        total += own(1)
    return total


run("bound_methods", work, 4_000_000)
