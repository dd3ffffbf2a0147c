# sys.settrace: call, line, return, exception and opcode events, local trace functions, and who may switch tracing off.
import sys


def lines(f, *args):
    """Events of f(*args), lines relative to the function's own."""
    events = []

    def trace(frame, event, arg):
        if event == "exception":
            arg = arg[0].__name__
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, arg))
        return trace

    sys.settrace(trace)
    try:
        result = f(*args)
    except ZeroDivisionError as e:
        result = e
    finally:
        sys.settrace(None)
    print(f.__name__, "->", result)
    for e in events:
        if e[0] != "lines":
            print("   ", *e)


def straight(a):
    b = a + 1
    c = b * 2
    return c


def loops(n):
    total = 0
    for i in range(n):
        total += i
    while total > 2:
        total -= 2
    for x in (1, 2): total += x
    return total


def inner(x):
    return 10 // x


def handled(x):
    try:
        return inner(x)
    except ZeroDivisionError:
        total = 7
    return total


def unhandled():
    inner(0)
    return 1


def count(n):
    for i in range(n):
        yield i
    return "end"


def consumer():
    seen = []
    for i in count(2):
        seen.append(i)
    return seen


def delegating():
    result = yield from count(1)
    return result


def drain():
    return list(delegating())


class Box:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return Box(self.v + other.v)

    def __repr__(self):
        return f"Box({self.v})"

    @property
    def doubled(self):
        return self.v * 2


def objects():
    b = Box(1) + Box(v=2)
    return b.doubled


lines(straight, 3)
lines(loops, 3)
lines(handled, 2)
lines(handled, 0)
lines(unhandled)
lines(consumer)
lines(drain)
lines(objects)


# The answer of a local function takes its place; None keeps it.
def replaced():
    x = 1
    y = 2
    z = 3
    return x + y + z


def first(frame, event, arg):
    if frame.f_code is not replaced.__code__:
        return None
    log.append(("first", event))

    def second(frame, event, arg):
        log.append(("second", event, frame.f_lineno - frame.f_code.co_firstlineno))
        return third

    def third(frame, event, arg):
        log.append(("third", event, sorted(frame.f_locals)))

    return second


log = []
sys.settrace(first)
replaced()
sys.settrace(None)
print(log)


# A function that raises is no longer called.
def failing(frame, event, arg):
    calls.append(event)
    if event == "line":
        raise RuntimeError("no more")
    return failing


calls = []
sys.settrace(failing)
try:
    straight(1)
except RuntimeError as e:
    print("raised", e, calls, sys.gettrace())
straight(1)
print(calls)


# What a trace function calls is not traced, except by call_tracing.
def nested(frame, event, arg):
    if event == "call" and frame.f_code.co_name == "straight":
        seen.append(frame.f_code.co_name)
        inner(1)
        if len(seen) == 1:
            sys.call_tracing(inner, (2,))
    elif event == "call":
        seen.append(("nested", frame.f_code.co_name))


seen = []
sys.settrace(nested)
straight(1)
sys.settrace(None)
print(seen)


# f_trace of a frame that is running already.
def late():
    a = 1
    frame = sys._getframe()
    frame.f_trace = local
    sys.settrace(local)
    b = 2
    c = 3
    sys.settrace(None)
    return a + b + c


def local(frame, event, arg):
    if frame.f_code is late.__code__:
        got.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return local


got = []
print(late(), got)


# f_trace_lines and f_trace_opcodes.
def opcodes(frame, event, arg):
    if frame.f_code is not straight.__code__:
        return None
    frame.f_trace_lines = False
    frame.f_trace_opcodes = True
    kinds.append(event)
    return opcodes


for _ in range(2):  # CPython takes f_trace_opcodes up with the second call
    kinds = []
    sys.settrace(opcodes)
    straight(1)
    sys.settrace(None)
print(kinds[0], kinds[-1], set(kinds) == {"call", "opcode", "return"}, kinds.count("opcode") > 3)


# Through native callers.
def key(x):
    return -x


def through_natives():
    return sorted([1, 2], key=key), list(map(key, [3])), max([1, 2], key=lambda v: v)


lines(through_natives)

# Switched on and off again and again.
n = 0


def counting(frame, event, arg):
    global n
    n += 1


for _ in range(1000):
    sys.settrace(counting)
    inner(1)
    sys.settrace(None)
print("switched", n)
