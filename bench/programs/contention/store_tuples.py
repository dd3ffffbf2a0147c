"""Every thread stores the same few shared tuples into containers of its own."""
from harness import run

POINTS = [(i, str(i)) for i in range(4)]
DEFAULT = ("the", "default", ("nested",))


def work(number, size):
    points, default, total = POINTS, DEFAULT, 0
    for _ in range(size):
        mine = [default] * 4
        for i in range(1000):
            mine.append(points[i & 3])
        pairs = {i: default for i in range(100)}
        mine.reverse()
        total += len(mine) + len(pairs) + mine[0][0]
    return total


run("store_tuples", work, 16_000)
