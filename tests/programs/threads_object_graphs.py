# Object graphs that several threads read, extend and unlink: lists, trees and graphs of instances with cycles.
import gc
import threading


def run(*targets):
    threads = [threading.Thread(target=t) for t in targets]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


class Node:
    __slots__ = ("value", "next", "other", "__weakref__")

    def __init__(self, value, next=None):
        self.value, self.next, self.other = value, next, None


class Stack:
    def __init__(self):
        self.top, self.lock, self.size = None, threading.Lock(), 0

    def push(self, value):
        node = Node(value)
        with self.lock:
            node.next = self.top
            self.top = node
            self.size += 1

    def pop(self):
        with self.lock:
            node = self.top
            if node is None:
                return None
            self.top = node.next
            self.size -= 1
        return node.value


stack, popped = Stack(), [[] for _ in range(4)]


def pusher(k):
    for n in range(300):
        stack.push((k, n))


def popper(out):
    for _ in range(200):
        if (v := stack.pop()) is not None:
            out.append(v)


run(*[lambda k=k: pusher(k) for k in range(3)], *[lambda o=o: popper(o) for o in popped])
rest = []
while (v := stack.pop()) is not None:
    rest.append(v)
print(stack.size, sorted(rest + [v for p in popped for v in p]) == [(k, n) for k in range(3) for n in range(300)])


class Tree:
    def __init__(self):
        self.root, self.lock = None, threading.Lock()

    def add(self, key):
        with self.lock:
            if self.root is None:
                self.root = {"key": key}
                return True
            at = self.root
            while True:
                if key == at["key"]:
                    return False
                side = "left" if key < at["key"] else "right"
                if side not in at:
                    at[side] = {"key": key}
                    return True
                at = at[side]

    def __contains__(self, key):
        at = self.root
        while at is not None:
            if at["key"] == key:
                return True
            at = at.get("left" if key < at["key"] else "right")
        return False

    def walk(self, at):
        if at:
            yield from self.walk(at.get("left"))
            yield at["key"]
            yield from self.walk(at.get("right"))


tree, added, missing = Tree(), [0] * 4, []


def grow(k):
    for n in range(250):
        key = (n * 7919 + k * 31) % 1009
        added[k] += tree.add(key)
        if key not in tree:
            missing.append(key)


run(*[lambda k=k: grow(k) for k in range(4)])
keys = list(tree.walk(tree.root))
print(missing, len(keys) == sum(added), keys == sorted(set(keys)))
ring = [Node(i) for i in range(50)]
for i, node in enumerate(ring):
    node.next, node.other = ring[(i + 1) % 50], ring[i * 7 % 50]


def wander(k, out):
    node, total = ring[k], 0
    for n in range(3000):
        node = node.next if n % 3 else node.other
        total += node.value
    out.append(total)


def relink():
    for n in range(500):
        ring[n % 50].other = ring[(n * 13) % 50]


sums = [[] for _ in range(3)]
run(*[lambda k=k: wander(k, sums[k]) for k in range(3)], relink)
print(all(s[0] > 0 for s in sums))


def churn():
    """Makes cycles that reach shared nodes, and drops them."""
    for n in range(300):
        a, b = Node(n), Node(-n)
        a.next, b.next, a.other, b.other = b, a, ring[n % 50], [a, b, ring]


run(churn, churn, churn, gc.collect, lambda: gc.collect())
print(gc.collect() >= 0, [node.value for node in ring] == list(range(50)))
import weakref
alive = weakref.ref(ring[10])
ring[9].next = None
for node in ring:
    node.next = node.other = None
del node
ring.clear()
gc.collect()
print(alive())
