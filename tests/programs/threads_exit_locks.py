# not under: collect
"""A finaliser at exit neither waits for a lock that a stopped thread holds nor for the thread."""
import threading
import time

started = threading.Event()
held = threading.Lock()
free = threading.RLock()


def hold():
    with held:
        started.set()
        while True:
            time.sleep(1)


class Cycle:
    def __init__(self):
        self.me = self
        self.thread = threading.Thread(target=hold, daemon=True)
        self.thread.start()
        started.wait()

    def __del__(self):
        with free, free:
            print('a free lock can be taken', self.thread.is_alive())
        for wait in held.acquire, self.thread.join:
            try:
                wait()
            except PythonFinalizationError as e:
                print(type(e).__name__)


Cycle()
print('end of the program')
