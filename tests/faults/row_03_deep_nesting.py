"""Row 3: what recurses through objects nested 100,000 deep raises RecursionError (or answers), never crashes."""
import collections
import copy
import functools
import itertools
import json
import marshal
import pickle
import sys
import threading
import types

DEPTH = 100_000


def nest(make, value=None):
    for _ in range(DEPTH):
        value = make(value)
    return value


class Instance:
    def __init__(self, x): self.x = x
    def __repr__(self): return "I(%r)" % (self.x,)
    def __eq__(self, other): return self.x == other.x
    def __hash__(self): return hash((self.x,))


KINDS = {
    "list": lambda x: [x], "tuple": lambda x: (x,), "dict": lambda x: {1: x}, "instance": Instance,
    "frozenset": lambda x: frozenset([x]), "partial": lambda x: functools.partial(print, x),
    "namespace": lambda x: types.SimpleNamespace(x=x), "slice": slice, "alias": lambda x: list[x or int],
    "exception": ValueError, "proxy": lambda x: types.MappingProxyType({1: x}), "method": lambda x: types.MethodType(print, x or 1),
    "deque": lambda x: collections.deque([x]), "ordered": lambda x: collections.OrderedDict(a=x),
    "group": lambda x: ExceptionGroup("a", [x or ValueError()]), "union": lambda x: (list[x] if x else int) | None,
}
OPERATIONS = [
    lambda a, b: repr(a), lambda a, b: a == b,
    lambda a, b: a < b, lambda a, b: hash(a), lambda a, b: copy.deepcopy(a), lambda a, b: json.dumps(a),
    lambda a, b: pickle.dumps(a), lambda a, b: marshal.dumps(a), lambda a, b: isinstance(1, a), lambda a, b: issubclass(int, a),
    lambda a, b: b in [a], lambda a, b: sorted([a, b]), lambda a, b: "".startswith(a),
]
TEXTS = [str, "{!r}".format, lambda a: "%s" % (a,), ascii, lambda a: f"{a}", lambda a: print(a, file=None)]
outcomes = collections.Counter()


def attempt(operation, *args):
    try:
        operation(*args)
        outcomes["answer"] += 1
    except RecursionError as e:
        assert str(e).startswith("maximum recursion depth exceeded"), e
        outcomes["RecursionError"] += 1
    except (TypeError, ValueError, AttributeError, pickle.PicklingError) as e:
        outcomes[type(e).__name__] += 1


def except_nested():
    try:
        raise ValueError
    except nest(lambda x: (x or ValueError,)):
        pass


def run(kinds):
    for kind in kinds:
        a, b = nest(KINDS[kind]), nest(KINDS[kind])
        for operation in OPERATIONS:
            attempt(operation, a, b)
        del a, b
    attempt(json.loads, "[" * 2 * DEPTH)
    attempt(json.loads, '{"a":' * 2 * DEPTH)
    attempt(marshal.loads, b"[\1\0\0\0" * 2 * DEPTH)
    attempt(pickle.loads, b"(" * 2 * DEPTH + b"t" * 2 * DEPTH + b".")
    attempt(except_nested)


ITERATORS = [
    lambda x: map(int, x), lambda x: filter(None, x), enumerate, zip, itertools.chain, itertools.pairwise, itertools.accumulate,
    lambda x: itertools.chain.from_iterable([x]), lambda x: itertools.islice(x, 5), lambda x: itertools.takewhile(bool, x),
    lambda x: itertools.dropwhile(lambda v: 0, x), itertools.cycle, lambda x: itertools.starmap(lambda *a: (1,), zip(x)),
    lambda x: itertools.filterfalse(lambda v: 0, x), itertools.zip_longest, lambda x: itertools.batched(x, 1),
    lambda x: itertools.compress(x, itertools.repeat(1)), lambda x: itertools.tee(x)[0], lambda x: (k for k, g in itertools.groupby(x)),
    lambda x: (y for y in x), lambda x: iter(x.__next__, None),
]


def step_nested_iterators():
    for make in ITERATORS:
        attempt(next, nest(make, iter([1])))


run(KINDS)
for text in TEXTS:
    attempt(text, nest(KINDS["list"]))
step_nested_iterators()
assert outcomes["RecursionError"] > 100, outcomes
assert repr([[1], {2: (3,)}]) == "[[1], {2: (3,)}]"
sys.setrecursionlimit(10**7)
thread = threading.Thread(target=run, args=(["list", "slice"],))
thread.start()
thread.join()
assert repr([[1], {2: (3,)}]) == "[[1], {2: (3,)}]"
