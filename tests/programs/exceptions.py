# Exceptions: raising, catching, finally, else, nesting, chaining, custom classes, re-raising, notes.
def attempt(f, *args):
    try:
        return "value", f(*args)
    except ZeroDivisionError:
        return "zero"
    except (KeyError, IndexError) as error:
        return type(error).__name__, error.args
    except Exception as error:
        return "other", type(error).__name__, str(error)
    else:
        return "never: returned before"
    finally:
        log.append("f")


log = []
print(attempt(lambda: 1 / 0), attempt(lambda: {}["k"]), attempt(lambda: [][1]), attempt(int, "x"), attempt(lambda: 5), log)


def order(kind):
    out = []
    try:
        out.append("try")
        if kind == "raise": raise ValueError("v")
        if kind == "return": return out
    except ValueError as error:
        out.append(f"except {error}")
    else:
        out.append("else")
    finally:
        out.append("finally")
    out.append("after")
    return out


print(order("raise"), order("return"), order("none"))


def override():
    try:
        return 1
    finally:
        x = 2
        if x == 2: pass


def loops():
    out = []
    for i in range(5):
        try:
            if i == 1: continue
            if i == 3: break
            out.append(i)
        finally:
            out.append(-i)
    return out


print(override(), loops())


class AppError(Exception):
    """Base."""
    code = 1


class NotFound(AppError):
    code = 2
    def __init__(self, what, where="here"):
        super().__init__(what, where)
        self.what = what
    def __str__(self): return f"{self.what} not found"


for cls, args in ((AppError, ()), (AppError, ("a",)), (AppError, ("a", 1)), (NotFound, ("key",))):
    try:
        raise cls(*args)
    except AppError as e:
        print(repr(e), str(e), e.args, e.code, isinstance(e, NotFound))
try:
    raise NotFound
except TypeError as e:
    print(e)


def chain():
    try:
        try:
            {}["inner"]
        except KeyError as e:
            raise ValueError("outer") from e
    except ValueError as e:
        return repr(e.__cause__), repr(e.__context__), e.__suppress_context__


def implicit():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            undefined_name
    except NameError as e:
        return e.__cause__, repr(e.__context__), e.__suppress_context__, e.name


def hidden():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise ValueError("clean") from None
    except ValueError as e:
        return e.__cause__, repr(e.__context__), e.__suppress_context__


print(chain(), implicit(), hidden())


def reraise():
    try:
        try:
            raise KeyError("first")
        except KeyError:
            try:
                raise IndexError("second")
            except IndexError:
                pass
            raise
    except KeyError as e:
        return repr(e), e.__context__


print(reraise())
try:
    raise
except RuntimeError as e:
    print(e)
try:
    e
except NameError as err:
    print("unbound after except:", err)
for bad in ["raise 5", "raise int", "raise ValueError from 5", "raise ValueError()", "raise StopIteration(3)", "raise SystemExit(4)", "raise KeyboardInterrupt", "raise BaseException('b')", "assert False", "assert 0, 'm'", "[].x", "import nonexistent_module_x", "from math import nonexistent_y", "int.foo = 1", "x = 1; x.y = 2", "del zzz", "f = 1; f()", "lambda: (yield)", "raise GeneratorExit", "b'\\xff'.decode('utf-8')", "open('/nonexistent/file')", "'%d' % 'a'", "[1, 2, 3].index(9)", "1 << -1", "chr(-1)", "object.__new__(int)", "type.__new__(type)", "(1).__class__ = str"]:
    try:
        exec(bad)
        print(bad, "ok")
    except BaseException as e:
        print(bad, "->", type(e).__name__, e.args)
e = ValueError("noted"); e.add_note("one"); e.add_note("two"); print(e.__notes__, e.with_traceback(None) is e, e.__traceback__)
def f(n):
    if n == 0: raise OverflowError("deep")
    f(n - 1)
try:
    f(20)
except OverflowError as e:
    depth, t, lines = 0, e.__traceback__, []
    while t: depth += 1; lines.append(t.tb_frame.f_code.co_name); t = t.tb_next
    print(depth, lines[0], lines[-1])
def gen():
    try:
        yield 1
        yield 2
    except ValueError as e:
        yield f"caught {e}"
    finally:
        print("gen finally")
g = gen(); print(next(g), g.throw(ValueError("thrown")), next(g, "end"))
class Ctx:
    def __init__(self, swallow): self.swallow = swallow
    def __enter__(self): return self
    def __exit__(self, t, v, tb): print("exit", t and t.__name__, v); return self.swallow
with Ctx(True): raise ValueError("swallowed")
try:
    with Ctx(False): raise ValueError("passed on")
except ValueError as e: print("got", e)
print(issubclass(KeyError, LookupError), issubclass(FileNotFoundError, OSError), IOError is OSError, issubclass(UnicodeDecodeError, ValueError), Exception.__mro__, BaseException.__subclasses__()[:0], ModuleNotFoundError.__base__, StopIteration(5).value, OSError(2, "No such", "f").filename, OSError(2, "x").errno, str(OSError(2, "x", "f")), str(KeyError("k")), str(KeyError("a", "b")), repr(ValueError(1, "a")), UnicodeEncodeError("ascii", "é", 0, 1, "r").reason, SystemExit(3).code, ImportError("m", name="n", path="p").name, AttributeError("a", name="n", obj=5).obj)
