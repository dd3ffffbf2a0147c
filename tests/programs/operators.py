# Operator overloading: arithmetic, reflected, in-place, comparison, containers, conversion, calls, NotImplemented.
class Vec:
    def __init__(self, *v): self.v = v
    def __repr__(self): return f"Vec{self.v}"
    def _other(self, o): return o.v if isinstance(o, Vec) else None
    def __add__(self, o):
        o = self._other(o)
        return NotImplemented if o is None else Vec(*[a + b for a, b in zip(self.v, o)])
    def __radd__(self, o): return self if o == 0 else NotImplemented
    def __sub__(self, o): return Vec(*[a - b for a, b in zip(self.v, o.v)])
    def __mul__(self, k): return Vec(*[a * k for a in self.v]) if isinstance(k, (int, float)) else NotImplemented
    __rmul__ = __mul__
    def __matmul__(self, o): return sum(a * b for a, b in zip(self.v, o.v))
    def __truediv__(self, k): return Vec(*[a / k for a in self.v])
    def __floordiv__(self, k): return Vec(*[a // k for a in self.v])
    def __mod__(self, k): return Vec(*[a % k for a in self.v])
    def __divmod__(self, k): return self // k, self % k
    def __pow__(self, k, m=None): return ("pow", k, m)
    def __neg__(self): return Vec(*[-a for a in self.v])
    def __pos__(self): return self
    def __abs__(self): return sum(a * a for a in self.v) ** 0.5
    def __invert__(self): return Vec(*self.v[::-1])
    def __iadd__(self, o): self.v = tuple(a + b for a, b in zip(self.v, o.v)); return self
    def __eq__(self, o): return isinstance(o, Vec) and self.v == o.v
    def __lt__(self, o): return self.v < o.v
    def __le__(self, o): return self.v <= o.v
    def __hash__(self): return hash(self.v)
    def __len__(self): return len(self.v)
    def __getitem__(self, i): return self.v[i]
    def __contains__(self, x): return x in self.v
    def __bool__(self): return any(self.v)
    def __call__(self, *a, **k): return (self.v, a, k)
    def __format__(self, spec): return f"<{spec}|" + ",".join(str(a) for a in self.v) + ">"
    def __round__(self, n=0): return Vec(*[round(a, n) for a in self.v])
    def __lshift__(self, n): return ("lshift", n)
    def __rrshift__(self, n): return ("rrshift", n)
    def __and__(self, o): return "and"
    def __ror__(self, o): return "ror"
    def __xor__(self, o): return "xor"


a, b = Vec(1, 2), Vec(3, 5)
print(a + b, a - b, a * 3, 3 * a, a @ b, b / 2, b // 2, b % 2, divmod(b, 2), a ** 2, pow(a, 2, 5), -a, +a, abs(Vec(3, 4)), ~a, sum([a, b]), a << 1, 8 >> a, a & 1, 1 | a, a ^ 1)
c = a; c += b; print(a, c is a); a -= Vec(1, 1); a *= 2; print(a, c)
print(Vec(1) == Vec(1), Vec(1) != Vec(1), Vec(1) == 1, 1 == Vec(1), Vec(1) < Vec(2), Vec(1) > Vec(2), Vec(1) >= Vec(1), len(b), b[0], b[-1], 3 in b, 9 in b, list(b), bool(Vec(0)), bool(b), b(1, k=2), f"{b:xyz} {b}", round(Vec(1.26), 1), {Vec(1): "x"}[Vec(1)], sorted([Vec(3), Vec(1)]), max(Vec(3), Vec(1)), [*b], (lambda *x: x)(*b))
for code in ["a + 1", "1 + a", "a * 'x'", "'x' * a", "a >> 1", "a | 1", "a @ 5", "a > 5", "-'x'", "~1.5", "a += 1", "[] @ []", "1 < 'a'", "None + 1", "{} + {}", "'a' - 'b'", "[1] < (1,)", "a.__add__(1)", "int.__add__(1, 2.0)", "len(5)", "5 in 5", "5[0]", "5()", "hash([])", "round('x')", "abs('x')", "divmod('a', 1)", "{}[[]]", "-None", "not_defined"]:
    try:
        print(code, "=", eval(code) if "+=" not in code else exec(code))
    except Exception as error:
        print(code, "->", type(error).__name__, error)


class Sub(int):
    def __add__(self, o): return "Sub.add"
    def __radd__(self, o): return "Sub.radd"
    def __rsub__(self, o): return "Sub.rsub"
    def __eq__(self, o): return "Sub.eq"
    def __lt__(self, o): return "Sub.lt"
    def __gt__(self, o): return "Sub.gt"


print(Sub(1) + 2, 2 + Sub(1), 2 - Sub(1), Sub(1) - 2, 1 == Sub(1), Sub(1) == 1, 1 < Sub(2), 1 > Sub(2), 2.0 + Sub(1))


class OnlyEq:
    def __eq__(self, o): return True


try:
    hash(OnlyEq())
except TypeError as error:
    print(error)


class Seq:
    def __getitem__(self, i):
        if isinstance(i, slice): return ("slice", i.start, i.stop, i.step)
        if isinstance(i, tuple): return ("tuple", i)
        if i >= 3: raise IndexError(i)
        return i * 10
    def __setitem__(self, i, v): print("set", i, v)
    def __delitem__(self, i): print("del", i)
    def __len__(self): return 3
    def __reversed__(self): return iter("rev")


s = Seq(); print(list(s), 20 in s, s[1:2], s[::3], s[1, 2], s[1:2, ...], list(reversed(s)), s[-1]); s[0] = 1; s[1:2] = "x"; del s[0], s[::2]; s[0] += 5
class Conv:
    def __int__(self): return 1
    def __float__(self): return 2.5
    def __complex__(self): return 3j
    def __index__(self): return 4
    def __str__(self): return "str"
    def __bytes__(self): return b"bytes"
    def __repr__(self): return "repr"
print(int(Conv()), float(Conv()), complex(Conv()), hex(Conv()), str(Conv()), bytes(Conv()), repr(Conv()), [Conv()], f"{Conv()} {Conv()!r}", "%s %r" % (Conv(), Conv()), [10, 20, 30, 40, 50][Conv()], "x" * Conv())
class BadStr:
    def __str__(self): return 5
    def __len__(self): return -1
    def __bool__(self): return 2
    def __hash__(self): return "x"
    def __iter__(self): return 5
for f in (str, len, bool, hash, iter, list):
    try:
        f(BadStr())
    except Exception as error:
        print(f.__name__, type(error).__name__, error)
