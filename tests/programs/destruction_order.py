"""The order in which what nobody holds any more is destroyed: frames, arguments, containers, exceptions."""
class D:
    def __init__(s,n): s.n=n
    def __del__(s): print('del',s.n)
def f():
    a=D('a'); b=D('b'); c=D('c')
print('locals'); f()
def g():
    a=D('a'); b=D('b'); c=(D('t1'),D('t2').q,D('t3'))
print('unwind')
try: g()
except AttributeError as e: pass
def h():
    x = D('x')
    [D('l1'), D('l2'), nope]
try: h()
except NameError: pass
print('tuple'); t=(D(1),D(2),D(3)); del t
print('list'); t=[D(1),D(2),D(3)]; del t
print('list clear'); t=[D(1),D(2),D(3)]; t.clear()
print('slice'); t=[D(1),D(2),D(3)]; del t[:]
print('dict'); t={1:D(1),2:D(2),3:D(3)}; del t
print('dict clear'); t={1:D(1),2:D(2),3:D(3)}; t.clear()
print('set'); t={D(1)}; del t
class O: pass
print('inst'); o=O(); o.a=D('a'); o.b=D('b'); o.c=D('c'); del o
class S: __slots__=('a','b','c')
print('slots'); o=S(); o.a=D('a'); o.b=D('b'); o.c=D('c'); del o
print('args')
def k(*a, **kw): pass
k(D(1),D(2),x=D(3),y=D(4))
print('args2')
def k2(a,b,c): pass
k2(D(1),D(2),D(3))
print('call err')
try: k2(D(1),D(2))
except TypeError: pass
print('gen')
def gg():
    a=D('a'); b=D('b'); yield 1
q=gg(); next(q); del q
print('closure')
def cl():
    a=D('a'); b=D('b')
    def i(): return a,b
    return i
i=cl(); del i
print('expr'); D(1), D(2), D(3)
print('frame held')
import sys
def fh():
    a=D('a'); b=D('b'); f=sys._getframe(); del f
fh()
print('list in place'); t=[D(1),D(2),D(3)]; t[:]=[1]
print('deque')
import collections
d=collections.deque([D(1),D(2),D(3)]); del d
print('end')
print('chain')
class N:
    def __init__(self, x): self.x = x
def chain():
    a = N(N(N(D('deep'))))
    for i in range(300):
        b = a.x.x.x
        if a.x.x is None or a.x.x is b: print('no')
        a.x.x.x = b
    a.x = None
    holder = N([D('in list')])
    for i in range(100):
        if b in holder.x or holder.x is None: print('no')
    holder.x = None
    print(b.n)
chain()
print('never run')
def unstarted(a, b): yield a
def held():
    args = (D('first'), D('second'))
    q = unstarted(*args)
held()
print('natives')
class P(D):
    def __str__(s): return s.n
def natives():
    isinstance(D('a'), type(D('b')))
    len((D('c'), D('d')))
    getattr(D('e'), 'q', D('f'))
    setattr(D('g'), 'z', D('h'))
    print(P('i'), P('j'), P('k'))
for _ in range(3): natives()
