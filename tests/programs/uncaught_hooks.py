# exit: 1
# sys.excepthook replaced: called with what is uncaught; a hook that fails is reported with the original.
import sys


def hook(kind, error, trace):
    depth = 0
    while trace:
        depth, trace = depth + 1, trace.tb_next
    print("hook:", kind.__name__, error, depth, file=sys.stderr)
    raise LookupError("the hook fails too")


def fail(n):
    if n:
        fail(n - 1)
    raise ValueError("original")


sys.excepthook = hook
sys.last_exc = None
fail(2)
