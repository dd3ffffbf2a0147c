# exit: 1
# Where lines come from: exec'd text without source, linecache entries, statements joined by semicolons, long lines, tabs, decorators, blank ones.
import linecache
import traceback

TEXT = "def helper(x):\n    y = x + 1\n    return y.missing\n"
namespace = {}
exec(compile(TEXT, "<made up>", "exec"), namespace)
linecache.cache["<made up 2>"] = (len(TEXT), None, TEXT.splitlines(True), "<made up 2>")
cached = {}
exec(compile(TEXT, "<made up 2>", "exec"), cached)


def several():
	a = 1; b = a - 1; c = a / b; d = c


def long_line():
    return [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30][40] + sum([1, 2, 3, 4, 5, 6, 7, 8, 9])


def continued():
    return 1 + \
        2 + \
        None


def with_comment():
    return undefined_name  # a comment that names undefined_name


def conditional(x):
    return (x.a if x
            else x.b)


def attribute_chain(x):
    return (x
            .real
            .imag
            .nothing
            .more)


def assignment(x):
    x.a.b.c = x


def augmented(x):
    x["a"] += 1


def deleted(x):
    del x.real.imag


for action in (lambda: namespace["helper"](1), lambda: cached["helper"](1), several, long_line, continued, with_comment,
               lambda: conditional(None), lambda: conditional(5), lambda: attribute_chain(1), lambda: assignment(1), lambda: augmented({}), lambda: deleted(5)):
    try:
        action()
    except Exception:
        traceback.print_exc()
raise (
    ValueError
    (
        "raised over",
        "several lines"
    )
)
