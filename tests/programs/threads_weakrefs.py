# Weak references between threads: a dereference gives the live object or None; callbacks run once; weak dictionaries.
import gc
import threading
import weakref


def run(*targets):
    threads = [threading.Thread(target=t) for t in targets]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


class Thing:
    def __init__(self, n):
        self.n = n


holder = {"thing": Thing(0)}
refs = [weakref.ref(holder["thing"])]
wrong = []
stop = False


def look():
    for _ in range(3000):
        ref = refs[0]
        thing = ref()
        if thing is not None and not isinstance(thing.n, int):
            wrong.append(thing)


def replace():
    for n in range(1, 800):
        thing = Thing(n)
        refs[0] = weakref.ref(thing)
        holder["thing"] = thing


run(look, look, replace)
print(wrong, holder["thing"].n, refs[0]() is holder["thing"])
called = []


def callback(ref):
    called.append(ref)   # atomic; a lock could be held by the very code that this interrupts


things = [Thing(n) for n in range(100)]
weak = [weakref.ref(t, callback) for t in things]
run(*[lambda k=k: [things.__setitem__(i, None) for i in range(k, 100, 4)] for k in range(4)])
gc.collect()
print(len(called), all(w() is None for w in weak), sorted(map(id, called)) == sorted(map(id, weak)))
cache = weakref.WeakValueDictionary()
keep = {}


def use_cache(k):
    def body():
        for n in range(300):
            thing = cache.get(n % 50)
            if thing is None:
                thing = cache[n % 50] = Thing(n % 50)
            if thing.n != n % 50:
                wrong.append((thing.n, n))
            if n % 50 < 10:
                keep.setdefault(n % 50, thing)
    return body


run(*[use_cache(k) for k in range(4)])
gc.collect()
print(wrong, sorted(keep), all(k < 10 for k in list(cache.keys())))
names = weakref.WeakKeyDictionary()
keys = [Thing(n) for n in range(20)]
run(*[lambda k=k: [names.__setitem__(key, key.n * 2) for key in keys[k::4]] for k in range(4)])
print(len(names), sum(names.values()), names[keys[3]])
del keys[10:]
gc.collect()
print(len(names))
done = []
extra = [Thing(n) for n in range(12)]
finalizers = [weakref.finalize(t, done.append, t.n) for t in extra]
run(*[lambda k=k: finalizers[k]() for k in range(4)])
extra.clear()
gc.collect()
print(sorted(done), [f.alive for f in finalizers].count(True))


class Node:
    def __init__(self, parent):
        self.parent = weakref.ref(parent) if parent else None
        self.children = []
        if parent:
            parent.children.append(self)


root = Node(None)
run(*[lambda: [Node(root) for _ in range(100)] for _ in range(4)])
print(len(root.children), all(c.parent() is root for c in root.children))
children = root.children
del root
gc.collect()
print(all(c.parent() is None for c in children))
