# Tracebacks as text: positions, carets, chains, groups, notes, recursion, suggestions.
import traceback


def show(f, *args):
    try:
        f(*args)
    except BaseException as error:
        text = "".join(traceback.format_exception(error))
        print(text.replace(__file__, "FILE"), end="")
    print("-----")


def divide(a, b):
    return a / b


def outer(n):
    values = [1, 2, n]
    return divide(values[0], values[2]) + divide(1, 2)


show(outer, 0)
show(lambda: {"a": {"b": 1}}["a"]["c"])
show(lambda: [1, 2, 3][1:][5])
show(lambda: None.attribute.other)
show(lambda: (1).reall)
show(lambda: undefined_nam)


def chained():
    try:
        outer(0)
    except ZeroDivisionError as error:
        raise ValueError("could not") from error


def during():
    try:
        {}["k"]
    except KeyError:
        int("x")


show(chained)
show(during)


def grouped():
    errors = []
    for n in (0, "a"):
        try:
            divide(1, n)
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("several", errors)


show(grouped)


def noted():
    error = RuntimeError("multi\nline message")
    error.add_note("first note")
    error.add_note("second\nnote")
    raise error


show(noted)


def recurse(n):
    if n == 0:
        raise KeyError("deep")
    recurse(n - 1)


show(recurse, 12)


class Weird(Exception):
    def __str__(self):
        raise RuntimeError


def weird():
    raise Weird


show(weird)


def multiline():
    return divide(
        1,
        0,
    )


show(multiline)
show(lambda: eval("1 +"))
show(lambda: eval("1 + undefined_x"))
show(exec, "x = 1\nif x:\n    y = x / 0\n")


def generator():
    yield 1
    raise LookupError("in generator")


show(lambda: list(generator()))


class Ctx:
    def __enter__(self): return self
    def __exit__(self, *a): raise OSError("exit")


def with_exit():
    with Ctx():
        raise ValueError("body")


show(with_exit)
try:
    outer(0)
except ZeroDivisionError as error:
    for frame in traceback.extract_tb(error.__traceback__):
        print(frame.name, frame.lineno, frame.line, frame.colno, frame.end_colno)
    print(traceback.format_exception_only(error))
