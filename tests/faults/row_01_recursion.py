"""Row 1: infinite recursion of every kind of call is a RecursionError with CPython's text, and all works afterwards."""
import functools
import json
import re
import sys


def plain(n):
    return plain(n + 1)


class Special:
    """Each special method calls itself through the operation that calls it."""

    def __add__(self, other): return self + other
    def __eq__(self, other): return self == other
    def __hash__(self): return hash(self)
    def __repr__(self): return repr(self)
    def __str__(self): return f"{self}"
    def __format__(self, spec): return format(self, spec)
    def __getattr__(self, name): return getattr(self, name + "x")
    def __setattr__(self, name, value): setattr(self, name, value)
    def __call__(self): return self()
    def __iter__(self): return iter(self)
    def __lt__(self, other): return sorted([self, other])
    def __getitem__(self, i): return self[i]
    def __bool__(self): return not self
    def __len__(self): return len(self)
    def __contains__(self, item): return item in self
    def __index__(self): return int(self)
    def __instancecheck__(self, o): return isinstance(o, self)
    @property
    def own(self): return self.own

    def __enter__(self):
        with self:
            pass

    def __exit__(self, *exception): pass


class New:
    def __new__(cls): return New()


class Init:
    def __init__(self): Init()


def generator():
    yield from generator()


def mapped(): return list(map(lambda x: mapped(), [1]))
def sort_key(x): return sorted([1], key=sort_key)
def executed(): exec("executed()")
def smallest(x): return min([1, 2], key=smallest)
def filtered(x): return list(filter(filtered, [1]))
def partial(): return functools.partial(partial)()
def replaced(match): return re.sub("a", replaced, "a")
def comprehension(): return [comprehension() for x in [1]]
def dumped(): return json.dumps(object(), default=lambda o: dumped())
def reduced(a, b): return functools.reduce(reduced, [1, 2])


s = Special()
CASES = [
    lambda: plain(0), lambda: s + 1, lambda: s == s, lambda: hash(s), lambda: repr(s), lambda: str(s),
    lambda: format(s, ""), lambda: s.x, lambda: setattr(s, "a", 1), lambda: s(), lambda: iter(s),
    lambda: sorted([s, s]), lambda: s[0], lambda: bool(s), lambda: len(s), lambda: 1 in s, lambda: range(s),
    lambda: isinstance(1, s), lambda: s.own, s.__enter__, New, Init, lambda: list(generator()), mapped, lambda: sort_key(1),
    executed, lambda: smallest(1), lambda: filtered(1), partial, lambda: replaced(None), comprehension, dumped,
    lambda: reduced(1, 2), lambda: (lambda f: f(f))(lambda f: f(f)),
]
assert sys.getrecursionlimit() == 1000
for case in CASES:
    try:
        case()
    except RecursionError as e:
        assert str(e).startswith("maximum recursion depth exceeded"), e
    else:
        raise AssertionError("no RecursionError")
    assert plain.__name__ == "plain" and sorted([3, 1, 2]) == [1, 2, 3] and f"{len('abc'):>3}" == "  3"
try:
    plain(0)
except RecursionError as e:
    assert str(e) == "maximum recursion depth exceeded"
    depth = 0
    tb = e.__traceback__
    while tb:
        depth += 1
        tb = tb.tb_next
    assert 900 < depth <= 1001, depth
