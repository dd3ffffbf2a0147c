# exit: 1
# What is said of wrong arguments: functions of Python, methods, classes, built-in functions.
import sys


def plain(a, b, c=3): pass
def positional(a, /, b, *, c, d=4): pass
def keywords(*, first, second, third): pass
def none(): pass
def rest(a, *args, **kwargs): pass


class Point:
    def __init__(self, x, y): pass
    def move(self, dx, dy=0): pass
    @classmethod
    def make(cls, x): pass
    @staticmethod
    def stat(x): pass


class Empty: pass


CALLS = """plain() plain(1) plain(1,2,3,4) plain(1,b=2,a=3) plain(1,2,d=4) positional() positional(1,2) positional(a=1,b=2,c=3)
positional(1,2,3) positional(1,2,3,4,c=5) positional(1,b=2,c=3,e=4) keywords() keywords(first=1) keywords(1) keywords(1,first=1) none(1) none(1,2) none(x=1)
rest() rest(**{1:2}) rest(1,a=2) rest(*5) rest(**5) Point() Point(1) Point(1,2,3) Point(1,2).move() Point(1,2).move(1,2,3) Point(1,2).move(dz=1)
Point.make() Point.make(1,2) Point.stat() Point.stat(1,2) Point.move() Point.move(1) Empty(1) Empty(x=1) object(1) len() len(1,2) len(x=1) len(5)
int("x") int("1",99) int([]) int("1",base="x") int(1,2) float("x") float([]) float(1,2) str(1,2,3,4) str(b"",5) ord("ab") ord(1) chr(-1) chr("a") abs("x")
max() max(1) max([]) max(1,key=5) min([],default=1,x=2) sum(1) sum(["a"]) sum("ab","") sorted() sorted(1) sorted([1],1) sorted([1],revers=True) pow(1) pow(2,-1,0) pow("a",2)
isinstance(1) isinstance(1,1) issubclass(1,int) hasattr(1) hasattr(1,2) getattr(1,"x","y","z") getattr(1,2) setattr(1,"x",2) iter(1) iter(1,2) next(1) next(iter([]),1,2)
range() range("a") range(1,2,0) range(1,2,3,4) range(1.5) zip(1) zip([1],[2,3],strict=1)and(list(zip([1],[2,3],strict=True))) enumerate() enumerate(1) map(1) list(map(None,[1])) filter(1) list(filter(1,[1]))
reversed({1}) reversed() divmod(1) divmod("a",1) round() round("x") round(1,"x") hash([]) hash({}) id() callable() vars(1) dir(1,2) open() open(1.5) print(1,seperator="") print(1,sep=1)
[].append() [].append(1,2) [].pop("x") [].pop(1) [].index(1) [].remove(1) [].insert(1) [].sort(1) [].sort(key=1,x=2) [1].extend(1) [1,"a"].sort() [].count() {}.get() {}.pop(1) {}.update(1) {}.update([1]) {}.update([(1,2,3)])
{}.fromkeys() {}.setdefault() {}.popitem() set().pop() set().remove(1) {1}.union(1) {1}|[1] {[1]} {{}:1} "a".join(1) "a".join([1]) "a".split(1) "a".split("") "a".replace("b") "a".index("b") "a".center() "a".center(5,"xy") "a".encode(1) "a".encode("nothing")
"a".startswith(1) "a".startswith((1,)) "a".count() "a".find() "a".zfill("x") "%d"%"x" "%d%d"%1 "%d"%(1,2) "%(a)s"%1 "%(a)s"%{} "%z"%1 "{}".format() "{a}".format() "{:z}".format(1) "{:d}".format("x") "{0.x}".format(1) "{!z}".format(1) format(1,2) "a"+1 1+"a" "a"*"b" [1]+(1,) (1,)+[1] "a"[1.5] "a"["b"] [1][None] (1,)["x"] {}[[]]
b"a"+"a" b"a".join(["a"]) bytes("a") bytes(-1) bytes([256]) bytes(["a"]) bytearray([300]) memoryview(1) complex("x") complex(1,"2") slice() tuple(1) list(1) list(1,2) dict(1) dict([1]) dict(1,2) frozenset(1) type(1,2) type() type("A",1,{}) super() super(1) property(1,2,3,4,5) staticmethod() classmethod()
exec() eval(1) compile(1) compile("1","x","bad") __import__() __import__(1) globals(1) input(1,2) bin("x") hex(1.5) oct(None) ascii() repr() any(1) all() 1() "a"() None() [1]() (1)(2) 1.5() ...() len()() 1[0] None[0] int[0] len[0] 1.5[0] print[0]"""
for call in CALLS.split():
    try:
        result = eval(call)
        print(call, "->", type(result).__name__)
    except Exception as error:
        print(f"{call}: {type(error).__name__}: {error}")
sys.stdout.flush()
Point(1, 2).move(
    *range(2),
    dx=5,
)
