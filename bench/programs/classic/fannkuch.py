"""Pancake flips over all permutations: list slices, reversal, small integers."""
import sys


def flips_of(row):
    row = row[:]
    count = 0
    top = row[0]
    while top:
        row[:top + 1] = row[top::-1]
        count += 1
        top = row[0]
    return count


def permutations(n):
    """All orders of range(n), each by rotating a prefix of the one before."""
    row = list(range(n))
    turned = [0] * (n + 1)
    while True:
        yield row
        size = 2
        while size <= n:
            row.insert(size - 1, row.pop(0))
            turned[size] += 1
            if turned[size] < size:
                break
            turned[size] = 0
            size += 1
        else:
            return


def main(n):
    checksum = most = 0
    sign = 1
    for row in permutations(n):
        if row[0]:
            flips = flips_of(row)
            most = max(most, flips)
            checksum += sign * flips
        sign = -sign
    print(f"fannkuch {n}: {checksum} {most}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
