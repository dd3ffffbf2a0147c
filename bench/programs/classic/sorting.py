"""Sorting: the built-in sort with and without keys, and sorts written in Python."""
import sys
from operator import itemgetter


def numbers(count, seed=12345):
    state, row = seed, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        row.append(state >> 8)
    return row


def quicksort(row, low, high):
    while low < high:
        pivot = row[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while row[i] < pivot:
                i += 1
            while row[j] > pivot:
                j -= 1
            if i <= j:
                row[i], row[j] = row[j], row[i]
                i += 1
                j -= 1
        quicksort(row, low, j)
        low = i


def heapsort(row):
    def sink(start, end):
        root = start
        while (child := 2 * root + 1) < end:
            if child + 1 < end and row[child] < row[child + 1]:
                child += 1
            if row[root] >= row[child]:
                return
            row[root], row[child] = row[child], row[root]
            root = child

    for start in range(len(row) // 2, -1, -1):
        sink(start, len(row))
    for end in range(len(row) - 1, 0, -1):
        row[0], row[end] = row[end], row[0]
        sink(0, end)


def mergesort(row):
    if len(row) < 2:
        return row
    middle = len(row) // 2
    left, right = mergesort(row[:middle]), mergesort(row[middle:])
    merged, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged + left[i:] + right[j:]


def main(count):
    row = numbers(count)
    expected = sorted(row)
    quick, heap = row[:], row[:]
    quicksort(quick, 0, count - 1)
    heapsort(heap)
    assert quick == heap == mergesort(row) == expected
    pairs = [(value % 1000, str(value)) for value in row]
    by_both = sorted(pairs)
    by_text = sorted(pairs, key=itemgetter(1))
    by_rest = sorted(row, key=lambda value: (value % 97, -value))
    nearly = sorted(expected[:-10] + row[:10], reverse=True)
    print(f"sorting {count}: {expected[count // 2]} {by_both[7][1]} {by_text[7][1]} {by_rest[7]} {nearly[7]}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 150_000)
