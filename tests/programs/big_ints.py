# Integers beyond 62 bits: boundaries, long multiplication and division, text in both directions.
for e in (29, 30, 31, 59, 60, 61, 62, 63, 64, 127, 128):
    p = 2 ** e
    print(e, p - 1, p, p + 1, -p, -p - 1)
a = 2 ** 61 - 1
print(a + a, a * a, -a - a - 5, (a + 1) * 2 - 1, (a * 4) // 4 == a)
b = 2 ** 62
print(b - 1 - (b - 1), b - b, (b << 1) >> 1 == b, b // 1, -b // 1, -b % 7, b % -7, b // -7)
f = 1
for i in range(1, 61):
    f *= i
print(f)
print(f // 10 ** 20, f % 10 ** 20, divmod(f, -12345678901234567890), divmod(-f, 12345678901234567890123))
g = f
n = 0
while g > 1:
    g //= 7
    n += 1
print(n)
fib = [0, 1]
while len(fib) < 400:
    fib.append(fib[-1] + fib[-2])
print(fib[399])
print(fib[399] & fib[398], fib[399] | fib[398], fib[399] ^ fib[398], ~fib[399], -fib[399] & fib[398], -fib[399] | fib[397], -fib[399] ^ -fib[398])
print(fib[399] >> 100, -fib[399] >> 100, fib[300] << 77, fib[399].bit_length(), fib[399].bit_count())
print(int(str(fib[399])) == fib[399], int(hex(fib[399]), 16) == fib[399], int(bin(fib[399]), 2) == fib[399], hex(fib[399]), oct(fib[200]))
print(3 ** 300 % 1000000007, pow(3, 300, 1000000007), pow(7, 10 ** 30, 10 ** 25 + 13), pow(-3, 101, 10 ** 20))
print((10 ** 40).to_bytes(20, "little"), int.from_bytes(bytes(range(1, 30)), "big"), int.from_bytes(b"\xff" * 12, "big", signed=True))
print(float(10 ** 40), 10 ** 40 / 3, 10 ** 40 // 3, 10 ** 300 / 10 ** 299, int(1e30), int(-1.5e25), 10 ** 25 == 1e25, 10 ** 22 == 1e22)
print(f"{10 ** 30:,} {10 ** 30:x} {-10 ** 30:_d} {2 ** 100:>40} {2 ** 100:<40}| {2 ** 100:e}")
print(round(12345678901234567890123, -10), round(-15 * 10 ** 30, -31), abs(-10 ** 30), (10 ** 30).as_integer_ratio())
print(sorted([10 ** 30, -10 ** 30, 5, 2 ** 62, -2 ** 62, 2 ** 62 - 1, 0]), max(10 ** 20, 10 ** 21), hash(10 ** 30), hash(-10 ** 30), hash(2 ** 200))
for bad in ["10 ** 400 * 1.0", "float(10 ** 400)", "10 ** 400 / 3.0", "10 ** 30 // 0", "1 << (1 << 70)", "int('9' * 5000)"]:
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, type(error).__name__, error)
print(10 ** 400 // 10 ** 398, 10 ** 400 / 10 ** 399, 10 ** 400 > 1e308, -10 ** 400 < float("-inf") or "no")


def karatsuba_like(n):
    x, y = 3 ** n + 1, 7 ** n - 1
    return x * y % (10 ** 40), (x * x - y * y) == (x - y) * (x + y)


print(karatsuba_like(500), karatsuba_like(3000))


def isqrt(n):
    x = 1 << (n.bit_length() + 1) // 2
    while True:
        y = (x + n // x) // 2
        if y >= x:
            return x
        x = y


print(isqrt(2 * 10 ** 120), isqrt(2 ** 201 - 1))
