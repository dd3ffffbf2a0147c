# Subclasses of str with __slots__: their values stand behind the text, whatever its width and length.
import copy
import gc
import weakref


class Line(str):
    __slots__ = ("clean", "more", "__weakref__")

    def __init__(self, text):
        self.clean, self.more = text.strip(), [text]


class Longer(Line):
    __slots__ = ("third",)


class Free(Line):
    pass


def check(cls, text):
    line = cls(text)
    line.more.append(line)
    reference = weakref.ref(line)
    twin = copy.copy(line)
    same = line == text and hash(line) == hash(text) and {line: 1}[text] == 1 and line.clean == text.strip() and line.more[0] == text
    same &= twin == line and twin.more is line.more and type(line.upper()) is str
    if cls is Longer:
        line.third = [line]
        same &= line.third[0] is line
        del line.third
        same &= not hasattr(line, "third")
    try:
        line.free = [line]
    except AttributeError as error:
        same &= cls is not Free and "free" in str(error)
    else:
        same &= cls is Free and line.__dict__.keys() == {"free"}
    del line, twin
    gc.collect()
    return same, reference() is None


for cls in (Line, Longer, Free):
    print(cls.__name__, *(check(cls, text) for text in ("", "  a ", "é" * 5, "字" * 100, "😀 ", "x" * 70000)))
try:
    Longer("x").third
except AttributeError as error:
    print(error)
for base in (int, bytes):
    try:
        type("X", (base,), {"__slots__": ("a",)})
    except TypeError as error:
        print(error)
print(Line.__slots__, Line("b").more, sorted([Line("b"), Line("a")]), f"{Line(' pad '):>8}|", ",".join([Line("x"), Line("y")]))
