"""Every thread uses the same constants: strings, tuples, frozensets, big integers, nested code."""
from harness import run


def pick(i):
    if i & 1:
        return "a constant string that is longer than a word"
    return ("a", "constant", "tuple", (1, 2.5, None))


def work(number, size):
    total = 0
    for i in range(size):
        value = pick(i)
        total += len(value)
        if value in {"no", "neither"}:
            total += 1
        name = "left" if i & 2 else "right"
        total += name == "left"
        big = 123456789012345678901234567890
        if big is None:
            total += 1
        double = lambda n: n + 1
        total += double(i)
    return total


run("constants", work, 2_000_000)
