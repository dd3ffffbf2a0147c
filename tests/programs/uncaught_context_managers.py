# exit: 1
# with statements: exceptions in __enter__, the body, __exit__; ExitStack; objects that are no context managers.
import contextlib
import traceback


class Manager:
    def __init__(self, name, fail=""):
        self.name, self.fail = name, fail

    def __enter__(self):
        if "enter" in self.fail:
            raise ValueError(f"{self.name} enters badly")
        return self

    def __exit__(self, kind, error, trace):
        if "exit" in self.fail:
            raise ValueError(f"{self.name} exits badly")
        return "swallow" in self.fail


class OnlyEnter:
    def __enter__(self):
        return self


def body():
    with Manager("one"), Manager("two", "exit") as two:
        raise KeyError(two.name)


def entering():
    with (
        Manager("one", "exit"),
        Manager("two", "enter"),
    ):
        print("never")


def stack():
    with contextlib.ExitStack() as stack:
        stack.enter_context(Manager("a", "exit"))
        stack.callback(lambda: 1 / 0)
        stack.enter_context(Manager("c"))
        raise KeyError("body")


@contextlib.contextmanager
def twice():
    yield 1
    yield 2


@contextlib.contextmanager
def never():
    if False:
        yield


def use(manager):
    with manager:
        pass


for action in (body, entering, stack, lambda: use(5), lambda: use(OnlyEnter()), lambda: use(twice()), lambda: use(never()), lambda: use(Manager)):
    try:
        action()
    except Exception:
        traceback.print_exc()
with Manager("swallows", "swallow"):
    raise KeyError("gone")
with contextlib.closing(5) as closing:
    print(closing)
