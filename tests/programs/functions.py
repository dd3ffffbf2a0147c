# Functions: argument passing of every kind, defaults, closures, recursion, decorators, attributes.
def f(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, kw


print(f(1, c=3), f(1, 5, 6, 7, c=3, e=8), f(*[1, 2], **{"c": 3}), f(c=1, a=2), f(*(1,), 9, *(8, 7), c=0, **{"x": 1}, **{"y": 2}))


def pos_only(a, b=5, /, c=6, *, d=7):
    return a, b, c, d


print(pos_only(1), pos_only(1, 2, 3, d=4), pos_only(1, c=9), (lambda *a, **k: (a, k))(1, x=2), (lambda a, /, **k: (a, k))(1, a=2))
for call in ["f()", "f(1)", "f(1, 2, c=3, a=4)", "pos_only(a=1)", "pos_only(1, 2, 3, 4)", "pos_only()", "pos_only(1, z=1)", "f(c=1)", "(lambda: 0)(1)", "(lambda x: 0)()", "(lambda x, y: 0)()",
             "f(*5)", "f(**5)", "f(**{1: 2}, a=1, c=2)", "(lambda a, b, c: 0)(1)", "(lambda *, k: 0)()", "(lambda *, k, m: 0)()", "pos_only(1, 2, 3, d=1, e=2)", "(lambda a, b=1: 0)(1, 2, 3)", "5()", "None()", "(lambda x: 0)(1, x=2)"]:
    try:
        print(call, eval(call))
    except TypeError as error:
        print(call, "->", error)


def counter(start=0):
    n = start

    def step(by=1):
        nonlocal n
        n += by
        return n

    def peek():
        return n

    return step, peek


step, peek = counter(10)
print(step(), step(5), peek(), counter()[1]())
adders = [lambda x, i=i: x + i for i in range(3)]
late = [lambda x: x + i for i in range(3)]
print([g(10) for g in adders], [g(10) for g in late])
g_value = 1


def globals_and_locals():
    global g_value, g_new
    g_value += 1
    g_new = "made"
    local = 5
    inner = lambda: local + g_value
    local = 6
    return inner(), sorted(locals())


print(globals_and_locals(), g_value, g_new)


def memo(function):
    cache = {}

    def wrapper(*args):
        if args not in cache:
            cache[args] = function(*args)
        return cache[args]

    wrapper.cache = cache
    wrapper.__name__ = function.__name__
    return wrapper


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), len(fib.cache), fib.__name__)


def times(n):
    def decorate(function):
        return lambda *args: [function(*args) for _ in range(n)]
    return decorate


@times(2)
@times(3)
def hello(who="you"):
    "Say hello."
    return "hi " + who


print(hello("me"))


def ackermann(m, n):
    return n + 1 if m == 0 else ackermann(m - 1, 1) if n == 0 else ackermann(m - 1, ackermann(m, n - 1))


print(ackermann(2, 3), (lambda s: s(s, 10))(lambda s, n: 1 if n == 0 else n * s(s, n - 1)))


def mutual_even(n): return True if n == 0 else mutual_odd(n - 1)
def mutual_odd(n): return False if n == 0 else mutual_even(n - 1)


print(mutual_even(100), mutual_odd(51))


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


print(deep(900))
try:
    deep(10 ** 6)
except RecursionError as error:
    print(type(error).__name__, error)
print(deep(500))


def defaults(a=[], *, k={}):
    a.append(len(a)); k[len(a)] = a[-1]
    return a, k


defaults(); print(defaults(), defaults([9]), defaults.__defaults__, defaults.__kwdefaults__)
def annotated(x: int, y: "str" = "s", *z: float) -> list[int]: return x
print(annotated.__annotations__, annotated.__name__, annotated.__qualname__, counter()[0].__qualname__, hello.__doc__, (lambda: 0).__name__, annotated.__code__.co_varnames, annotated.__code__.co_argcount, annotated.__module__)
annotated.extra = 5; print(annotated.extra, annotated.__dict__, callable(annotated), callable(5), step.__closure__[0].cell_contents)
annotated.__defaults__ = ("t",); print(annotated.__defaults__, type(annotated).__name__)
def gen_args(*, a, b): return a - b
print(gen_args(b=1, a=5), gen_args(**dict(a=1, b=2)), list(map(gen_args.__call__, [])), max(*[1, 2], key=lambda v: -v), print.__name__, len.__name__, [].append.__name__, str.join.__qualname__)
def order(tag, value): print(tag, end=" "); return value
order("f", lambda *a, **k: print(a, k))(order("1", 1), *order("2", [2]), k=order("3", 3), **order("4", {"m": 4}))
def swap(a, b): return b, a
a, b = swap(*swap(1, 2)); print(a, b, (lambda: (yield))().__class__.__name__, (lambda x=(lambda: 5)(): x)())
