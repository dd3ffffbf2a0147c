# exit: 1
# What is suggested for names, attributes, imports, modules and keywords that are nearly right.
import collections
import math
import traceback


class Shape:
    kind = "shape"
    __slots__ = ("width", "height")

    def __init__(self):
        self.width = self.height = 1

    def area(self):
        return widht * self.height

    def perimeter(self):
        return 2 * (self.widht + self.height)

    def name(self):
        return kind

    def method(self):
        return area()


class Nested:
    def __init__(self):
        self.inner = Shape()


def local_name():
    counter = 1
    return countre


def unbound(counter):
    countre = countre


def keyword(*, colour="red", size=1):
    return colour, size


def report(action):
    try:
        action()
    except Exception:
        traceback.print_exc(limit=-1)


shape = Shape()
for action in (shape.area, shape.perimeter, shape.name, shape.method, local_name):
    report(action)
report(lambda: unbound(1))
report(lambda: Nested().widht)
report(lambda: Nested().width)
report(lambda: math.squrt(2))
report(lambda: [].appendd(1))
report(lambda: "".uppper())
report(lambda: (1).bit_lenght())
report(lambda: keyword(color="blue"))
report(lambda: keyword(sizes=1))
report(lambda: collections.OrderdDict())
report(lambda: pritn("x"))
report(lambda: Tru)
report(lambda: none)
report(lambda: shap.area())
report(lambda: random.random())
report(lambda: sys.exit())
report(lambda: __import__("colections"))
report(lambda: exec("import maths"))
report(lambda: exec("from math import squrt"))
report(lambda: exec("from collections import OrderdDict, deque"))
report(lambda: exec("import collections.abcd"))
report(lambda: exec("from os.path import jion"))
report(lambda: exec("from . import x"))
report(lambda: exec("form math import sqrt"))
report(lambda: exec("fro x in range(3): pass"))
report(lambda: exec("whlie True: pass"))
report(lambda: exec("pritn 5"))
report(lambda: [].push(1))
report(lambda: [].add(1))
report(lambda: {}.put(1, 2))
report(lambda: "".trim())
report(lambda: "".push_back(1))
report(lambda: [].length)
print(shape.heigth)
