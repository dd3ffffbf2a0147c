# exit: 1
# Exceptions in class bodies, metaclasses, decorators, default values, descriptors' __set_name__ and __init_subclass__.
import traceback


def report(text):
    try:
        exec(compile(text, "<text>", "exec"), globals())
    except Exception:
        traceback.print_exc()


class Named:
    def __set_name__(self, owner, name):
        raise ValueError(f"{owner.__name__}.{name} is not welcome")


class Strict:
    def __init_subclass__(cls, /, tag, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.tag = tag.upper()


class Meta(type):
    def __new__(mcls, name, bases, namespace):
        if "forbidden" in namespace:
            raise TypeError(f"{name} has a forbidden attribute")
        return super().__new__(mcls, name, bases, namespace)

    def __call__(cls, *args):
        return super().__call__(*args).attribute


def decorator(argument):
    def wrap(function):
        if argument < 0:
            raise ValueError("negative decorator")
        return function
    return wrap


report("class A:\n    x = Named()\n")
report("class A(Strict): pass\n")
report("class A(Strict, tag=5): pass\n")
report("class A(Strict, tag='x', other=1): pass\n")
report("class A(metaclass=Meta):\n    forbidden = 1\n")
report("class A(1): pass\n")
report("class A(bool): pass\n")
report("class A(int, str): pass\n")
report("class A(object, Named): pass\n")
report("class A(Named, Named): pass\n")
report("class A:\n    __slots__ = ('a', 'a b')\n")
report("class A:\n    __slots__ = 'a'\n    a = 1\n")


class Plain(metaclass=Meta):
    pass


class Holder:
    values = [n for n in range(3)]
    table = dict.fromkeys(values)

    @decorator(1)
    def fine(self, default=values[0]):
        return default

    try:
        Plain()
    except AttributeError:
        traceback.print_exc()

    @decorator(
        -values[1]
    )
    def bad(self):
        pass
