# sys.monitoring (PEP 669): events, their arguments, DISABLE, local events, several tools, threads.
import sys
import threading

M = sys.monitoring
E = M.events
NAMES = {v: k for k, v in vars(E).items()}


def show(x):
    if x is M.MISSING:
        return "MISSING"
    if isinstance(x, (int, str, type(None))):
        return x
    return getattr(x, "__name__", None) or type(x).__name__


def record(f, *events, code=None):
    """Events of f(), those with places as lines."""
    log = []
    codes = {f.__code__} if code is None else code

    def callback(event):
        def told(code, *args):
            if code not in codes:
                return
            args = args if event == E.LINE else args[1:]
            if event == E.LINE:
                args = (args[0] - code.co_firstlineno,)
            if event in (E.JUMP, E.BRANCH_LEFT, E.BRANCH_RIGHT):
                args = ()
            log.append((code.co_name, NAMES[event]) + tuple(show(a) for a in args))
        return told

    for e in events:
        M.register_callback(0, e, callback(e))
    M.set_events(0, sum(e for e in events if e not in (E.C_RETURN, E.C_RAISE)))
    try:
        f()
    except ZeroDivisionError:
        pass
    M.set_events(0, 0)
    for e in events:
        M.register_callback(0, e, None)
    print(f.__name__)
    for line in log:
        print("   ", *line)


M.use_tool_id(0, "golden")
print(M.get_tool(0), M.get_tool(1))


def plain():
    x = [3, 1]
    x.sort()
    y = len(x)
    return max(x, key=lambda v: -v)


def branches():
    n = 0
    for i in (1, 2, 3):
        if i == 2:
            n += 10
        else:
            n += 1
    while n > 10:
        n -= 5
    return n


def numbers():
    try:
        yield 1
        yield 2
    except KeyError:
        yield 3


def generators():
    it = numbers()
    next(it)
    next(it)
    it.throw(KeyError)
    it.close()


def failing():
    try:
        int("x")
    except ValueError:
        pass
    1 / 0


def deeper():
    failing()


record(plain, E.PY_START, E.PY_RETURN, E.LINE, E.CALL, E.C_RETURN)
record(branches, E.BRANCH_LEFT, E.BRANCH_RIGHT, E.LINE)
record(generators, E.PY_START, E.PY_RESUME, E.PY_YIELD, E.PY_THROW, E.PY_RETURN, code={numbers.__code__})
record(deeper, E.CALL, E.C_RAISE, E.RAISE, E.EXCEPTION_HANDLED, E.PY_UNWIND, code={deeper.__code__, failing.__code__})

# DISABLE: each place once, until the events are restarted.
lines = []


def once(code, line):
    if code is branches.__code__:
        lines.append(line - code.co_firstlineno)
    return M.DISABLE


M.register_callback(0, E.LINE, once)
M.set_events(0, E.LINE)
branches()
first = len(lines)
print(sorted(set(lines)))
branches()
print(len(lines) == first)
M.restart_events()
branches()
print(len(lines) == 2 * first)
M.set_events(0, 0)

# Events of one code object; of two tools.
M.use_tool_id(3, "other")
starts = []
M.register_callback(0, E.PY_START, lambda code, offset: starts.append((0, code.co_name)))
M.register_callback(3, E.PY_START, lambda code, offset: starts.append((3, code.co_name)))
M.set_local_events(0, plain.__code__, E.PY_START)
M.set_events(3, E.PY_START)
plain()
branches()
print(starts)
print(M.get_local_events(0, plain.__code__), M.get_local_events(3, plain.__code__), M.get_events(3))
M.clear_tool_id(3)
starts.clear()
plain()
print(starts, M.get_events(3), M._all_events())
M.free_tool_id(3)

# A callback that raises.
def stop(code, offset):
    if code is plain.__code__:
        raise LookupError("stopped")


M.set_local_events(0, plain.__code__, 0)
M.register_callback(0, E.PY_START, stop)
M.set_events(0, E.PY_START)
try:
    plain()
except LookupError as e:
    print("raised", e)
M.set_events(0, 0)

# Wrong arguments.
for f in (
    lambda: M.use_tool_id(0, "again"),
    lambda: M.use_tool_id(6, "x"),
    lambda: M.set_events(2, 1),
    lambda: M.set_events(0, 1 << 20),
    lambda: M.set_events(0, E.C_RETURN),
    lambda: M.set_local_events(0, 5, 1),
    lambda: M.register_callback(0, 3, None),
):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)

# Threads: one tool sees them all, those that run already too.
counts = {}
stopping = False


def step(i):
    return i


def spin(name):
    while not stopping:
        step(name)


def count(code, offset):
    if code is step.__code__:
        name = threading.current_thread().name
        counts[name] = counts.get(name, 0) + 1


threads = [threading.Thread(target=spin, args=(i,), name=f"t{i}") for i in range(3)]
for t in threads:
    t.start()
M.register_callback(0, E.PY_START, count)
M.set_local_events(0, step.__code__, E.PY_START)
while len(counts) < 3:
    pass
M.set_local_events(0, step.__code__, 0)
stopping = True
for t in threads:
    t.join()
print(sorted(counts), min(counts.values()) > 0)
M.free_tool_id(0)
