# contextlib: contextmanager, suppress, ExitStack and others.
from contextlib import contextmanager, suppress, ExitStack, closing, nullcontext, redirect_stdout


class Ctx:
    def __init__(self, name, swallow=False, fail=None): self.name, self.swallow, self.fail = name, swallow, fail
    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter": raise RuntimeError("enter " + self.name)
        return self.name.upper()
    def __exit__(self, t, v, tb):
        print("exit", self.name, t and t.__name__, str(v), tb is not None)
        if self.fail == "exit": raise RuntimeError("exit " + self.name)
        return self.swallow


@contextmanager
def managed(v):
    print("setup", v)
    try: yield v * 2
    except ValueError as e: print("handled", e)
    finally: print("teardown", v)
with managed(5) as m: print(m)
with managed(6): raise ValueError("in body")
try:
    with managed(7): raise KeyError("not handled")
except KeyError as e: print("out", e)
@managed(8)
def decorated(): return "dec"
print(decorated())
with suppress(KeyError, IndexError): [][1]
with ExitStack() as stack:
    names = [stack.enter_context(Ctx(n)) for n in "12"]
    stack.callback(print, "callback", 3)
    print(names)
with nullcontext("null") as n: print(n)
import io
buffer = io.StringIO()
with redirect_stdout(buffer): print("captured")
print(repr(buffer.getvalue()))
