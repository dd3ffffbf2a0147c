# frame.f_lineno = line in a trace function: the frame goes on there, leaving the blocks that the place is not in.
import sys
import warnings


def jump(f, start, target, event="line"):
    """Runs f; when it is about to run line `start` of its own, it goes to `target` instead. Prints what it notes."""
    notes = []
    done = []

    def trace(frame, what, arg):
        if frame.f_code is f.__code__ and what == event and not done:
            if frame.f_lineno - f.__code__.co_firstlineno == start:
                done.append(True)
                frame.f_lineno = f.__code__.co_firstlineno + target
        return trace

    sys.settrace(trace)
    try:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            f(notes.append)
        said = [str(w.message) for w in seen]
    except Exception as e:
        said = f"{type(e).__name__}: {e}"
    finally:
        sys.settrace(None)
    print(f.__name__, start, "->", target, notes, said)


def straight(note):
    note(1)
    note(2)
    note(3)
    note(4)


def loop(note):
    for i in 1, 2:
        note(i)
        note(10)
    note(4)
    while True:
        note(6)
        break
    note(8)


def handlers(note):
    try:
        note(2)
        1 / 0
    except ZeroDivisionError:
        note(5)
        note(6)
    finally:
        note(8)
    note(sys.exception())


def context(note):
    class C:
        def __enter__(self):
            note("enter")

        def __exit__(self, *args):
            note("exit")
    with C():
        note(8)
        note(9)
    note(10)


def unbound(note):
    note(1)
    x = 2
    note(3)
    note(x)


jump(straight, 2, 4)
jump(straight, 3, 1)
jump(straight, 1, 4)
jump(straight, 4, 9)
jump(straight, 4, -3)
jump(straight, 1, 4, "call")
jump(straight, 4, 1, "return")
jump(loop, 2, 4)
jump(loop, 4, 2)
jump(loop, 3, 6)
jump(loop, 4, 6)
jump(loop, 8, 6)
jump(handlers, 3, 9)
jump(handlers, 2, 5)
jump(handlers, 6, 9)
jump(handlers, 6, 8)
jump(handlers, 6, 2)
jump(context, 8, 10)
jump(context, 10, 8)
jump(unbound, 2, 3)


def generator_jump():
    def numbers():
        yield 1
        yield 2
        yield 3

    def trace(frame, what, arg):
        if frame.f_code is numbers.__code__ and what == "line" and frame.f_lineno == numbers.__code__.co_firstlineno + 2:
            frame.f_lineno += 1
        return trace

    sys.settrace(trace)
    result = list(numbers())
    sys.settrace(None)
    return result


print(generator_jump())
try:
    sys._getframe().f_lineno = 1
except ValueError as e:
    print(e)
