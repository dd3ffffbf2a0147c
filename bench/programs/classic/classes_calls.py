"""Classes and calls: attributes, methods, super, properties, class attributes, keyword arguments, closures, callables."""
import sys


class Shape:
    made = 0

    def __init__(self, name, **extra):
        self.name = name
        self.extra = extra
        Shape.made += 1

    def area(self):
        return 0

    def describe(self, unit="cm", *, digits=1):
        return len(self.name) + len(unit) + digits + self.area()

    @property
    def double(self):
        return self.area() * 2

    @classmethod
    def square(cls, side):
        return Box("square", side, side)

    @staticmethod
    def combine(a, b):
        return a.area() + b.area()


class Box(Shape):
    def __init__(self, name, width, height, **extra):
        super().__init__(name, **extra)
        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height


class Framed(Box):
    def area(self):
        return super().area() + 2 * (self.width + self.height)

    def __call__(self, n):
        return self.width + n

    def __eq__(self, other):
        return self.area() == other.area()

    def __lt__(self, other):
        return self.area() < other.area()

    def __getattr__(self, name):
        return len(name)


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x=0, y=0):
        self.x = x
        self.y = y

    def moved(self, dx, dy=1):
        return Point(self.x + dx, self.y + dy)


def make_adder(n):
    def add(value, times=1):
        return value + n * times
    return add


def spread(a, b, *rest, c=3, **named):
    return a + b + c + len(rest) + len(named)


def recurse(n):
    return n if n < 2 else recurse(n - 1) + recurse(n - 2)


def main(count):
    box, frame, point = Box("box", 3, 4), Framed("frame", 5, 6, color="red"), Point()
    adder = make_adder(3)
    bound = frame.describe
    total = 0
    for i in range(count):
        box.width = i & 15
        frame.height = i & 7
        total += box.area() + frame.area() + box.double
        total += box.describe() + bound("mm", digits=i & 3)
        total += Shape.combine(box, frame) + Shape.square(i & 31).area()
        point = point.moved(1, dy=i & 1)
        total += adder(i) + adder(i, times=2) + frame(i)
        total += spread(1, 2) + spread(1, 2, 3, 4, c=i & 1, d=5)
        total += (frame == box) + (frame < box) + frame.missing
        total += isinstance(box, Shape) + isinstance(point, Shape)
    total += recurse(22)
    print(f"classes_calls {count}: {total} {point.x} {point.y} {Shape.made}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 120_000)
