# Exception groups and except*.
def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaves(e) for e in error.exceptions]
    return f"{type(error).__name__}({error})"


eg = ExceptionGroup("top", [ValueError("a"), TypeError("b"), ExceptionGroup("inner", [ValueError("c"), KeyError("d")])])
print(eg, repr(eg), eg.message, len(eg.exceptions), leaves(eg))
print(leaves(eg.subgroup(ValueError)), leaves(eg.subgroup(lambda e: "b" in str(e))), eg.subgroup(OSError), [leaves(p) if p else None for p in eg.split(ValueError)], [p and leaves(p) for p in eg.split(OSError)])


def handle(error):
    out = []
    try:
        try:
            raise error
        except* ValueError as g:
            out.append(("values", leaves(g)))
        except* (TypeError, KeyError) as g:
            out.append(("types", leaves(g)))
        else:
            out.append("else")
        finally:
            out.append("finally")
    except BaseException as rest:
        out.append(("rest", leaves(rest)))
    return out


print(handle(eg))
print(handle(ExceptionGroup("x", [OSError("o"), ValueError("v")])))
print(handle(ValueError("plain")), handle(OSError("plain")))


def nothing():
    try:
        pass
    except* ValueError:
        print("never")
    else:
        print("else runs")


nothing()


def raises_inside():
    try:
        try:
            raise ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)])
        except* ValueError:
            raise RuntimeError("from handler")
        except* TypeError as e:
            raise
    except ExceptionGroup as g:
        return repr(g.message), leaves(g), [type(e.__context__).__name__ for e in g.exceptions]


print(raises_inside())


def loop():
    got = []
    for i in range(3):
        try:
            raise ExceptionGroup("l", [ValueError(i)])
        except* ValueError as e:
            got.append(e.exceptions[0].args[0])
    return got


print(loop())
for bad in ["ExceptionGroup('m', [])", "ExceptionGroup('m', [1])", "ExceptionGroup('m', 5)", "ExceptionGroup(5, [ValueError()])", "ExceptionGroup('m', [KeyboardInterrupt()])", "type(BaseExceptionGroup('m', [ValueError()])).__name__", "type(BaseExceptionGroup('m', [KeyboardInterrupt()])).__name__"]:
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


class MyGroup(ExceptionGroup):
    def derive(self, excs):
        return MyGroup(self.message + "'", excs)


m = MyGroup("mine", [ValueError(1), TypeError(2)])
match, rest = m.split(ValueError)
print(type(match).__name__, match.message, leaves(rest), isinstance(m, Exception), isinstance(m, ExceptionGroup))
try:
    try:
        raise m
    except* ValueError as e:
        e.add_note("seen")
        print(e.__notes__)
except ExceptionGroup as left:
    print(type(left).__name__, leaves(left))
for source in ["try: pass\nexcept* ValueError: break", "try: pass\nexcept* A: pass\nexcept B: pass", "def f():\n try: pass\n except* A: return"]:
    try:
        compile(source, "s", "exec")
        print("compiled")
    except SyntaxError as e:
        print("SyntaxError")
try:
    try:
        raise ValueError
    except* ExceptionGroup:
        pass
except TypeError as e:
    print(e)
