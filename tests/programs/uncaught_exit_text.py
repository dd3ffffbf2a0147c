# exit: 1
# SystemExit with a text: printed on standard error, exit code 1, finally and atexit still run; contexts are not shown.
import atexit
import sys

atexit.register(print, "atexit ran")
for argument in (None, 0, 3, "text", (1, 2), 2.5, True):
    try:
        sys.exit(argument)
    except SystemExit as error:
        print(error.code, error.args, repr(error))
try:
    raise SystemExit(1, 2)
except SystemExit as error:
    print(error.code)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        sys.exit("cannot divide: ä 字")
finally:
    print("finally ran")
