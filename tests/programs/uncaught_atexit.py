# Functions registered with atexit that fail: each is reported, the others run.
import atexit
import sys


@atexit.register
def first():
    print("first")
    sys.stdout.flush()


def fails(n):
    return 1 / (n - 2)


atexit.register(fails, 2)
atexit.register(fails, n="x")


@atexit.register
def chained():
    try:
        fails(2)
    except ZeroDivisionError:
        raise LookupError("at exit")


atexit.register(sys.exit, "not an exit code")
atexit.register(print, "runs first", flush=True)
print("main", flush=True)
