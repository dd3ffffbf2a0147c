# exit: 1
# Assertions: with and without a message, messages that are objects, conditions over several lines.
import traceback


def check(value):
    assert isinstance(value, int), f"{value!r} is no number"
    assert value > 0
    assert (value % 2 == 0
            and value < 100), (value, "is odd or large")
    assert value != 4, None
    assert value != 6, ValueError("six")
    assert value != 8, ""


for value in ("x", -1, 3, 102, 4, 6, 8):
    try:
        check(value)
    except AssertionError as error:
        traceback.print_exc()
        print(repr(error))
try:
    assert [] == [1], {"expected": [1]}
except AssertionError as error:
    assert not error.args, "has \
arguments"
