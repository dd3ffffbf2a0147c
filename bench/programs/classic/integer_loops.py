"""Integer loops: digit sums, greatest common divisors, bit tricks, a hash, a sieve, a small machine."""
import sys


def digit_sums(limit):
    total = 0
    for n in range(limit):
        while n:
            total += n % 10
            n //= 10
    return total


def gcds(limit):
    total = 0
    for a in range(1, limit):
        x, y = a, limit - a
        while y:
            x, y = y, x % y
        total += x
    return total


def bits(limit):
    total = 0
    for n in range(limit):
        n ^= n >> 3
        while n:
            n &= n - 1
            total += 1
    return total


def fnv(rounds):
    h = 2166136261
    for i in range(rounds):
        h = ((h ^ (i & 255)) * 16777619) & 0xFFFFFFFF
    return h


def sieve(limit):
    flags = bytearray([1]) * limit
    count = 0
    for n in range(2, limit):
        if flags[n]:
            count += 1
            for multiple in range(n * n, limit, n):
                flags[multiple] = 0
    return count


def machine(rounds):
    """A register machine in a loop of comparisons."""
    code = [(0, 1), (1, 3), (2, 0), (3, 7), (4, 0)]
    a = b = c = 0
    at = 0
    for _ in range(rounds):
        op, value = code[at]
        if op == 0:
            a += value
        elif op == 1:
            b = (b + a * value) % 65521
        elif op == 2:
            c ^= b
        elif op == 3:
            a %= 10_007 + value
        else:
            at = -1
        at += 1
    return a, b, c


def main(count):
    print(f"integer_loops {count}: {digit_sums(count)} {gcds(count // 2)} {bits(count // 2)} {fnv(count * 2)} {sieve(count * 2)} {machine(count * 2)}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
