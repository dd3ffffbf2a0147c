"""Every thread calls methods of the same instance, inherited ones too."""
from harness import run


class Base:
    scale = 3

    def scaled(self, n):
        return n * self.scale

    @staticmethod
    def plain(n):
        return n + 1

    @classmethod
    def of_class(cls, n):
        return n + cls.scale


class Meter(Base):
    def __init__(self, offset):
        self.offset = offset

    def shifted(self, n):
        return n + self.offset

    @property
    def twice(self):
        return self.offset * 2


METER = Meter(5)


def work(number, size):
    meter, total = METER, 0
    for i in range(size):
        total += meter.shifted(i) + meter.scaled(i) + meter.plain(i) + meter.of_class(i) + meter.twice
    return total


run("call_methods", work, 3_000_000)
