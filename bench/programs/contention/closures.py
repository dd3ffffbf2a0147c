"""Every thread calls the same closures and reads the same cells."""
from harness import run


def make(names, offset):
    def look(i):
        return len(names[i & 3]) + offset

    def both(i):
        return look(i) + look(i + 1)

    return look, both


LOOK, BOTH = make(["a", "bb", "ccc", "dddd"], 7)


def work(number, size):
    look, both, total = LOOK, BOTH, 0
    for i in range(size):
        total += look(i) + both(i)
    return total


run("closures", work, 6_000_000)
