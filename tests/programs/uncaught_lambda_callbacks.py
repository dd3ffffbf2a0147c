# exit: 1
# Exceptions that come back through built-in functions: sort keys, map, filter, reduce, sub's replacement, __eq__, __hash__, __iter__.
import functools
import re
import traceback


class Awkward:
    def __eq__(self, other):
        raise RuntimeError("not comparable")

    def __hash__(self):
        raise RuntimeError("not hashable")

    def __iter__(self):
        raise RuntimeError("not iterable")

    def __len__(self):
        return -1

    def __bool__(self):
        return 2

    def __index__(self):
        return 1.5

    def __str__(self):
        return None

    def __format__(self, spec):
        return 7


awkward = Awkward()
for action in (
    lambda: sorted([3, 1, 2], key=lambda v: 1 / (v - 2)),
    lambda: list(map(lambda v: v.upper(), ["a", 1])),
    lambda: list(filter(lambda v: v > 0, [1, None])),
    lambda: functools.reduce(lambda a, b: a / b, [1, 0, 2]),
    lambda: re.sub("a", lambda m: m.group(7), "xax"),
    lambda: max([1, "a"], key=lambda v: v),
    lambda: [awkward].index(5),
    lambda: {awkward: 1},
    lambda: [*awkward],
    lambda: len(awkward),
    lambda: bool(awkward),
    lambda: [1, 2][awkward],
    lambda: str(awkward),
    lambda: f"{awkward}",
    lambda: f"{awkward!s:>5}",
    lambda: not awkward,
    lambda: awkward == awkward,
    lambda: awkward in [5],
):
    try:
        print(action())
    except Exception:
        traceback.print_exc()
[print(v) for v in sorted("ab", key=functools.cmp_to_key(lambda a, b: a - b))]
