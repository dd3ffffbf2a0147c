# Finalisers that run while a shared value is being returned or yielded, and in the thread that drops the last reference.
import gc
import threading

log = []   # appended to without a lock: a finaliser may run inside another one, on the same thread


class Noisy:
    def __init__(self, name, payload=None):
        self.name, self.payload = name, payload

    def __del__(self):
        # Python code between the callee's last instruction and the caller's next: the returned value must survive it.
        junk = [object() for _ in range(20)]
        log.append(self.name)


class Shared:
    def __init__(self):
        self.value = ["payload", 1]


holder = Shared()
threading.Thread(target=lambda: holder.value).start()


def returns(i):
    guard = Noisy(f"r{i}")
    return holder.value


def yields(i):
    guard = Noisy(f"y{i}")
    yield holder.value
    del guard
    yield holder.value


def replaces(i):
    guard = Noisy(f"p{i}")
    old = holder.value
    holder.value = ["payload", old[1] + 0]
    return old


def unwinds(i):
    guard = Noisy(f"u{i}")
    raise ValueError(holder.value)


bad = []


def work(base):
    for i in range(60):
        n = base * 100 + i
        for v in (returns(n), replaces(n), *yields(n)):
            if v[0] != "payload" or v[1] != 1:
                bad.append(v)
        try:
            unwinds(n)
        except ValueError as error:
            if error.args[0][0] != "payload":
                bad.append(error.args)


threads = [threading.Thread(target=work, args=(b,)) for b in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
gc.collect()
print(bad, len(log), len(set(log)), sorted(log)[:4])


class Once:
    ended = []

    def __del__(self):
        Once.ended.append(1)


boxes = [[Once()] for _ in range(200)]


def clear(part):
    for box in boxes:
        try:
            box.pop()
        except IndexError:
            pass


threads = [threading.Thread(target=clear, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
gc.collect()
print(len(Once.ended))


class Phoenix:
    saved = []

    def __init__(self, n):
        self.n = n

    def __del__(self):
        Phoenix.saved.append(self)


birds = [Phoenix(n) for n in range(20)]
t = threading.Thread(target=birds.clear)
t.start()
t.join()
gc.collect()
print(sorted(p.n for p in Phoenix.saved))
Phoenix.saved.clear()
gc.collect()
print(Phoenix.saved)


class Node:
    def __init__(self):
        self.me = self
        self.noisy = Noisy("cycle")


log.clear()


def cycles():
    for _ in range(25):
        Node()


threads = [threading.Thread(target=cycles) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
gc.collect()
print(len(log))
