# Exceptions in threads: excepthook, SystemExit, other threads go on, tracebacks kept, raised again in the main thread.
import sys
import threading

caught, lock = [], threading.Lock()


def hook(args):
    with lock:
        caught.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))


threading.excepthook = hook


def fail(kind):
    if kind == "exit":
        sys.exit(3)
    if kind == "zero":
        1 / 0
    if kind == "deep":
        deep(50)
    if kind == "key":
        {}["k"]
    caught.append(("fine", kind, "-"))


def deep(n):
    if n:
        deep(n - 1)
    raise ValueError("bottom")


for kind in ("exit", "zero", "deep", "key", "fine"):
    t = threading.Thread(target=fail, args=(kind,), name=f"t-{kind}")
    t.start()
    t.join()
for c in caught:
    print(c)
threading.excepthook = threading.__excepthook__


class Future:
    def __init__(self, function, *args):
        self.value = self.error = None
        self.thread = threading.Thread(target=self.run, args=(function, args))
        self.thread.start()

    def run(self, function, args):
        try:
            self.value = function(*args)
        except BaseException as error:
            self.error = error

    def result(self):
        self.thread.join()
        if self.error is not None:
            raise self.error
        return self.value


def recurse(n):
    return recurse(n + 1)


for f in (Future(pow, 2, 10), Future(int, "x"), Future(deep, 3), Future(recurse, 0), Future(sys.exit, 4)):
    try:
        print(f.result())
    except BaseException as error:
        frames, t = [], error.__traceback__
        while t and len(frames) < 8:
            frames.append(t.tb_frame.f_code.co_name)
            t = t.tb_next
        print(type(error).__name__, str(error)[:40], frames[:3])
many = [Future(deep, i % 5) for i in range(40)]
print(sum(isinstance(f.error, ValueError) for f in many if f.thread.join() is None))
shared = ValueError("one object")


def raise_shared(times):
    n = 0
    for _ in range(times):
        try:
            raise shared
        except ValueError as error:
            n += error is shared
    return n


print(sum(f.result() for f in [Future(raise_shared, 300) for _ in range(4)]))
