"""The Mandelbrot set by floats: a tight loop with an early end."""
import sys


def escape(x, y, limit):
    a = b = aa = bb = 0.0
    for n in range(limit):
        b = 2.0 * a * b + y
        a = aa - bb + x
        aa = a * a
        bb = b * b
        if aa + bb > 4.0:
            return n
    return limit


def main(size):
    inside = total = 0
    for row in range(size):
        y = 2.4 * row / size - 1.2
        for column in range(size):
            n = escape(3.0 * column / size - 2.2, y, 100)
            total += n
            inside += n == 100
    print(f"mandelbrot {size}: {inside} {total}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 660)
