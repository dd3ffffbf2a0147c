"""The largest singular value of an infinite matrix's corner: float loops over calls."""
import math
import sys


def cell(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    size = range(len(vector))
    result = []
    for i in size:
        total = 0.0
        for j in size:
            total += cell(i, j) * vector[j]
        result.append(total)
    return result


def times_transposed(vector):
    size = range(len(vector))
    result = []
    for i in size:
        total = 0.0
        for j in size:
            total += cell(j, i) * vector[j]
        result.append(total)
    return result


def main(n):
    u = [1.0] * n
    v = u
    for _ in range(8):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    top = bottom = 0.0
    for a, b in zip(u, v):
        top += a * b
        bottom += b * b
    print(f"spectral_norm {n}: {math.sqrt(top / bottom):.9f}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
