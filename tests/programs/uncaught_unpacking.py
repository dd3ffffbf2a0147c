# exit: 1
# Unpacking that fails, in assignments, loops, calls and patterns of names; deep in nested targets.
import traceback

STATEMENTS = """a, b = 1
a, b = [1]
a, b = 1, 2, 3
a, b = {}
a, *b = ()
a, *b, c = [1]
(a, (b, c)) = 1, (2,)
[a, [b, *c]] = "x", []
a, b = "abc"
for a, b in [(1, 2), (3,)]: pass
for a, (b, c) in {"k": 5}.items(): pass
for i, (a, b) in enumerate([[1, 2, 3]]): pass
a, b = range(5)
a, b = (n for n in range(3))
a, b = None
x = [*5]
x = {**5}
x = (*None, 1)
f = lambda a, b: a; f(*[1])
print(*range(3), **{"end": 1})
x = {a: b for a, b in [1]}
x = [a for a, in [(1, 2)]]
with open(0, closefd=False) as (a, b, c): pass
a = b, c = 1, 2, 3
del a[0], b
a[0], b = 1, 2""".splitlines()
for statement in STATEMENTS:
    try:
        exec(statement, {"a": None})
        print("fine:", statement)
    except Exception:
        traceback.print_exc()
table = {"first": (1, 2), "second": (3, 4, 5)}
for key, (left, right) in table.items():
    print(key, left, right)
