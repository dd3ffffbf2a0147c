# Exceptions in threads: the main thread goes on, and the exit code is 0.
import sys
import threading


def work(n):
    if n == 2:
        raise SystemExit("never shown")
    return sum(1 / (n - k) for k in range(3, n + 1))


class Worker(threading.Thread):
    def run(self):
        try:
            super().run()
        except ZeroDivisionError as error:
            raise RuntimeError("worker failed") from error


def run(thread):
    thread.start()
    thread.join()
    sys.stderr.flush()
    print(thread.name, thread.is_alive())


run(threading.Thread(target=work, args=(3,), name="plain"))
run(threading.Thread(target=work, args=(2,), name="exits"))
run(Worker(target=work, args=(4,), name="worker"))
run(threading.Thread(target=lambda: [][0], name="λ"))


def hook(args):
    print("hook:", args.exc_type.__name__, args.exc_value, args.thread.name, file=sys.stderr)
    raise KeyError("in the hook")


threading.excepthook = hook
run(threading.Thread(target=work, args=(3,), name="hooked"))
threading.excepthook = threading.__excepthook__
ready = threading.Event()


def last():
    ready.wait()
    raise ExceptionGroup("late", [ValueError(1), TypeError(2)])


thread = threading.Thread(target=last, name="last")
thread.start()
print("main ends")
sys.stdout.flush()
ready.set()
