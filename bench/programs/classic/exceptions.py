"""Exceptions: raised, caught at several depths, finally, chained, carrying data, as ends of loops."""
import sys


class Refused(Exception):
    def __init__(self, code):
        super().__init__(f"refused {code}")
        self.code = code


class Special(Refused):
    pass


def check(n):
    if n % 7 == 0:
        raise Special(n)
    if n % 5 == 0:
        raise Refused(n)
    if n % 3 == 0:
        raise ValueError(n)
    return n


def deep(n, depth):
    if depth == 0:
        return check(n)
    try:
        return deep(n, depth - 1)
    finally:
        n += 1


def translate(n):
    try:
        return check(n)
    except ValueError as error:
        raise KeyError(n) from error


def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        return -1


class Guard:
    entered = left = 0

    def __enter__(self):
        Guard.entered += 1
        return self

    def __exit__(self, kind, error, trace):
        Guard.left += 1
        return kind is not None and issubclass(kind, Refused)


def main(count):
    good = special = refused = wrong = chained = missing = ends = 0
    table = {n: n for n in range(0, count, 2)}
    for n in range(count):
        try:
            good += deep(n, 4) & 1
        except Special as error:
            special += error.code & 3
        except Refused as error:
            refused += error.code & 3
        except (ValueError, TypeError) as error:
            wrong += error.args[0] & 3
        try:
            translate(n)
        except KeyError as error:
            chained += error.__cause__ is not None
        except Refused:
            pass
        missing += lookup(table, n) & 1
        if n % 4 == 0:
            with Guard():
                check(n if n % 3 else n + 1)
        iterator = iter((n, n))
        try:
            while True:
                next(iterator)
        except StopIteration:
            ends += 1
    print(f"exceptions {count}: {good} {special} {refused} {wrong} {chained} {missing} {ends} {Guard.entered} {Guard.left}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 400_000)
