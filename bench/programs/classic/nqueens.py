"""Queens on a board: recursive generators, tuples, membership in sets."""
import sys


def place(n, row, columns, rising, falling, placed):
    if row == n:
        yield placed
        return
    for column in range(n):
        if column not in columns and row + column not in rising and row - column not in falling:
            yield from place(n, row + 1, columns | {column}, rising | {row + column}, falling | {row - column}, placed + (column,))


def main(n):
    count = checksum = 0
    for solution in place(n, 0, frozenset(), frozenset(), frozenset(), ()):
        count += 1
        checksum += sum([row * column for row, column in enumerate(solution)])
    print(f"nqueens {n}: {count} {checksum}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
