"""Straight lines of float arithmetic: every operand now and then something else, values without a short form, errors in the middle."""
import math


class Vector:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Vector(self.x + (other.x if isinstance(other, Vector) else other))

    __radd__ = __add__

    def __mul__(self, other):
        return Vector(self.x * other)

    __rmul__ = __mul__

    def __lt__(self, other):
        return self.x < other

    def __gt__(self, other):
        return self.x > other

    def __repr__(self):
        return f"Vector({self.x!r})"


class Last:
    def __del__(self):
        print("gone")


def polynomial(x, a, b, c):
    return a * x * x + b * x + c


def long_line(a, b, c, d):
    # More values wait at once than there are registers for them.
    return (a * b + c * d) * ((a + b) * (c + d) + (a - b) * (c - d)) / (
        (a * a + 1.5) * ((b * b + 2.5) + (c * c + 3.5) * (d * d + 4.5) / ((a + 0.25) * (b + 0.5) + (c + 0.75) * (d + 1.25))))


def branches(x, y):
    r = x * 2.0 - y
    if r > 4:
        r = r * 0.5 + 1
    elif r < -4.5:
        r = -1.0 * r
    if r * r + x <= y * 3.0:
        return r, "low"
    s = r
    t = s + 1
    return s * t, t, "high"


def iterate(x, y, limit):
    a = b = 0.0
    n = 0
    while a * a + b * b <= 4.0 and n < limit:
        a, b = a * a - b * b + x, 2 * a * b + y
        n += 1
    return n, a, b


def divides(x, y, z):
    return 1.0 + x * 3.0 / (y * 2.0 - z) + x


def overwrites(x):
    kept = Last()
    print("before")
    kept = x * 2.0 + 1.0
    print("after")
    return kept * kept


def rotates(x, n):
    old = 0.0
    for _ in range(n):
        new = x * 0.5 + old * 0.25
        old = x
        x = new
    return x, old


def attempt(function, *arguments):
    try:
        return repr(function(*arguments))
    except Exception as error:
        line = error.__traceback__.tb_next.tb_lineno - function.__code__.co_firstlineno if error.__traceback__.tb_next else None
        return f"{type(error).__name__}: {error} +{line}"


numbers = [0.5, -0.0, 3, -7, 1e308, -1e308, 5e-324, 2.0 ** -300, 2.0 ** 300, math.inf, -math.inf, math.nan, True, 2 ** 61, 2 ** 70,
           Vector(2.5), "text", None]


def main():
    warm = 0.0
    for i in range(400):   # hot with floats first
        f = i * 0.125
        warm += polynomial(f, 0.5, 2.0, 1.0) + long_line(f, 0.5, 2.0, 1.0) + branches(f, 0.5)[0]
        warm += iterate(f * 0.01, 0.1, 20)[0] + divides(f, 2.0, 1.0) + rotates(f, 3)[0]
    print(warm)
    for x in numbers:
        for y in numbers:
            print(x, y, attempt(polynomial, x, y, 0.5, 1), attempt(polynomial, 1.5, x, y, x), attempt(branches, x, y), sep=" | ")
        print(attempt(long_line, x, 1.5, x, 2.0), attempt(long_line, 0.5, x, 1e200, x), attempt(iterate, x, 0.25, 12))
        print(attempt(divides, x, 0.5, 1.0), attempt(divides, 1.5, x, x), attempt(divides, 2.0, x, 7), attempt(rotates, x, 5))
    print(overwrites(1.5), overwrites(2))
    print(attempt(overwrites, "text"))


main()
