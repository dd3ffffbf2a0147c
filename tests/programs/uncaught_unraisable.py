# What cannot be raised is reported: __del__, weak reference callbacks, generators closed badly, gc callbacks, sys.unraisablehook.
# not under: publish collect move
import gc
import sys
import weakref


class Angry:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<Angry {self.name}>"

    def __del__(self):
        raise ValueError(f"{self.name} does not go")


def make():
    angry = Angry("local")
    return 1


def callback(reference):
    raise KeyError("callback")


def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            1 / 0


make()
angry = Angry("global")
del angry
victim = type("Victim", (), {})()
reference = weakref.ref(victim, callback)
del victim
generator = stubborn()
next(generator)
del generator
cycle = Angry("cycle")
cycle.self = cycle
del cycle
gc.collect()
seen = []
sys.unraisablehook = lambda args: seen.append((args.exc_type.__name__, str(args.exc_value), args.err_msg.partition(" at ")[0]))
Angry("hooked")
print(seen)
sys.unraisablehook = sys.__unraisablehook__


class BrokenRepr(Angry):
    def __repr__(self):
        raise RuntimeError("no repr")


BrokenRepr("unprintable")
print("end")
