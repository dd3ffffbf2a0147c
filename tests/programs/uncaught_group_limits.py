# exit: 1
# except* that handles some of a group; what is left, with more than fifteen members and more than ten levels of nesting.
import traceback


def nest(depth):
    if depth == 0:
        return ValueError("bottom")
    return ExceptionGroup(f"level {depth}", [nest(depth - 1)])


def wide(count):
    return ExceptionGroup("wide", [OSError(n, f"error {n}") if n % 3 else KeyError(n) for n in range(count)])


try:
    raise nest(12)
except* TypeError:
    print("never")
except* ValueError as group:
    traceback.print_exc()
    print(type(group).__name__, group.message)

try:
    try:
        raise wide(8)
    except* KeyError as group:
        print(len(group.exceptions), "keys")
    except* FileNotFoundError as group:
        raise TypeError("while handling") from group
except ExceptionGroup:
    traceback.print_exc()

try:
    raise wide(30)
except* KeyError as group:
    print("keys:", [error.args[0] for error in group.exceptions])
