# queue.Queue, LifoQueue, PriorityQueue, SimpleQueue and deque as pipelines between threads.
import queue
import threading
from collections import deque

stages = [queue.Queue(maxsize=4) for _ in range(3)]
STOP = object()


def stage(function, source, target):
    while (item := source.get()) is not STOP:
        target.put(function(item))
        source.task_done()
    target.put(STOP)


threads = [threading.Thread(target=stage, args=(lambda n: n + 1, stages[0], stages[1])),
           threading.Thread(target=stage, args=(lambda n: n * n, stages[1], stages[2]))]
for t in threads:
    t.start()


def feed():
    for n in range(100):
        stages[0].put(n)
    stages[0].put(STOP)


feeder = threading.Thread(target=feed)
feeder.start()
out = []
while (item := stages[2].get()) is not STOP:
    out.append(item)
print(len(out), out[:5], out == [(n + 1) ** 2 for n in range(100)])
for t in threads + [feeder]:
    t.join()
work, results, lock = queue.Queue(), [], threading.Lock()


def worker():
    while True:
        job = work.get()
        if job is None:
            work.task_done()
            return
        with lock:
            results.append(job * 2)
        work.task_done()


threads = [threading.Thread(target=worker) for _ in range(4)]
for t in threads:
    t.start()
for n in range(300):
    work.put(n)
work.join()
print(sum(results), len(results), work.empty(), work.qsize())
for _ in threads:
    work.put(None)
for t in threads:
    t.join()
p = queue.PriorityQueue()
for v in [(3, "c"), (1, "a"), (2, "b"), (1, "A")]:
    p.put(v)
stack = queue.LifoQueue()
for v in range(4):
    stack.put(v)
print([p.get() for _ in range(4)], [stack.get() for _ in range(4)])
small = queue.Queue(1)
small.put(1)
for action in (lambda: small.put_nowait(2), lambda: small.put(2, timeout=0.01), lambda: p.get_nowait(), lambda: p.get(timeout=0.01), lambda: p.task_done() or [p.task_done() for _ in range(9)]):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)
print(small.full(), small.get(), small.full())
simple = queue.SimpleQueue()
threads = [threading.Thread(target=lambda i=i: [simple.put(i * 100 + n) for n in range(100)]) for i in range(4)]
for t in threads:
    t.start()
got = [simple.get() for _ in range(400)]
for t in threads:
    t.join()
print(sorted(got) == list(range(400)), simple.empty(), all([v for v in got if v // 100 == i] == list(range(i * 100, i * 100 + 100)) for i in range(4)))
d, taken = deque(), [[] for _ in range(4)]
threads = [threading.Thread(target=lambda i=i: [d.append(i) or d.appendleft(-i) for _ in range(500)]) for i in range(1, 5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(d), sum(d), d.count(3), d.count(-3))


def drain(part):
    try:
        while True:
            part.append(d.popleft())
            part.append(d.pop())
    except IndexError:
        pass


threads = [threading.Thread(target=drain, args=(p,)) for p in taken]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(d), sum(map(len, taken)), sum(map(sum, taken)))
last = deque(maxlen=10)
threads = [threading.Thread(target=lambda: [last.append(n) for n in range(1000)]) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(last), all(0 <= v < 1000 for v in last))
