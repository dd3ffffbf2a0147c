# Attributes of modules through inline caches: modules that come and go may stand where others stood.
import types


def read(m):
    return m.x


def call(m):
    return m.f(1)


wrong = 0
kept = []
for i in range(2000):
    m = types.ModuleType("m")
    m.x = f"value {i}"
    m.f = lambda n, i=i: n + i
    wrong += read(m) != f"value {i}" or call(m) != i + 1
    del m
    kept.append([i] * 3)
print(wrong)

# A namespace that was given __builtins__ is not kept alive by what ran in it.
import gc
import weakref


class Something:
    pass


something = Something()
gone = weakref.ref(something)
space = {"__builtins__": {"something": something}}
exec("a = 1", space)
print(space["a"])
del something, space
gc.collect()
print(gone())
