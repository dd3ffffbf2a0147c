"""Float loops: integration, matrix product, series, a random walk, a simple filter."""
import math
import sys


def integrate(steps):
    total, dx = 0.0, 1.0 / steps
    for i in range(steps):
        x = (i + 0.5) * dx
        total += 4.0 / (1.0 + x * x) * dx
    return total


def matrix_product(n):
    a = [[(i * j % 7) * 0.5 for j in range(n)] for i in range(n)]
    b = [[(i + j) % 5 - 2.0 for j in range(n)] for i in range(n)]
    trace = 0.0
    for i in range(n):
        row = a[i]
        for j in range(n):
            cell = 0.0
            for k in range(n):
                cell += row[k] * b[k][j]
            if i == j:
                trace += cell
    return trace


def exponential(x):
    total = term = 1.0
    n = 0
    while term > 1e-16:
        n += 1
        term *= x / n
        total += term
    return total


def heat(cells, rounds):
    row = [0.0] * cells
    row[cells // 2] = 100.0
    for _ in range(rounds):
        row = [row[0]] + [row[i] + 0.25 * (row[i - 1] - 2.0 * row[i] + row[i + 1]) for i in range(1, cells - 1)] + [row[-1]]
    return max(row)


def walk(steps):
    x, state = 0.0, 0.5
    for _ in range(steps):
        state = 3.99 * state * (1.0 - state)
        if state > 0.5:
            x += math.sqrt(state)
        else:
            x -= abs(state - 0.25)
    return x


def main(count):
    series = 0.0
    for i in range(count // 20):
        series += exponential(i % 10 / 10.0)
    print(f"float_loops {count}: {integrate(count * 4):.9f} {matrix_product(int(count ** 0.45)):.3f} {series:.6f} "
          f"{heat(200, count // 200):.9f} {walk(count) > -1e9}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 220_000)
