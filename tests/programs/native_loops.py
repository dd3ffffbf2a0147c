# Loops over native iterators, whole and taken apart in two: zip, enumerate, dicts' views, map, and what goes wrong in them.
import itertools


def pairs(iterable):
    out = []
    for a, b in iterable:
        out.append((a, b))
    return out


def whole(iterable):
    out = []
    for x in iterable:
        out.append(x)
    return out


def generated(iterable):
    for a, b in iterable:
        yield b, a


class Steps:
    """Goes on after its end."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else StopIteration
        if isinstance(answer, type) and issubclass(answer, BaseException):
            raise answer("from " + str(self.asked))
        return answer


def numbers(n):
    for i in range(n):
        yield i


words = "one two three four".split()
big = {i: str(i) for i in range(50)}
for _ in range(30):
    made = [
        pairs(zip(words, range(10))), pairs(zip(range(3), numbers(5))), pairs(zip(numbers(3), words)), pairs(zip((), words)),
        pairs(enumerate(words)), pairs(enumerate(numbers(3), 2**60 - 2)), pairs(enumerate("xyz", 2**63 - 2)), pairs(enumerate({}, -1)),
        pairs(big.items())[-3:], pairs({}.items()), pairs(map(divmod, range(5, 9), [2, 3, 4])), pairs(reversed([(1, 2), "ab"])),
        pairs(x for x in ["ab", [1, 2]]), pairs(itertools.pairwise("abcd")), pairs(zip("ab", "cd", strict=True)), pairs({"xy": 1, "zw": 2}),
        pairs(sorted({(1, 2), (3, 4)})), whole(zip(words, words, words))[1], whole(zip(words)), whole(zip()), whole(enumerate(words, 5)),
        whole(big)[:4], whole(big.values())[:4], whole(big.items())[:2], whole(reversed(big))[:3], whole(map(len, words)), whole(filter(None, [0, 1, 2])),
        whole({}), whole({}.values()), list(generated(zip(words, range(2)))), list(generated(enumerate(words))), list(generated(big.items()))[:2],
    ]
for one in made:
    print(one)


def attempt(what, *args):
    try:
        return what(*args)
    except Exception as e:
        return type(e).__name__, str(e)


for _ in range(30):
    longer = Steps(1, 2, 3, 4)
    again = Steps(1, StopIteration, 2, 3)
    failing = Steps(1, 2, KeyError)
    first = iter(words)
    made = [
        attempt(pairs, zip(longer, "ab")), longer.asked, attempt(pairs, zip(again, words)), again.asked, attempt(pairs, enumerate(again)), again.asked,
        attempt(pairs, zip(words, failing)), failing.asked, attempt(pairs, enumerate(Steps(ValueError))), attempt(pairs, zip("abc", "de", strict=True)),
        attempt(pairs, zip("ab", "cde", strict=True)), attempt(pairs, zip(first, range(2))), list(first), attempt(pairs, zip("ab", "cd", "ef")),
        attempt(pairs, zip("ab")), attempt(pairs, map(len, words)), attempt(pairs, [("a",)]), attempt(whole, map(len, [1])), attempt(pairs, big),
        attempt(pairs, {"a": 1}), attempt(whole, Steps(5, TypeError)),
    ]
for one in made:
    print(one)


def grow(view, change):
    d = {i: i for i in range(5)}
    seen = []
    try:
        for x in getattr(d, view)():
            seen.append(x)
            if len(seen) == 2:
                change(d)
    except RuntimeError as e:
        seen.append(str(e))
    return seen


def grow_pairs(change):
    d = {i: i for i in range(5)}
    seen = []
    try:
        for k, v in d.items():
            seen.append(k)
            if len(seen) == 2:
                change(d)
    except RuntimeError as e:
        seen.append(str(e))
    return seen


def remove(d):
    del d[4]


def add(d):
    d[9] = 9


def overwrite(d):
    d[3] = "new"


def remove_ahead_and_add(d):
    del d[3]
    d[9] = "nine"


for _ in range(20):
    made = [grow(view, change) for view in ("keys", "values", "items") for change in (remove, add, overwrite)]
    made += [grow_pairs(change) for change in (remove, add, overwrite)]
for one in made:
    print(one)


def with_holes():
    d = {i: -i for i in range(20)}
    for i in range(0, 20, 3):
        del d[i]
    return whole(d), whole(d.values()), pairs(d.items())


for _ in range(20):
    made = with_holes()
print(made)


class Noisy:
    gone = 0

    def __init__(self, name):
        self.name = name

    def __del__(self):
        Noisy.gone += 1


def drops(n):
    """The loop's variables hold the last references to what the iterator gives."""
    log = []
    for i, x in enumerate(Noisy(i) for i in range(n)):
        log.append(Noisy.gone)
    for x, y in zip((Noisy(i) for i in range(n)), (Noisy(i) for i in range(n))):
        log.append(Noisy.gone)
    for x in map(Noisy, range(n)):
        log.append(Noisy.gone)
    return log


for _ in range(10):
    Noisy.gone = 0
    made = drops(5)
print(made)


def nested(n):
    total = 0
    for i, (a, b) in enumerate(zip(range(n), range(n, 0, -1))):
        for k, v in {a: b, -1: i}.items():
            total += k * v
        for x in {a: 1}:
            total += x
        for x in {1: a}.values():
            total -= x + len(words)
    return total


for _ in range(5):
    made = nested(200)
print(made)


def lengths(items):
    for x in items:
        yield len(x), len([x])


print(list(lengths(words * 20))[-2:], attempt(list, lengths([1])))
