# Iterating over containers that other threads change: an error or an end, never garbage.
import threading

table = {i: str(i) for i in range(200)}
items = list(range(200))
members = set(range(200))
stop = False
bad = []


def change(seed):
    n = seed
    for _ in range(3000):
        n = (n * 1103515245 + 12345) & 0x7FFFFFFF
        k = n % 400
        if n & 1024:
            table[k] = str(k)
            members.add(k)
            items.append(k)
        else:
            table.pop(k, None)
            members.discard(k)
            if len(items) > 100:
                items.pop(n % 50)


def read():
    rounds = 0
    while not stop or rounds < 5:
        rounds += 1
        try:
            for k, v in table.items():
                if v != str(k):
                    bad.append((k, v))
        except RuntimeError as error:
            if "changed" not in str(error):
                bad.append(str(error))
        try:
            for m in members:
                if not 0 <= m < 400:
                    bad.append(m)
        except RuntimeError as error:
            if "changed" not in str(error):
                bad.append(str(error))
        for v in items:
            if not 0 <= v < 400:
                bad.append(v)
        for copy in (list(items), items[:], items[::-1], tuple(items)):
            if not all(0 <= v < 400 for v in copy):
                bad.append("copy")
        snapshot = dict(table)
        if any(v != str(k) for k, v in snapshot.items()):
            bad.append("dict copy")
        if not all(0 <= v < 400 for v in list(table)):
            bad.append("keys")
        if rounds > 200:
            break


writers = [threading.Thread(target=change, args=(s,)) for s in (1, 2, 3)]
readers = [threading.Thread(target=read) for _ in range(3)]
for t in writers + readers:
    t.start()
for t in writers:
    t.join()
stop = True
for t in readers:
    t.join()
print("bad:", bad[:5])
print(all(v == str(k) for k, v in table.items()), all(0 <= v < 400 for v in items), members <= set(range(400)))
shared = iter(range(10000))
parts = [[] for _ in range(4)]


def share(part):
    for v in shared:
        part.append(v)


lock = threading.Lock()


def share_locked(part):
    while True:
        with lock:
            v = next(shared_gen, None)
        if v is None:
            return
        part.append(v)


shared_gen = (n * n for n in range(1, 2000))
threads = [threading.Thread(target=share_locked, args=(p,)) for p in parts]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(v for p in parts for v in p) == [n * n for n in range(1, 2000)])
