# Generators between threads: made here and run there, handed on while suspended, exclusive while running.
import threading


def in_thread(function, *args):
    box = []
    t = threading.Thread(target=lambda: box.append(function(*args)))
    t.start()
    t.join()
    return box[0]


def count(n, log):
    try:
        for i in range(n):
            got = yield [i, str(i)]
            if got:
                log.append(got)
    finally:
        log.append("closed")
    return "result"


log = []
g = count(6, log)
print(next(g), in_thread(next, g), in_thread(g.send, "from thread"), in_thread(list, g), log)
g = count(3, log)
in_thread(next, g)
g.close()
print(log)
generators = [count(50, []) for _ in range(8)]


def advance(mine):
    return sum(next(g)[0] for g in mine)


for turn in range(4):
    print([in_thread(advance, generators[i::2]) for i in range(2)], end=" ")
print()


def slow():
    yield "first"
    inside.set()
    leave.wait()
    yield "second"


inside, leave = threading.Event(), threading.Event()
s = slow()
print(next(s))
result = []
t = threading.Thread(target=lambda: result.append(next(s)))
t.start()
inside.wait()
for action in (lambda: next(s), s.close, lambda: s.throw(KeyError)):
    try:
        action()
    except ValueError as error:
        print(error)
leave.set()
t.join()
print(result, list(s))


def relay(n):
    for i in range(n):
        yield from inner(i)


def inner(i):
    yield (i, "a")
    yield (i, "b")


r = relay(10)
lock, parts = threading.Lock(), [[] for _ in range(4)]


def consume(part):
    while True:
        with lock:
            item = next(r, None)
        if item is None:
            return
        part.append(item)


threads = [threading.Thread(target=consume, args=(p,)) for p in parts]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(v for p in parts for v in p))
shared = {"base": [1, 2, 3]}


def closes_over(k):
    local = [k]
    for v in shared["base"]:
        local.append(v * k)
        yield tuple(local)


made = in_thread(lambda: [closes_over(k) for k in range(4)])
firsts = [in_thread(next, m) for m in made]
shared["base"].append(10)
print(firsts, [list(m)[-1] for m in made])
abandoned = in_thread(lambda: count(5, log))
next(abandoned)
del abandoned
import gc; gc.collect()
print(log)
