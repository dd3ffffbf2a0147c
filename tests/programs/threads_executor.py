# ThreadPoolExecutor: map in order, submit, as_completed, wait, exceptions, callbacks, cancel, nested work.
from concurrent.futures import ALL_COMPLETED, FIRST_EXCEPTION, CancelledError, Future, ThreadPoolExecutor, as_completed, wait
import threading


def square(n):
    return n * n


def fail(n):
    if n == 3:
        raise ValueError(f"bad {n}")
    return n


with ThreadPoolExecutor(max_workers=4) as pool:
    print(list(pool.map(square, range(10))), list(pool.map(pow, [2, 3], [5, 2])), sum(pool.map(len, ["a", "bb"] * 50)))
    futures = [pool.submit(square, n) for n in range(8)]
    print(sorted(f.result() for f in as_completed(futures)), [f.done() for f in futures].count(True))
    mapped = pool.map(fail, range(6))
    got = []
    try:
        for v in mapped:
            got.append(v)
    except ValueError as error:
        print(got, error)
    f = pool.submit(fail, 3)
    print(repr(f.exception()), f.done(), f.cancelled())
    try:
        f.result(timeout=5)
    except ValueError as error:
        print("raised", error)
    called = []
    g = pool.submit(square, 9)
    g.add_done_callback(lambda f: called.append(f.result()))
    wait([g])
    h = pool.submit(lambda: None)
    done, pending = wait([g, h], return_when=ALL_COMPLETED)
    print(len(done), len(pending))
g.add_done_callback(lambda f: called.append("late"))
print(called)
hold, started = threading.Event(), threading.Event()
with ThreadPoolExecutor(1) as pool:
    first = pool.submit(lambda: (started.set(), hold.wait(), "first")[2])
    started.wait()
    waiting = [pool.submit(square, n) for n in range(5)]
    print([w.cancel() for w in waiting[1:3]], first.running(), first.cancel(), waiting[0].running())
    hold.set()
    print(first.result(), [w.cancelled() for w in waiting])
    try:
        waiting[1].result()
    except CancelledError:
        print("cancelled")
    print(waiting[0].result(), waiting[4].result())
try:
    pool.submit(square, 1)
except RuntimeError as error:
    print(error)


def word_counts(lines):
    counts = {}
    for line in lines:
        for word in line.split():
            counts[word] = counts.get(word, 0) + 1
    return counts


text = [f"line {i} has word{i % 7} and word{i % 3}" for i in range(400)]
with ThreadPoolExecutor(4, thread_name_prefix="count") as pool:
    total = {}
    for part in pool.map(word_counts, [text[i::8] for i in range(8)]):
        for word, n in part.items():
            total[word] = total.get(word, 0) + n
print({w: total[w] for w in sorted(total) if not w.isdigit()})
with ThreadPoolExecutor(2, initializer=lambda v: seen.append(v), initargs=("init",)) if (seen := []) is not None else None as pool:
    outer = [pool.submit(lambda n=n: sum(range(n))) for n in range(50)]
    print(sum(f.result() for f in outer), set(seen), len(seen) <= 2)
manual = Future()
t = threading.Thread(target=lambda: manual.set_result("by hand"))
t.start()
print(manual.result(), manual.done())
t.join()
