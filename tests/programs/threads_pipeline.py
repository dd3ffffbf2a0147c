# A pipeline of threads over queues: produce, parse, count, merge; sentinels end it, errors travel along, a bounded queue slows the fast.
import collections
import itertools
import queue
import threading

WORDS = "the quick brown fox jumps over the lazy dog while the cat watches and the dog barks at the quick cat".split()
END = object()


class Failure:
    def __init__(self, item, error):
        self.item, self.error = item, error


class Stage:
    """Threads that take from one queue, call a function, and put its results into the next."""

    def __init__(self, name, function, source, count, size=0):
        self.name, self.function, self.source = name, function, source
        self.out, self.running, self.lock = queue.Queue(size), count, threading.Lock()
        self.handled = collections.Counter()
        self.threads = [threading.Thread(target=self.run, name=f"{name}-{n}") for n in range(count)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while (item := self.source.get()) is not END:
            if isinstance(item, Failure):
                self.out.put(item)
                continue
            try:
                for result in self.function(item):
                    self.out.put(result)
            except Exception as error:
                self.out.put(Failure(item, error))
            with self.lock:
                self.handled[threading.current_thread().name] += 1
        self.source.put(END)                       # for the other threads of this stage
        with self.lock:
            self.running -= 1
            last = self.running == 0
        if last:
            self.out.put(END)

    def join(self):
        for thread in self.threads:
            thread.join()
        return sum(self.handled.values())


def lines():
    for n in range(200):
        yield n, " ".join(itertools.islice(itertools.cycle(WORDS), n, n + 9))


def parse(item):
    number, text = item
    if number % 50 == 13:
        raise ValueError(f"line {number} is unlucky")
    yield number, text.split()


def count(item):
    number, words = item
    yield number, collections.Counter(words)
    if number % 40 == 0:
        yield number, collections.Counter({"<marker>": 1})


source = queue.Queue(5)


def produce():
    for item in lines():
        source.put(item)
    source.put(END)


producer = threading.Thread(target=produce)
producer.start()
parsed = Stage("parse", parse, source, 3, size=4)
counted = Stage("count", count, parsed.out, 4)
total, failures, seen = collections.Counter(), [], set()
while (item := counted.out.get()) is not END:
    if isinstance(item, Failure):
        failures.append((item.item[0], repr(item.error)))
    else:
        seen.add(item[0])
        total.update(item[1])
producer.join()
print(parsed.join(), counted.join(), len(seen), sorted(failures))
expected = collections.Counter()
for number, text in lines():
    if number % 50 != 13:
        expected.update(text.split())
print(total.pop("<marker>"), total == expected, sorted(total.items(), key=lambda kv: (-kv[1], kv[0]))[:6])
jobs = queue.PriorityQueue()
for priority, name in ((3, "low"), (1, "urgent"), (2, "normal"), (1, "also urgent")):
    jobs.put((priority, name))
done = []


def worker():
    while True:
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return
        done.append(job)
        jobs.task_done()


worker()
jobs.join()
print(done, jobs.empty(), queue.LifoQueue().empty())
tasks = queue.Queue()
results = []
threads = [threading.Thread(target=lambda: [(results.append(tasks.get() ** 2), tasks.task_done()) for _ in range(25)]) for _ in range(4)]
for t in threads:
    t.start()
for n in range(100):
    tasks.put(n)
tasks.join()
for t in threads:
    t.join()
print(sorted(results) == [n * n for n in range(100)])
tasks.shutdown()
try:
    tasks.put(1)
except queue.ShutDown as error:
    print(repr(error))
