"""Module taipan.jit in the mode that it is run in (-X jit=off, t1, auto; a build without a JIT). Asserts; prints nothing."""
import re
import sys
import types

import taipan
import taipan.jit
from taipan.jit import Declined, compile, counters, dump, mode, tier, why_not

WANTED, HAS_JIT = sys.argv[1], sys.argv[2:] != ["no-jit"]


def add(a, b):
    return a + b


class Point:
    def __init__(self, x):
        self.x = x

    def shifted(self, by):
        total = self.x
        for i in range(by):
            total += i
        return Point(total)

    @classmethod
    def origin(cls):
        return cls(0)


def generator(n):
    try:
        for i in range(n):
            yield i
    except ValueError as error:
        yield str(error)


async def coroutine(x):
    async with x as y:
        return [z async for z in y if z]


exec(f"def wide({', '.join(f'v{i}' for i in range(66000))}): return v0 + v65999")
long = types.FunctionType(__builtins__.compile("x = 1\n" * 60000, "long.py", "exec"), {})


def raised(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{call} did not raise {kind}")


def check_arguments():
    for function in (compile, tier, why_not, dump):
        for wrong in (3, len, Point, [].append, object(), None):
            text = raised(TypeError, function, wrong)
            assert text == f"{function.__name__}() argument must be a function, method or code object, not {type(wrong).__name__}", text
    assert "'ir'" in raised(ValueError, dump, add, "bytecode ir")
    assert "'mips'" in raised(ValueError, dump, add, "asm", "mips")
    raised(TypeError, dump, add, target=1)
    raised(TypeError, dump, add, 1)
    raised(TypeError, compile)
    assert dump(add, "") == ""


def check_bytecode():
    text = dump(add, "bytecode")
    assert text.startswith("code add ") and f"{add.__code__.co_firstlineno + 1:5} " in text and "ADD" in text and "RETURN" in text, text
    assert text == dump(add.__code__, what="bytecode")
    assert dump(Point(1).shifted, "bytecode") == dump(Point.shifted, "bytecode")


def check_assembly():
    for function in (add, Point.shifted, Point.origin, generator, coroutine, check_assembly):
        for target, words in ("x64", ("mov ", "jmp ", "ret")), ("a64", ("ldr ", "b.", "ret ")):
            text = dump(function, "asm", target)
            assert text.startswith(f"t1 for {target}: {function.__qualname__} ("), text[:80]
            for word in words:
                assert word in text, (word, text)
            assert not re.search("^error:", text, re.MULTILINE)
            # Each instruction of the bytecode, in order, with its line.
            listed = re.findall(r"^ .{5} +(\d+)  ([A-Z_]+) .*\+0x", text, re.MULTILINE)
            expected = re.findall(r"^ .{5} +(\d+)  ([A-Z_]+)", dump(function, "bytecode").split("\nexceptions")[0], re.MULTILINE)
            shown = [pair for pair in listed if pair[1] != "EXT"]
            assert shown == expected, (shown, expected)
    text = dump(add, target="x64")
    assert text.index("code add") < text.index("t1 for x64")
    assert dump(add, "asm bytecode").index("code add") > 0
    assert "stub:leave" in dump(add, "asm") and not re.search("mov (r11|x16), 0$", dump(generator, "asm"), re.MULTILINE)
    assert "wide operands" in raised(Declined, dump, wide, "asm")


def check_compiling():
    assert issubclass(Declined, RuntimeError) and Declined.__module__ == "taipan.jit"
    def fresh(n):
        total = 0
        for i in range(n):
            total += i
        return total
    if mode == "off":
        assert tier(fresh) == "interpreter"
        expected = "the JIT is off (-X jit=off)" if HAS_JIT else "this build has no JIT"
        assert why_not(fresh) == expected
        assert raised(Declined, compile, fresh) == f"{fresh.__qualname__} is not compiled: {expected}"
        assert counters() == {}
        return
    assert tier(fresh) == "interpreter" and why_not(fresh) == "not hot yet"
    before = counters()
    assert compile(fresh) is None and compile(fresh) is None
    assert tier(fresh) == tier(fresh.__code__) == "t1" and why_not(fresh) is None
    assert [fresh(10), fresh(0), fresh(-1)] == [45, 0, 0]
    assert Point(3).shifted(3).x == 6
    compile(Point(1).shifted)
    assert tier(Point.shifted) == "t1" and Point(3).shifted(3).x == 6
    compile(generator)
    assert list(generator(3)) == [0, 1, 2]
    for function, reason in (wide, "wide operands"), (long, "too long"):
        assert raised(Declined, compile, function) == f"{function.__qualname__} is not compiled: {reason}"
        assert tier(function) == "interpreter" and why_not(function) == reason
    assert wide(*range(66000)) == 65999
    after = counters()
    assert after["compiled"] > before["compiled"] and after["declined"] > before["declined"] and after["bytes"] > 0
    assert after["nanoseconds"] > before["nanoseconds"] and after["entries"] > before["entries"], (before, after)
    assert after.keys() == before.keys() and all(type(n) is int and n >= 0 for n in after.values())


assert mode == WANTED == taipan.jit.mode and sys.modules["taipan.jit"] is taipan.jit
check_arguments()
check_bytecode()
if HAS_JIT:
    check_assembly()
else:
    assert raised(Declined, dump, add, "asm") == "add is not compiled: this build has no JIT"
check_compiling()
