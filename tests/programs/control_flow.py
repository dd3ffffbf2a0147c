# Conditions, loops with else, break and continue, chained comparisons, the walrus, conditional imports of nothing.
def classify(n):
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"
    elif n < 10:
        return "small"
    else:
        return "large"


print([classify(n) for n in (-5, 0, 3, 50)])
for n in range(2, 12):
    for x in range(2, n):
        if n % x == 0:
            print(n, "=", x, "*", n // x)
            break
    else:
        print(n, "is prime")
i = 0
while i < 10:
    i += 1
    if i % 2:
        continue
    if i > 6:
        break
    print(i, end=" ")
else:
    print("never")
print("stopped at", i)
while i:
    i -= 1
else:
    print("ran out", i)
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1 != 2, not 1, not [], 0 or "x" or 1 / 0, 1 and "" and 1 / 0, None or (), "a" and "b", not (1 and 0))


def trace(value, log=[]):
    log.append(value)
    return value


print(trace(1) < trace(5) < trace(3) < trace(9), trace.__defaults__)
print("yes" if [] else "no", (lambda v: "odd" if v % 2 else "even")(3), 5 if 0 else 6 if 1 else 7)
if (n := len("hello")) > 3:
    print("long", n)
print([y := 5, y ** 2], (z := 3) + z, [last := v for v in range(3)], last, any((hit := v) > 2 for v in [1, 2, 3, 4]), hit)
data = iter([3, 1, 4, 1, 5, 0, 9])
while (v := next(data)) != 0:
    print(v, end=",")
print()


def nested():
    total = 0
    for i in range(5):
        for j in range(5):
            if j == i:
                break
            if (i + j) % 3 == 0:
                continue
            for k in (1, 2, 3):
                if k == 2:
                    break
            else:
                return "unreachable"
            total += i * 10 + j + k
    return total


print(nested())


def early(items):
    for item in items:
        try:
            if item == 0:
                continue
            if item < 0:
                break
            if item > 100:
                return "big"
            print("item", item)
        finally:
            print("finally", item)
    else:
        return "exhausted"
    return "broken"


print(early([1, 0, 2]), early([1, -1, 5]), early([101]), early([]))
a = b = c = []
a.append(1)
print(b, c, a is c)
x, y = 1, 2
x, y = y, x + y
x += y
print(x, y)
del x
try:
    print(x)
except NameError as error:
    print(error)


def unbound():
    print(later)
    later = 1


try:
    unbound()
except UnboundLocalError as error:
    print(type(error).__name__, error)
pass; ...; "docstring-like"; 5
assert True, "not shown"
try:
    assert 1 > 2, f"math {1 + 1}"
except AssertionError as error:
    print("assert", error)
print(*range(3), sep="-", end="!\n")
print("a", 1, None, [2], sep=", "); print(); print("", end=""); print(1, 2, sep="")
for i, (a, *b) in enumerate([(1, 2, 3), "xy"]):
    print(i, a, b)
for [p, q] in [(1, 2)]: print(p, q)
lst = [0, 0]
for lst[0] in range(3): pass
print(lst, i)
