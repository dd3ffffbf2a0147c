# exit: 1
# Through decorators: functools.wraps, cached functions and properties, single dispatch, context managers, partial.
import contextlib
import functools


def traced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        finally:
            print("left", function.__name__)
    return wrapper


@contextlib.contextmanager
def section(name):
    print("begin", name)
    try:
        yield name
    finally:
        print("end", name)


@functools.lru_cache(maxsize=None)
def cached(n):
    return 1 / n if n < 2 else cached(n - 1)


@functools.singledispatch
def describe(value):
    return 1 + value


@describe.register
def _(value: list):
    return [describe(v) for v in value]


class Service:
    @functools.cached_property
    def total(self):
        return sum(describe([1, 2, "three"]))

    @traced
    def use(self, *, name):
        with section(name) as s, contextlib.suppress(KeyError):
            print(cached(5))
            return functools.partial(getattr, self)("total")


Service().use(name="main")
