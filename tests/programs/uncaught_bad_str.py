# exit: 1
# Exceptions whose __str__ fails, gives no string, is long, has several lines; whose class is nested, local or lies about its module.
import traceback


class Broken(Exception):
    def __str__(self):
        raise ValueError("from __str__")


class NoText(Exception):
    def __str__(self):
        return 5


class Lines(Exception):
    def __str__(self):
        return "first line\nsecond line\n  third"


class Outer:
    class Inner(Exception):
        pass


class Liar(Exception):
    pass


Liar.__module__ = "somewhere.else"
Liar.__qualname__ = "Liar.Nested"


class Nothing(Exception):
    __module__ = None


def local():
    class Local(Exception):
        pass
    return Local("local")


class Custom(KeyError):
    def __init__(self, key, reason):
        super().__init__(key)
        self.reason = reason

    def __repr__(self):
        return f"Custom({self.reason})"


for error in (Broken(1), NoText(), Lines(), Outer.Inner("inner"), Outer.Inner(), Liar(1, 2), Nothing("n"), local(), Custom("k", "r"),
              KeyError("text"), KeyError(1, 2), KeyError(), OSError(2, "gone"), OSError(2, "gone", "a file", None, "b file"),
              UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), UnicodeEncodeError("ascii", "aé字", 1, 3, "bad"), Exception(None), Exception(""),
              Exception("\ud800"), Exception("tab\tand \x01"), BaseException("base"), StopIteration(5), ImportError("i", name="n", path="p")):
    try:
        raise error
    except BaseException:
        traceback.print_exc()
raise Broken("again") from NoText()
