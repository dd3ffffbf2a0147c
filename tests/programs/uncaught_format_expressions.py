# exit: 1
# Exceptions inside f-strings and template formatting: positions within the string, nested fields, several lines.
import traceback


class Money:
    def __format__(self, spec):
        raise ValueError(f"bad spec {spec!r}")


def report(action):
    try:
        print(action())
    except Exception:
        traceback.print_exc()


name, zero, width = "value", 0, "wide"
report(lambda: f"{name} is {1 / zero}")
report(lambda: f"{name:{width}}")
report(lambda: f"{name!r:>{undefined}}")
report(lambda: f"{Money():5.2f}")
report(lambda: f"{name[10]} and {name.missing}")
report(lambda: f"""first {name}
second {zero / zero}
third""")
report(lambda: f"{ {'a': 1}['b'] }")
report(lambda: f"{name + 1 = }")
report(lambda: "{0[5]}".format([1]))
report(lambda: "{:{}}".format(1, "x"))
report(lambda: f"{1:,d}" f"{'x':,d}")
report(lambda: f"{3.5:d}")
report(lambda: f"{5:.3d}")
report(lambda: f"{2**70:c}")
report(lambda: f"{'s':+}")
report(lambda: f"{5:10$}")
report(lambda: "%s %s" % (name,))
report(lambda: "%d items" % "no")
print(f"result: {name.upper()} {(lambda n: 10 // n)(zero):>10}")
