"""Every thread makes and drops objects of the same classes."""
from harness import run


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx):
        return Point(self.x + dx, self.y)


class Cell:
    __slots__ = ("value", "following")

    def __init__(self, value, following):
        self.value = value
        self.following = following


def work(number, size):
    total = 0
    point = Point(0, 0)
    for i in range(size):
        point = point.moved(1)
        chain = Cell(i, Cell(i + 1, None))
        row = [i, [i], (i, i), {"i": i}]
        total += point.x + chain.following.value + len(row)
    return total


run("create_objects", work, 1_500_000)
