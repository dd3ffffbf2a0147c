# Philosophers, readers and writers, a token ring, and a bank with transfers: classic meetings of threads.
import threading
import time

forks = [threading.Lock() for _ in range(5)]
meals = [0] * 5


def philosopher(i):
    first, second = sorted((i, (i + 1) % 5))
    for _ in range(100):
        with forks[first]:
            with forks[second]:
                meals[i] += 1


threads = [threading.Thread(target=philosopher, args=(i,)) for i in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(meals)


class ReadersWriter:
    def __init__(self):
        self.readers, self.gate, self.lock = 0, threading.Lock(), threading.Lock()

    def __enter__(self):
        with self.lock:
            self.readers += 1
            if self.readers == 1:
                self.gate.acquire()

    def __exit__(self, *error):
        with self.lock:
            self.readers -= 1
            if self.readers == 0:
                self.gate.release()


shared, guard, torn = [0, 0], ReadersWriter(), []


def read():
    for _ in range(200):
        with guard:
            if shared[0] != shared[1]:
                torn.append(tuple(shared))


def write():
    for _ in range(100):
        with guard.gate:
            shared[0] += 1
            shared[1] += 1


threads = [threading.Thread(target=t) for t in (read, read, write, write)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(shared, torn)
events = [threading.Event() for _ in range(4)]
ring = []


def pass_on(i):
    for lap in range(5):
        events[i].wait()
        events[i].clear()
        ring.append(i)
        events[(i + 1) % 4].set()


threads = [threading.Thread(target=pass_on, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
events[0].set()
for t in threads:
    t.join()
print(ring == [0, 1, 2, 3] * 5)


class Bank:
    def __init__(self, count):
        self.accounts = {f"acc{i}": 100 for i in range(count)}
        self.lock = threading.Lock()
        self.refused = 0

    def transfer(self, source, target, amount):
        with self.lock:
            if self.accounts[source] < amount:
                self.refused += 1
                return False
            self.accounts[source] -= amount
            self.accounts[target] += amount
            return True


bank = Bank(6)
done = []


def clerk(seed):
    ok = 0
    for _ in range(400):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        ok += bank.transfer(f"acc{seed % 6}", f"acc{seed // 6 % 6}", seed // 36 % 50)
    done.append(ok)


threads = [threading.Thread(target=clerk, args=(s,)) for s in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sum(bank.accounts.values()), min(bank.accounts.values()) >= 0, sum(done) + bank.refused)
start = time.monotonic()
sleepers = [threading.Thread(target=time.sleep, args=(0.1,)) for _ in range(10)]
for t in sleepers:
    t.start()
for t in sleepers:
    t.join()
print(0.09 < time.monotonic() - start < 0.9)
fired = []
timer = threading.Timer(0.01, fired.append, args=("timer",))
never = threading.Timer(30, fired.append, args=("never",))
timer.start(); never.start(); never.cancel(); timer.join(); never.join()
print(fired)
