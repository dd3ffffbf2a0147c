# Finalisers and reference cycles on one thread: prompt ends, resurrection, cycles, weak references, errors in __del__.
# not under: publish
import gc
log = []
class Noisy:
    def __init__(self, name): self.name = name
    def __del__(self): log.append(self.name)
    def __repr__(self): return self.name
def flush(label): print(label, log); log.clear()
def flush_any(label): print(label, sorted(log)); log.clear()   # several objects die at once: in any order
a = Noisy("a"); a = None; flush("rebind")
b = Noisy("b"); c = b; del b; flush("still held"); del c; flush("now")
def local(): x = Noisy("x"); return 5
local(); flush("function end")
Noisy("temp"); flush("temporary")
l = [Noisy("l1"), Noisy("l2")]; l.pop(); flush("pop"); l[0] = 1; flush("overwrite")
d = {1: Noisy("d1")}; d[1] = Noisy("d2"); flush("dict overwrite"); d.clear(); flush("clear")
s = {Noisy("s")}; s.clear(); flush("set"); t = (Noisy("t1"), Noisy("t2")); del t; flush_any("tuple")
class Holder: pass
h = Holder(); h.n = Noisy("h1"); h.n = Noisy("h2"); flush("attribute"); del h.n; flush("del attribute"); h.m = Noisy("h3"); del h; flush("holder")
def gen(): x = Noisy("g"); yield 1; yield 2
g = gen(); next(g); del g; flush("generator")
def closure(): n = Noisy("cell"); return lambda: n
f = closure(); flush("cell alive"); del f; flush("cell gone")
for i in range(3): v = Noisy(f"loop{i}")
flush("loop"); del v; flush("loop end")
x, y = Noisy("p"), Noisy("q"); x, y = y, x; flush("swap"); x = y = None; flush("both")
try: raise ValueError(Noisy("err"))
except ValueError as e: pass
flush("exception")
def fails(): n = Noisy("frame"); raise KeyError
try: fails()
except KeyError as e: flush("frame held"); 
flush("frame gone")
print([Noisy("i").name for _ in range(2)], Noisy("m").__class__.__name__, len([Noisy("in list")])); flush("expressions")
class Phoenix:
    kept = []
    def __del__(self): log.append("rise"); Phoenix.kept.append(self)
p = Phoenix(); del p; flush("resurrected"); print(len(Phoenix.kept)); Phoenix.kept.clear(); flush("not twice")
class Node:
    def __init__(self, name): self.noisy, self.me = Noisy(name), self
n = Node("cycle"); del n; gc.collect(); flush("cycle")
a, b = Node("A"), Node("B"); a.other, b.other = b, a; del a, b; gc.collect(); print(sorted(log)); log.clear()
l = [Noisy("in list cycle")]; l.append(l); del l; gc.collect(); flush("list cycle")
d = {}; d["d"] = d; d["n"] = Noisy("in dict cycle"); del d; gc.collect(); flush("dict cycle")
import weakref
n = Noisy("weak"); w = weakref.ref(n, lambda r: log.append("callback")); print(w() is n, weakref.getweakrefcount(n)); del n; flush("weak"); print(w())
wd = weakref.WeakValueDictionary(); n = Noisy("v"); wd["k"] = n; print(len(wd)); del n; print(len(wd), wd.get("k")); log.clear()
class Slots:
    __slots__ = ("a", "__weakref__")
s = Slots(); s.a = Noisy("slot"); r = weakref.ref(s); del s; flush("slots"); print(r())
for bad in ("weakref.ref(5)", "weakref.ref([])", "weakref.ref('x')"):
    try: eval(bad)
    except TypeError as e: print(e)
deep = None
for i in range(100000): deep = [deep]
del deep; print("deep list gone")
deep = None
for i in range(50000): deep = Holder.__new__(Holder); deep.next = None
class Link:
    def __init__(self, n): self.n = n
link = None
for i in range(100000): link = Link(link)
del link; print("deep chain gone")
import sys
class Raises:
    def __del__(self): raise ValueError("in del")
caught = []; sys.unraisablehook = lambda u: caught.append((u.exc_type.__name__, str(u.exc_value)))
r = Raises(); del r; print(caught); sys.unraisablehook = sys.__unraisablehook__
ids = [gc.isenabled(), gc.collect() >= 0]; gc.disable(); print(ids, gc.isenabled()); gc.enable()
class Order:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(self.n)
def scope(): a, b, c = Order(1), Order(2), Order(3)
scope(); flush_any("locals end")
o = Holder(); o.x, o.y = Order("x"), Order("y"); del o; flush_any("attributes end")
l = [Order(i) for i in range(4)]; del l[1:3]; flush_any("slice"); del l; flush_any("list")
