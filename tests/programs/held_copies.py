# Copies of sets and dicts under way while Python code compares their elements and collects.
import gc


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, other):
        global busy
        if on and not busy:
            busy = True
            gc.collect()
            busy = False
        return self.n == other.n


on = busy = False
for operation in ("|", "&", "-", "^"):
    first = {Key(i) for i in range(6)}
    second = {Key(i) for i in range(3, 9)}
    on = True
    result = eval(f"first {operation} second")
    on = False
    print(operation, sorted(k.n for k in result), len(first))
for change in ("second.update(first)", "second.intersection_update(first)", "second.difference_update(first)",
               "second.symmetric_difference_update(first)"):
    first = {Key(i) for i in range(6)}
    second = {Key(i) for i in range(3, 9)}
    on = True
    try:
        eval(change)
        print(change, sorted(k.n for k in second), len(first))
    except RuntimeError as e:
        print(change, e)
    on = False
