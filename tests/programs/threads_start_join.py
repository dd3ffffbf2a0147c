# Starting and joining threads: arguments, names, results in own slots, nested threads, subclassing.
import threading

results = [None] * 8


def work(i, base=10, *, step=1):
    results[i] = base + i * step


threads = [threading.Thread(target=work, args=(i,), kwargs={"step": i}) for i in range(8)]
print(all(not t.is_alive() for t in threads), threads[0].ident)
for t in threads:
    t.start()
for t in threads:
    t.join()
print(results, any(t.is_alive() for t in threads), all(t.ident for t in threads))


class Summer(threading.Thread):
    def __init__(self, numbers):
        super().__init__(name=f"sum-{len(numbers)}")
        self.numbers, self.total = numbers, None

    def run(self):
        self.total = sum(self.numbers)


summers = [Summer(range(n)) for n in (10, 100, 1000)]
for s in summers:
    s.start()
for s in summers:
    s.join()
print([(s.name, s.total) for s in summers])


def parent(depth):
    found.append(depth)
    if depth:
        child = threading.Thread(target=parent, args=(depth - 1,))
        child.start()
        child.join()


found = []
t = threading.Thread(target=parent, args=(5,), name="top", daemon=True)
t.start()
t.join()
print(found, t.daemon, t.name, threading.current_thread() is threading.main_thread(), threading.main_thread().name, threading.active_count())
for action in (lambda: t.start(), lambda: threading.Thread(target=work).join(), lambda: threading.current_thread().join()):
    try:
        action()
    except RuntimeError as error:
        print(error)
t.join()
seen = {}
again = [threading.Thread(target=lambda i=i: seen.__setitem__(i, threading.current_thread().name), name=f"n{i}") for i in range(5)]
for t in again: t.start()
for t in again: t.join(timeout=10)
print(dict(sorted(seen.items())))
for _ in range(20):
    batch = [threading.Thread(target=lambda: None) for _ in range(10)]
    for t in batch: t.start()
    for t in batch: t.join()
print("started and joined 200", threading.active_count())
