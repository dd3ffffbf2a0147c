# _thread alone: start_new_thread, locks, ident, counting with a lock, handing over values.
import _thread

lock = _thread.allocate_lock()
done = [_thread.allocate_lock() for _ in range(5)]
for d in done:
    d.acquire()
total = 0
idents = []


def work(i, times, *, scale=1):
    global total
    for n in range(times):
        with lock:
            total += n * scale
    with lock:
        idents.append(_thread.get_ident())
    done[i].release()


for i in range(5):
    _thread.start_new_thread(work, (i, 1000), {"scale": i})
for d in done:
    d.acquire()
print(total, len(idents), _thread.get_ident() in idents, lock.locked(), type(lock).__name__)
box, ready, taken = [], _thread.allocate_lock(), _thread.allocate_lock()
ready.acquire(); taken.acquire()


def receiver():
    got = []
    for _ in range(50):
        ready.acquire()
        got.append(box.pop())
        taken.release()
    result.append(got)
    done[0].release()


result = []
_thread.start_new_thread(receiver, ())
for n in range(50):
    box.append({"n": n, "list": [n] * 3, "text": f"t{n}"})
    ready.release()
    taken.acquire()
done[0].acquire()
print(result[0][0], result[0][49], len(result[0]), sum(r["n"] for r in result[0]))
r = _thread.RLock()
print(r.acquire(), r.acquire(), r.release(), r.release(), lock.acquire(False), lock.acquire(False), lock.release())
for bad in (lambda: _thread.start_new_thread(5, ()), lambda: _thread.start_new_thread(work, 5), lambda: lock.release()):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
finish = _thread.allocate_lock()
finish.acquire()


def leaves_early():
    try:
        _thread.exit()
    except SystemExit:
        print("leaving")
        finish.release()
        raise


_thread.start_new_thread(leaves_early, ())
finish.acquire()
objects = [[i, (i, str(i)), {i: [i]}] for i in range(100)]
sums = []


def reads():
    n = 0
    for _ in range(50):
        for a, (b, c), d in objects:
            n += a + b + len(c) + d[a][0]
    sums.append(n)
    with lock:
        finished[0] += 1
        if finished[0] == 4:
            finish.release()


finished = [0]
for _ in range(4):
    _thread.start_new_thread(reads, ())
finish.acquire()
print(sums)


class NamedLock(_thread.RLock):
    def __init__(self, name, *, level):
        super().__init__()
        self.name = name, level


named = NamedLock('a', level=2)  # arguments are for __init__
with named, named:
    print(named.name)
try:
    _thread.RLock(1)
except TypeError as e:
    print(e)
