# Caches as classes: least recently and least frequently used, expiring, weak, write-through; descriptors that compute once.
import collections
import functools
import gc
import weakref
from collections.abc import MutableMapping


class LRU(MutableMapping):
    def __init__(self, size, on_evict=None):
        self.size, self.on_evict, self._items = size, on_evict, collections.OrderedDict()
        self.hits = self.misses = 0

    def __getitem__(self, key):
        try:
            value = self._items[key]
        except KeyError:
            self.misses += 1
            raise
        self.hits += 1
        self._items.move_to_end(key)
        return value

    def __setitem__(self, key, value):
        self._items[key] = value
        self._items.move_to_end(key)
        if len(self._items) > self.size:
            old = self._items.popitem(last=False)
            if self.on_evict:
                self.on_evict(*old)

    def __delitem__(self, key):
        del self._items[key]

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)

    def __repr__(self):
        return f"{type(self).__name__}({dict(self._items)!r}, hits={self.hits}, misses={self.misses})"


class Node:
    __slots__ = ("key", "value", "before", "after")

    def __init__(self, key=None, value=None):
        self.key, self.value, self.before, self.after = key, value, self, self

    def insert(self, node):
        node.before, node.after = self, self.after
        self.after.before = node
        self.after = node

    def unlink(self):
        self.before.after, self.after.before = self.after, self.before


class LinkedLRU:
    """The same on a ring of nodes."""

    def __init__(self, size):
        self.size, self.nodes, self.ring = size, {}, Node()

    def get(self, key, default=None):
        if (node := self.nodes.get(key)) is None:
            return default
        node.unlink()
        self.ring.insert(node)
        return node.value

    def put(self, key, value):
        if key in self.nodes:
            self.nodes.pop(key).unlink()
        elif len(self.nodes) == self.size:
            oldest = self.ring.before
            oldest.unlink()
            del self.nodes[oldest.key]
        self.nodes[key] = node = Node(key, value)
        self.ring.insert(node)

    def __iter__(self):
        node = self.ring.after
        while node is not self.ring:
            yield node.key
            node = node.after


class LFU:
    def __init__(self, size):
        self.size, self.values, self.counts = size, {}, collections.Counter()
        self.by_count = collections.defaultdict(dict)

    def touch(self, key):
        count = self.counts[key]
        self.by_count[count].pop(key, None)
        if not self.by_count[count]:
            del self.by_count[count]
        self.counts[key] += 1
        self.by_count[count + 1][key] = None

    def get(self, key):
        if key not in self.values:
            return None
        self.touch(key)
        return self.values[key]

    def put(self, key, value):
        if key not in self.values and len(self.values) >= self.size:
            least = min(self.by_count)
            victim = next(iter(self.by_count[least]))
            for table in (self.values, self.counts, self.by_count[least]):
                del table[victim]
        self.values[key] = value
        self.touch(key)


class Expiring(dict):
    def __init__(self, seconds, clock):
        super().__init__()
        self.seconds, self.clock = seconds, clock

    def __setitem__(self, key, value):
        super().__setitem__(key, (self.clock() + self.seconds, value))

    def __missing__(self, key):
        self[key] = value = f"made {key} at {self.clock()}"
        return super().__getitem__(key)

    def __getitem__(self, key):
        until, value = super().__getitem__(key)
        if until <= self.clock():
            del self[key]
            return self[key]
        return value


def memoize(cache):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            key = args + tuple(sorted(kwargs.items()))
            try:
                return cache[key]
            except KeyError:
                cache[key] = result = function(*args, **kwargs)
                return result
        wrapper.cache = cache
        return wrapper
    return decorate


class once:
    """A descriptor that computes a value at the first read."""

    def __init__(self, function):
        self.function = function

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Interned(type):
    def __init__(cls, *args):
        super().__init__(*args)
        cls.instances = weakref.WeakValueDictionary()

    def __call__(cls, *args):
        if (found := cls.instances.get(args)) is None:
            found = cls.instances[args] = super().__call__(*args)
        return found


class Point(metaclass=Interned):
    def __init__(self, x, y):
        self.x, self.y = x, y

    @once
    def length(self):
        print("computing", end=" ")
        return (self.x ** 2 + self.y ** 2) ** 0.5


evicted = []
lru = LRU(3, lambda k, v: evicted.append(k))
for key in "abcadbea":
    lru[key] = lru.get(key, 0) + 1
print(lru, evicted, "c" in lru, lru.pop("c", "gone"), lru.setdefault("z", 9), [*lru])
linked = LinkedLRU(3)
for key in "abcadbea":
    linked.put(key, (linked.get(key) or 0) + 1)
print(list(linked), linked.get("b"), list(linked))
lfu = LFU(2)
for key in "aabac":
    lfu.put(key, key.upper())
print(lfu.values, dict(lfu.counts), lfu.get("b"), lfu.get("c"), {n: list(keys) for n, keys in lfu.by_count.items()})
now = 0
expiring = Expiring(5, lambda: now)
expiring["x"] = "first"
print(expiring["x"], end=" ")
now = 4
try:
    print(expiring["x"], expiring["y"])
except (KeyError, RecursionError) as error:
    print(repr(error))
now = 6


@memoize(LRU(4))
def collatz(n, *, depth=0):
    return 0 if n == 1 else 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)


print([collatz(n) for n in range(1, 12)], collatz.cache, collatz.__name__)
p = Point(3, 4)
print(p.length, p.length, Point(3, 4) is p, len(Point.instances), isinstance(Point.length, once))
del p
gc.collect()
print(len(Point.instances), Point(1, 1) is Point(1, 1))
