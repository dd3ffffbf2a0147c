# Single operations on shared built-in containers are atomic: appends, sets, setdefault, pops, updates.
import threading


def run(count, target):
    threads = [threading.Thread(target=target, args=(i,)) for i in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


appended = []
run(8, lambda i: [appended.append(i * 1000 + n) for n in range(1000)])
print(len(appended), len(set(appended)), sum(appended), [v for v in appended if v < 1000] == list(range(1000)))
table = {}
run(8, lambda i: [table.__setitem__((i, n), n) for n in range(500)])
print(len(table), sum(table.values()))
shared_keys = {}
run(6, lambda i: [shared_keys.__setitem__(f"k{n % 50}", i) for n in range(2000)])
print(len(shared_keys), sorted(shared_keys)[:3], set(shared_keys.values()) <= set(range(6)))
winners = {}
owners = [[] for _ in range(6)]
run(6, lambda i: owners[i].extend(n for n in range(300) if winners.setdefault(n, i) == i))
print(sum(map(len, owners)), len(winners), all(winners[n] == i for i, own in enumerate(owners) for n in own))
stack, popped = list(range(6000)), [[] for _ in range(6)]


def drain(i):
    try:
        while True:
            popped[i].append(stack.pop())
    except IndexError:
        pass


run(6, drain)
print(sum(map(len, popped)), sorted(v for p in popped for v in p) == list(range(6000)), stack)
members = set()
run(5, lambda i: [members.add(n * (i + 1) % 997) for n in range(1500)])
print(len(members), min(members), max(members))
pool, taken = {n: str(n) for n in range(3000)}, [[] for _ in range(5)]
run(5, lambda i: taken[i].extend(pool.pop(n) for n in range(3000) if n % 5 == i))
print(len(pool), sum(map(len, taken)))
items, gone = {n: n for n in range(2000)}, [0] * 4


def pop_items(i):
    try:
        while True:
            items.popitem()
            gone[i] += 1
    except KeyError:
        pass


run(4, pop_items)
print(sum(gone), items)
grown = [0]
run(4, lambda i: [grown.extend((i, i)) for _ in range(500)])
print(len(grown), [grown.count(i) for i in range(4)], all(a == b for a, b in zip(grown[1::2], grown[2::2])))
text = ["x"] * 100


def rotate(i):
    for n in range(300):
        text[n % 100] = f"{i}-{n}"


run(4, rotate)
print(len(text), all("-" in t for t in text))
swap = [1, 2]
run(4, lambda i: [swap.reverse() for _ in range(501)])
print(sorted(swap), swap)
counts = [dict.fromkeys(range(10), 0) for _ in range(4)]
run(4, lambda i: [counts[i].__setitem__(n % 10, counts[i][n % 10] + 1) for n in range(1000)])
print(counts == [dict.fromkeys(range(10), 100)] * 4)
