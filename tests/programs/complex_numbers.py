# complex: infinities in products and quotients, powers that overflow, what the constructor warns about.
import itertools, warnings

nan, inf = float('nan'), float('inf')
values = [-0.0, -2.5, 1e300, inf, nan]


def plain(z):  # the sign of a NaN is nobody's business
    return tuple('nan' if x != x else repr(x) for x in (z.real, z.imag))


for name, f in (('mul', lambda a, b: a * b), ('div', lambda a, b: a / b)):
    for parts in itertools.product(values, repeat=4):
        try:
            r = plain(f(complex(*parts[:2]), complex(*parts[2:])))
        except ZeroDivisionError as e:
            r = e
        print(name, *parts, '=', *r if isinstance(r, tuple) else (r,))
for parts in itertools.product([0.0, -0.0, 2.5, inf, -inf, nan], repeat=3):
    try:
        print('real', *parts, '=', *plain(parts[0] / complex(*parts[1:])), *plain(parts[0] * complex(*parts[1:])))
    except ZeroDivisionError as e:
        print('real', *parts, e)
for a in (1e200 + 1j, 1e200j, 2 + 1j, complex(inf, 1), complex(nan, 1), 1e308 + 1e308j, 0j):
    for b in (2, 5, -1, 100, 101, 0.5, 1j, 1e200 + 1j, -1e200, 0):
        try:
            print('pow', a, b, plain(a ** b))
        except ArithmeticError as e:
            print('pow', a, b, type(e).__name__, e)


class Sub(complex):
    pass


class With:
    def __init__(self, value):
        self.value = value

    def __complex__(self):
        return self.value


class Real:
    def __float__(self):
        return 1.5


class SubWith(complex):
    def __complex__(self):
        return 42j


warnings.simplefilter('always')
print(complex(SubWith(1j)), complex(SubWith(1j)).__class__)
for args in ((4.25 + 0j, 0), (Sub(1j), 0), (With(1j), 0), (0, 4.25 + 1j), (0, Sub(1j)), (0, With(1j)), (1j, 1j), (With(Sub(1j)),),
             (With(1.5),), (With(1j),), (Real(),), (Real(), Real()), (0, Real()), (Sub(2j),), ('1', 2), (1, '2'), (None,), (1, None),
             (None, 1), ([],)):
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter('always')
        try:
            r = complex(*args)
        except TypeError as e:
            r = e
    print(r, type(r).__name__, [(w.category.__name__, str(w.message)) for w in log])
for kw in (dict(real=1j), dict(imag=1j), dict(real=1j, imag=2), dict(real=With(1j)), dict(imag=With(1j)), dict(real='1')):
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter('always')
        try:
            r = complex(**kw)
        except TypeError as e:
            r = e
    print(r, [str(w.message) for w in log])
