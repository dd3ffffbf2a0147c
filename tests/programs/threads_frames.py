# Frames of running threads, looked at by other threads: locals, line, caller, clear(); generators' frames; tracebacks.
import sys
import threading
import time
import traceback

published = []
done = threading.Event()


def leaf(n, payload):
    here = sys._getframe()
    published.append(here)
    total = 0
    for i in range(n):
        fresh = [payload, i, {"i": i}]   # local objects, replaced all the time
        total += fresh[1]
    return total


def middle(n):
    name = "middle"
    return leaf(n, [name])


def worker(results):
    while not done.is_set():
        results.append(middle(300))
        if len(published) > 50:
            del published[:40]


def look(wrong, seen):
    while not done.is_set():
        for frame in published[-5:]:
            values = frame.f_locals
            seen.add(frame.f_code.co_name)
            if not set(values) <= {"n", "payload", "here", "total", "i", "fresh"} or values.get("n", 300) != 300:
                wrong.append(sorted(values))
            if values.get("payload", ["middle"]) != ["middle"]:
                wrong.append(values["payload"])
            if not leaf.__code__.co_firstlineno <= frame.f_lineno <= leaf.__code__.co_firstlineno + 8:
                wrong.append(frame.f_lineno)
            back = frame.f_back
            if back is not None and back.f_code not in (middle.__code__,):
                wrong.append(back)
            try:
                frame.clear()
            except RuntimeError as e:
                seen.add(str(e))
        time.sleep(0.001)


results, wrong, seen = [], [], set()
threads = [threading.Thread(target=worker, args=(results,)) for _ in range(2)]
threads += [threading.Thread(target=look, args=(wrong, seen)) for _ in range(2)]
for t in threads:
    t.start()
time.sleep(0.3)
done.set()
for t in threads:
    t.join()
print(wrong[:3], "leaf" in seen, set(results) == {sum(range(300))})


# A frame outlives its thread.
def ends():
    kept = ["kept", 1]
    published.append(sys._getframe())


published.clear()
t = threading.Thread(target=ends)
t.start()
t.join()
print(published[0].f_locals["kept"], published[0].f_code.co_name, published[0].f_back.f_code.co_name)


# Generators: the frame is the same, whoever resumes it.
def numbers():
    text = "start"
    for n in range(200):
        text = f"at {n}"
        yield n


g = numbers()
frame = g.gi_frame
bad = []


def step():
    while True:
        try:
            next(g)
        except StopIteration:
            return
        except ValueError as e:
            if "already executing" not in str(e):
                bad.append(e)


def inspect():
    for _ in range(200):
        values = frame.f_locals
        if not set(values) <= {"text", "n"} or not values.get("text", "at").startswith(("at", "start")):
            bad.append(values)
        g.gi_yieldfrom, g.gi_running, g.gi_suspended


threads = [threading.Thread(target=f) for f in (step, inspect, step, inspect)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(bad, g.gi_frame)


# Tracebacks of exceptions that were raised in one thread and are printed by others, who raise them again.
def fail(depth):
    local = [depth]
    if depth == 0:
        raise KeyError("deep")
    fail(depth - 1)


caught = []


def catch():
    try:
        fail(5)
    except KeyError as e:
        caught.append(e)


t = threading.Thread(target=catch)
t.start()
t.join()
texts = set()


def report():
    for _ in range(20):
        texts.add("".join(traceback.format_tb(caught[0].__traceback__)[-2:]))
        traceback.walk_tb(caught[0].__traceback__)
        for f, line in traceback.walk_tb(caught[0].__traceback__):
            if f.f_code is fail.__code__ and f.f_locals and f.f_locals["local"] != [f.f_locals["depth"]]:
                bad.append(f.f_locals)


threads = [threading.Thread(target=report) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(texts), bad)
threads = [threading.Thread(target=traceback.clear_frames, args=(caught[0].__traceback__,)) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print([f.f_locals for f, line in traceback.walk_tb(caught[0].__traceback__)])


# The exception that a generator handles while it is suspended belongs to whoever resumes it next.
def handling():
    try:
        raise ValueError(["in the generator"])
    except ValueError as e:
        while True:
            yield sys.exception() is e, e.args


h = handling()
print(next(h))


def resume():
    for _ in range(300):
        try:
            if next(h) != (True, (["in the generator"],)) or sys.exception() is not None:
                bad.append("wrong exception")
        except ValueError as e:
            if "already executing" not in str(e):
                bad.append(e)


threads = [threading.Thread(target=resume) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
h.close()
print(bad)
