"""Integers of hundreds to thousands of digits: digits of pi, factorials, modular powers, text conversion."""
import sys


def pi_digits(count):
    """A spigot: yields decimal digits of pi."""
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while count:
        if 4 * q + r - t < n * t:
            yield n
            count -= 1
            q, r, n = 10 * q, 10 * (r - n * t), (10 * (3 * q + r)) // t - 10 * n
        else:
            q, r, t, k, n, l = q * k, (2 * q + r) * l, t * l, k + 1, (q * (7 * k) + 2 + r * l) // (t * l), l + 2


def factorial(n):
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def fibonacci(n):
    """By doubling."""
    a, b = 0, 1
    for bit in bin(n)[2:]:
        a, b = a * (2 * b - a), a * a + b * b
        if bit == "1":
            a, b = b, a + b
    return a


def is_probable_prime(n):
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd //= 2
        twos += 1
    for base in (2, 3, 5, 7, 11):
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def main(count):
    digits = "".join([str(digit) for digit in pi_digits(count)])
    product = factorial(count * 2)
    big = fibonacci(count * 15)
    text = str(product % 10 ** 4000)
    prime = 2 ** 521 - 1
    primes = [n for n in range(prime, prime - 120, -2) if is_probable_prime(n)]
    mixed = (product >> 1000 ^ big) & (1 << 2000) - 1
    print(f"big_integers {count}: {digits[-8:]} {big % 10 ** 12} {int(text[::-1]) % 10 ** 9} {len(primes)} {mixed % 10 ** 9}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_600)
