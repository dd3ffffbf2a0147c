# exit: 1
# Notes: several, of several lines, empty, not strings, not a list, with surrogates.
import sys
import traceback


def report(notes, error=None):
    error = error or ValueError("noted")
    error.__notes__ = notes
    try:
        raise error
    except ValueError:
        traceback.print_exc()


class Odd:
    def __str__(self):
        raise RuntimeError("no text")

    def __repr__(self):
        return "<odd>"


report(["one", "two\nlines", "", "  indented", "end\n"])
report([1, None, Odd(), b"bytes"])
report(("a", "tuple"))
report("only text")
report(5)
report(Odd())
report([], ValueError())
error = KeyError("name")
error.add_note("first")
try:
    error.add_note(1)
except TypeError as problem:
    print(problem, file=sys.stderr)
error.add_note("lone surrogate \udc80, wide 字")
raise error
