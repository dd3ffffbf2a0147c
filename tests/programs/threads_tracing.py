# Tracing and profiling with threads: threading.settrace for new ones, settrace_all_threads for those that run.
import sys
import threading


def work(n):
    total = 0
    for i in range(n):
        total += step(i)
    return total


def step(i):
    return i + 1


calls = {}


def trace(frame, event, arg):
    if event == "call" and frame.f_code is step.__code__:
        name = threading.current_thread().name
        calls[name] = calls.get(name, 0) + 1
    return None


# Each new thread begins with it; each thread has its own.
threading.settrace(trace)
print(threading.gettrace() is trace)
threads = [threading.Thread(target=work, args=(100 * (i + 1),), name=f"t{i}") for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
threading.settrace(None)
work(10)
print(sorted(calls.items()))

# Threads that run already take it over while they loop, and give it up again.
stop = False
seen = set()
ready = [threading.Event() for _ in range(3)]


def spin(i):
    ready[i].set()
    while not stop:
        step(i)


def watch(frame, event, arg):
    if frame.f_code is step.__code__:
        seen.add(threading.current_thread().name)
    return None


def wait_for(names):
    for _ in range(100000000):
        if names <= seen:
            return True
    return False


for set_all, get, quiet in (
    (threading.settrace_all_threads, sys.gettrace, threading.settrace_all_threads),
    (threading.setprofile_all_threads, sys.getprofile, threading.setprofile_all_threads),
):
    stop = False
    seen = set()
    for r in ready:
        r.clear()
    spinners = [threading.Thread(target=spin, args=(i,), name=f"s{i}") for i in range(3)]
    for t in spinners:
        t.start()
    for r in ready:
        r.wait()
    set_all(watch)
    print(get() is watch, wait_for({"s0", "s1", "s2"}))
    quiet(None)
    print(get())
    stop = True
    for t in spinners:
        t.join()
    print(sorted(seen))

# Many threads switch their own tracing on and off.
totals = [0] * 4


def toggle(i):
    def count(frame, event, arg):
        totals[i] += frame.f_code is step.__code__  # not what ends by the way: callbacks of weak references
    for _ in range(300):
        sys.settrace(count)
        step(i)
        sys.settrace(None)
        step(i)


threads = [threading.Thread(target=toggle, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(totals)
