"""fork() with threads: in the child the thread that forked is the main thread, all others have ended."""
import os
import threading
import time


def wait(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def report(where):
    print(where, threading.current_thread() is threading.main_thread(), threading.active_count(), flush=True)


stop = threading.Event()
sleepers = [threading.Thread(target=stop.wait) for _ in range(3)]
for t in sleepers:
    t.start()
pid = os.fork()
if pid == 0:
    for t in sleepers:
        t.join()  # they are not here
    report('child of the main thread:')
    os._exit(3)
print(wait(pid))

first = threading.main_thread()


def worker():
    pid = os.fork()
    if pid == 0:
        report('child of another thread:')
        first.join()
        t = threading.Thread(target=lambda: (time.sleep(0.05), print('a thread of the child', flush=True)))
        t.start()
        return  # the process goes on until its threads have ended
    print(wait(pid))


t = threading.Thread(target=worker)
t.start()
t.join()
stop.set()
for t in sleepers:
    t.join()
report('parent:')
