"""Classes of modules change, both ways; importlib runs a second time beside the one that import itself uses."""
import importlib.abc
import importlib.util
import sys
import types


class Loader(importlib.abc.Loader):
    def exec_module(self, module):
        print("loading")
        exec("attribute = 42\n__name__ = 'changed'", module.__dict__)


# A lazy module has a class of its own until it is loaded. Its dict is found where modules have it.
spec = importlib.util.spec_from_loader("late", importlib.util.LazyLoader(Loader()))
module = importlib.util.module_from_spec(spec)
sys.modules["late"] = module
spec.loader.exec_module(module)
print(type(module).__name__)
print(module.attribute, module.__name__, type(module).__name__)


class Loud(types.ModuleType):
    def __getattribute__(self, name):
        if not name.startswith("__"):
            print("reading", name)
        return super().__getattribute__(name)

    def __setattr__(self, name, value):
        print("setting", name)
        super().__setattr__(name, value)


plain = types.ModuleType("plain")
plain.x = 1
plain.__class__ = Loud
plain.y = plain.x + 1
print(sorted(n for n in plain.__dict__ if n[0] != "_"))
plain.__class__ = types.ModuleType
print(plain.y, type(plain).__name__)


class Slotted(types.ModuleType):
    __slots__ = ("z",)


try:
    plain.__class__ = Slotted
except TypeError as e:
    print("TypeError")

# import goes on working while sys.modules has nothing under importlib's names.
kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "importlib"}
for name in ("_frozen_importlib", "_frozen_importlib_external"):
    kept[name] = sys.modules[name]
    sys.modules[name] = None
import importlib as second
import colorsys

print(second is not kept["importlib"], second._bootstrap.__name__, second._bootstrap is not kept["importlib"]._bootstrap)
print(colorsys.rgb_to_hsv(1, 0, 0))
sys.modules.update(kept)
