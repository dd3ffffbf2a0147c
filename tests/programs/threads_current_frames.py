"""sys._current_frames(): the frames that other threads stand in, while they wait and while they run."""
import sys
import threading
import traceback


def waits(started, release):
    local = "seen from outside"
    started.set()
    release.wait()
    return local


def runs(started, stop):
    count = 0
    started.set()
    while not stop.is_set():
        count += 1
    return count


def functions_of(frame):
    names = []
    while frame is not None:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


started, release = threading.Event(), threading.Event()
waiter = threading.Thread(target=waits, args=(started, release))
waiter.start()
started.wait()
frames = sys._current_frames()
print(sorted(frames) == sorted([threading.get_ident(), waiter.ident]))
print(frames[threading.get_ident()] is sys._getframe())
names = functions_of(frames[waiter.ident])
print("waits" in names, names[-1])
frame = frames[waiter.ident]
while frame.f_code.co_name != "waits":
    frame = frame.f_back
print(frame.f_locals["local"], frame.f_lineno >= frame.f_code.co_firstlineno)
print(any("release.wait()" in line for line in traceback.format_stack(frame)))
release.set()
waiter.join()
print(waiter.ident in sys._current_frames(), frame.f_code.co_name)

stop = threading.Event()
runners = []
for _ in range(3):
    started = threading.Event()
    runners.append(threading.Thread(target=runs, args=(started, stop)))
    runners[-1].start()
    started.wait()
seen = set()
for _ in range(200):
    for ident, frame in sys._current_frames().items():
        if ident != threading.get_ident():
            seen.update(functions_of(frame))
            frame.f_locals.get("count", 0) + 1
stop.set()
for runner in runners:
    runner.join()
print("runs" in seen, len(sys._current_frames()))
