"""Row 4: chains of a million objects are destroyed without recursion, also by another thread than their maker.

An argument divides the lengths: for builds in which each object takes long.
"""
import collections
import functools
import itertools
import sys
import threading
import types

DIVISOR = int(sys.argv[1]) if len(sys.argv) > 1 else 1
LONG, SHORT = 1_000_000 // DIVISOR, 50_000 // DIVISOR


class Instance:
    def __init__(self, x): self.x = x


class Slots:
    __slots__ = "x",
    def __init__(self, x): self.x = x


class Finalised(Instance):
    ended = 0
    def __del__(self): Finalised.ended += 1


def closure(x):
    def f(): return x
    return f


def generator(x):
    yield x


def started(x):
    g = generator(x)
    next(g)
    return g


def caused(x):
    e = ValueError()
    e.__cause__ = x
    return e


CHAINS = [
    (LONG, lambda x: [x]), (LONG, lambda x: (x,)), (LONG, lambda x: {1: x}), (LONG, Instance), (LONG, closure), (LONG, generator),
    (SHORT, Slots), (SHORT, started), (SHORT, Finalised), (SHORT, lambda x: functools.partial(print, x)), (SHORT, caused),
    (SHORT, lambda x: map(int, x or [])), (SHORT, lambda x: itertools.chain(x or [])), (SHORT, lambda x: itertools.tee(x or [])[0]),
    (SHORT, lambda x: types.MethodType(print, x or 1)), (SHORT, types.CellType), (SHORT, slice), (SHORT, lambda x: iter([x])),
    (SHORT, lambda x: collections.deque([x])), (SHORT, lambda x: collections.OrderedDict(a=x)), (SHORT, staticmethod), (SHORT, property),
    (SHORT, lambda x: types.SimpleNamespace(x=x)), (SHORT, lambda x: frozenset([(x,)]) if x is None else [x]),
    (SHORT, lambda x: types.GenericAlias(list, (x,))), (SHORT, lambda x: memoryview(x or b"")),
]


def chain(length, make):
    x = None
    for _ in range(length):
        x = make(x)
    return [x]


for length, make in CHAINS:
    chain(length, make).clear()
    if length == LONG:
        length //= 5
    box = chain(length, make)
    thread = threading.Thread(target=box.clear)
    thread.start()
    thread.join()
    # A cycle: the collector finds it.
    box = chain(length // 10, make)
    box.append(box)
    del box
import gc
gc.collect()
assert Finalised.ended == 2 * SHORT + SHORT // 10, Finalised.ended
