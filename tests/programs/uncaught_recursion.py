# exit: 1
# Frames that repeat are folded: one function, then a pair that calls each other; recursion from __repr__ and __getattr__.
import sys
import traceback


def count(n):
    if n == 0:
        return 1 / n
    return count(n - 1)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1) if n else n[0]


class Loop:
    def __init__(self, depth):
        self.depth = depth

    def __repr__(self):
        self.depth -= 1
        return f"Loop({self.depth and self!r})" if self.depth else missing


for action in (lambda: count(2), lambda: count(3), lambda: count(4), lambda: count(50), lambda: even(9), lambda: repr(Loop(20))):
    try:
        action()
    except Exception:
        traceback.print_exc()


def forever(n):
    return forever(n + 1)


sys.setrecursionlimit(300)
try:
    forever(0)
except RecursionError as error:
    lines = traceback.format_exc().splitlines()
    print(lines[0], lines[-1], sum("forever" in line for line in lines) < 12)
count(200)
