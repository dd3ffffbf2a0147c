"""Type parameters (PEP 695): defaults of generic functions, private names, what comprehensions in them see."""


def make():
    class C[T]:
        T = "class"

        def meth(self):
            return T

        x = [T for _ in (1,)]

    return C


c = make()
print(c.x, c().meth())


class Methods:
    def m[T](self):
        return [T for _ in range(1)], list(T for _ in range(1))


print(Methods().m())


class D[T]:
    T = "class"

    def meth[U](x: (T for _ in (1,)), y: T):
        pass


print(list(D.meth.__annotations__["x"]), D.meth.__annotations__["y"])


class E[T]:
    class F:
        generated = list(T for _ in (1,))
        listed = [T for _ in (1,)]


print(E.F.generated, E.F.listed)


# Private names of parameters are the class's.
class Foo[__T]:
    param = __T

    def meth[__U](self, arg: __T, arg2: __U):
        return (__T, __U)

    type Alias[__V] = (__T, __V)


print(Foo.param, Foo().meth(1, 2), Foo.Alias.__value__, Foo.__type_params__)


# The function that makes a generic function is given the defaults.
def func[A](a: A = "a", *, b: A = "b"):
    return a, b


def positional[A](a, b=2):
    return a, b


def keyword[A](*, b=2):
    return b


class X:
    def func[A](a="a", *, b="b"):
        return a, b

    async def later[A](self, a=1):
        return a


print(func(), func(1), func(b=2), positional(1), keyword(), X.func(), X.later.__defaults__)
print(func.__defaults__, func.__kwdefaults__, func.__annotations__, func.__type_params__)


def outer():
    T = int

    class C:
        T = str

        def f[U](a: T, b=T):
            return a

    return C.f.__annotations__, C.f.__defaults__


print(outer())
