# threading.local: each thread sees its own attributes; subclass with __init__; gone with the thread.
import threading

local = threading.local()
local.value = "main"
seen, lock = {}, threading.Lock()


def work(i):
    had = hasattr(local, "value")
    local.value = i
    for n in range(200):
        local.value += n
    with lock:
        seen[i] = (had, local.value, sorted(local.__dict__))


threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(dict(sorted(seen.items())), local.value)


class Config(threading.local):
    shared = "class attribute"
    made = 0

    def __init__(self, start):
        self.items = [start]
        Config.made += 1


config = Config(5)
config.items.append("main")
results = []


def use():
    config.items.append(len(config.items))
    results.append((config.items, config.shared))


for _ in range(3):
    t = threading.Thread(target=use)
    t.start()
    t.join()
print(results, config.items, Config.made)


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        gone.append(self.name)


gone = []


def holder(name):
    local.noisy = Noisy(name)


for name in "ab":
    t = threading.Thread(target=holder, args=(name,))
    t.start()
    t.join()
del local.value
import gc
gc.collect()
print(sorted(gone), hasattr(local, "noisy"), hasattr(local, "value"))
try:
    local.nothing
except AttributeError as error:
    print(type(error).__name__)
