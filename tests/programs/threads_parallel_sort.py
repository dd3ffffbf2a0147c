# Parallel algorithms over shared data: merge sort, prefix sums, matrix product, a sieve in segments, word counting.
import threading


def run(functions):
    out = [None] * len(functions)

    def body(i, f):
        out[i] = f()

    threads = [threading.Thread(target=body, args=(i, f)) for i, f in enumerate(functions)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return out


def numbers(n, seed=7):
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        yield seed >> 8


def merge(a, b):
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if b[j] < a[i]:
            out.append(b[j]); j += 1
        else:
            out.append(a[i]); i += 1
    return out + a[i:] + b[j:]


def sort(items, threads):
    if len(items) < 2:
        return items
    half = len(items) // 2
    if threads > 1:
        left, right = run([lambda: sort(items[:half], threads // 2), lambda: sort(items[half:], threads // 2)])
    else:
        left, right = sort(items[:half], 1), sort(items[half:], 1)
    return merge(left, right)


data = list(numbers(5000))
print(sort(data, 8) == sorted(data), sort([], 4), sort([2, 1], 4))
prefix, total = [], 0
chunks = [data[i:i + 500] for i in range(0, len(data), 500)]
sums = run([lambda c=c: sum(c) for c in chunks])
starts = [sum(sums[:i]) for i in range(len(sums))]


def scan(chunk, start):
    out = []
    for v in chunk:
        start += v
        out.append(start)
    return out


prefix = [v for part in run([lambda c=c, s=s: scan(c, s) for c, s in zip(chunks, starts)]) for v in part]
print(prefix[-1] == sum(data), all(b - a == v for a, b, v in zip(prefix, prefix[1:], data[1:])))
size = 40
a = [[(i * j) % 11 for j in range(size)] for i in range(size)]
b = [[(i + 2 * j) % 7 for j in range(size)] for i in range(size)]
product = [[0] * size for _ in range(size)]


def rows(first, step):
    for i in range(first, size, step):
        for j in range(size):
            product[i][j] = sum([a[i][k] * b[k][j] for k in range(size)])


run([lambda k=k: rows(k, 4) for k in range(4)])
print(sum(map(sum, product)), product[3][5], product[39][39])
limit = 20000
small = [n for n in range(2, 142) if all(n % d for d in range(2, int(n ** 0.5) + 1))]


def segment(low, high):
    flags = bytearray([1]) * (high - low)
    for p in small:
        start = max(p * p, (low + p - 1) // p * p)
        flags[start - low::p] = bytes(len(range(start - low, high - low, p)))
    return [low + i for i, f in enumerate(flags) if f and low + i > 1]


primes = [p for part in run([lambda k=k: segment(k * 2500, (k + 1) * 2500) for k in range(8)]) for p in part]
print(len(primes), primes[:5], primes[-1])
shared, lock = {}, threading.Lock()


def histogram(chunk):
    own = {}
    for v in chunk:
        own[v % 10] = own.get(v % 10, 0) + 1
    with lock:
        for k, n in own.items():
            shared[k] = shared.get(k, 0) + n
    return len(own)


run([lambda c=c: histogram(c) for c in chunks])
print(dict(sorted(shared.items())), sum(shared.values()))
best = [None]


def search(chunk):
    top = max(chunk)
    with lock:
        if best[0] is None or top > best[0]:
            best[0] = top


run([lambda c=c: search(c) for c in chunks])
print(best[0] == max(data), run([lambda n=n: pow(3, n, 1000) for n in range(5)]))
