# Locks: a counter that many threads raise; a lock as a context manager; acquire with and without waiting; RLock.
import threading

counter, lock = 0, threading.Lock()


def raise_counter(n):
    global counter
    for _ in range(n):
        with lock:
            counter += 1


def run(target, count, *args):
    threads = [threading.Thread(target=target, args=args) for _ in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


run(raise_counter, 8, 2000)
print(counter, lock.locked(), lock.acquire(), lock.locked(), lock.acquire(blocking=False), lock.acquire(timeout=0.01), lock.release(), lock.locked())
try:
    lock.release()
except RuntimeError as error:
    print(error)


class Account:
    def __init__(self, money):
        self.money, self.lock = money, threading.RLock()

    def change(self, n):
        with self.lock:
            self.money += n

    def move(self, other, n):
        first, second = sorted((self, other), key=id)
        with first.lock, second.lock:
            self.change(-n)
            other.change(n)


accounts = [Account(1000) for _ in range(4)]


def shuffle(seed):
    for i in range(500):
        a, b = accounts[(seed + i) % 4], accounts[(seed * 3 + i * 7 + 1) % 4]
        if a is not b:
            a.move(b, i % 13)


threads = [threading.Thread(target=shuffle, args=(s,)) for s in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sum(a.money for a in accounts))
r = threading.RLock()
with r, r:
    print(r.acquire(), r.release())
got = []
r.acquire()
t = threading.Thread(target=lambda: got.append(r.acquire(blocking=False)))
t.start(); t.join(); r.release()
print(got)
try:
    r.release()
except RuntimeError as error:
    print(error)
try:
    with lock:
        raise ValueError("inside")
except ValueError:
    print("released", not lock.locked())
