# exit: 1
# Exceptions out of generators, comprehensions and generator expressions; thrown in; a StopIteration that becomes RuntimeError.
import traceback


def numbers(limit):
    for n in range(limit):
        yield 10 // (2 - n)


def relay(source):
    total = 0
    for value in source:
        total += value
        yield total
    return total


def delegate():
    result = yield from relay(numbers(5))
    return result


def stops():
    yield 1
    next(iter(()))


def report(action):
    try:
        action()
    except Exception:
        traceback.print_exc()


report(lambda: list(delegate()))
report(lambda: [value * 2 for value in numbers(3)])
report(lambda: {key: 1 / key for key in (2, 1, 0)})
report(lambda: sum(1 / n for n in range(-1, 3)))
report(lambda: list(stops()))
started = delegate()
print(next(started))
report(lambda: started.throw(KeyError("thrown in")))
report(lambda: next(started))
squares = ([n ** 2 for n in row if n.real] for row in ((1, 2), (3, "four")))
print(next(squares))
for row in squares:
    print(row)
