# sys.setprofile: calls and returns of Python and native functions, generators, exceptions.
# not under: publish
import sys


def profile(f, *args):
    events = []

    def hook(frame, event, arg):
        if event.startswith("c_"):
            arg = arg.__name__
        events.append((frame.f_code.co_name, event, arg))

    sys.setprofile(hook)
    try:
        f(*args)
    except ValueError as e:
        events.append(repr(e))
    finally:
        sys.setprofile(None)
    print(f.__name__)
    for e in events:
        print("   ", e)


def natives():
    items = []
    items.append(1)
    len(items)
    return sum(items, start=2)


def failing():
    try:
        int("x")
    except ValueError:
        pass
    [].remove(1)


def gen():
    yield 1
    yield 2


def generators():
    for _ in gen():
        pass
    next(gen())


class Point:
    def __init__(self, x):
        self.x = x

    def __len__(self):
        return self.x


def instances():
    p = Point(2)
    return len(p), p.x


def args_and_keywords():
    return max(*[1, 2], key=abs), "{}".format(3)


def finaliser():
    class Noisy:
        def __del__(self):
            str()
    Noisy()
    return 1


for f in natives, failing, generators, instances, args_and_keywords, finaliser:
    profile(f)


# Profile and trace functions together.
def both(x):
    y = x
    return y


log = []
sys.setprofile(lambda frame, event, arg: log.append(("profile", event)) if frame.f_code is both.__code__ else None)


def trace(frame, event, arg):
    if frame.f_code is both.__code__:
        log.append(("trace", event))
        return trace


sys.settrace(trace)
both(1)
sys.settrace(None)
sys.setprofile(None)
print(log)
print(sys.getprofile(), sys.gettrace())


def bad(frame, event, arg):
    raise KeyError("bad profiler")


sys.setprofile(bad)
try:
    both(1)
except KeyError as e:
    print("raised", e)
print(sys.getprofile())
