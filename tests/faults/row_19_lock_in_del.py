"""Row 19: finalisers may take locks: they run between instructions, outside the runtime's own locks, never inside a lock's use."""
import gc
import queue
import threading

# Object by object, from collections that start in the midst of whatever runs, in several threads. The lock is
# re-entrant: a finaliser may come while its thread holds it; so may one of a thread that waits for it.
lock = threading.RLock()
ended = []
q = queue.SimpleQueue()


class Locks:
    def __init__(self):
        self.me = self

    def __del__(self):
        with lock:
            ended.append(1)
        q.put(None)


def churn():
    for i in range(300):
        with lock:
            [Locks() for _ in range(3)]
        {i: Locks()}.clear()
        if i % 50 == 0:
            gc.collect()


threads = [threading.Thread(target=churn) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join(60)
    assert not t.is_alive()
for _ in range(3):
    gc.collect()
assert len(ended) == 4 * 300 * 4, len(ended)
assert q.qsize() == len(ended)

# While the runtime is inside a container's operation: the finaliser changes the same container.
shared = {}
items = []


class Changes:
    def __init__(self, key): self.key = key
    def __hash__(self): return hash(self.key)
    def __eq__(self, other): return isinstance(other, Changes) and self.key == other.key
    def __del__(self):
        shared[self.key] = self.key
        items.append(self.key)
        if len(items) > 500:
            items.clear()


for i in range(2000):
    shared[i % 50] = Changes(i % 50)
    items.append(Changes(i))
    items[len(items) // 2:] = []
    if i % 100 == 0:
        shared.clear()
for _ in range(3):
    items.clear()
    shared.clear()
    gc.collect()
