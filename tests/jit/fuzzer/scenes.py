"""Scenes: small plots with random parts in which the world changes under hot code."""
from .definitions import Definitions
from .expand import Scope

# What may happen to objects, classes, globals and functions between two iterations, or inside a call. `KLASS` is the class
# of most objects, `OTHER` one with the same attributes, `obj` one of the objects, `at` the iteration.
CHANGES = [
    "KLASS.m0 = lambda self, x: x * 2 + 1", "KLASS.m0 = KLASS.m1", "KLASS.m1 = OTHER.m1", "KLASS.extra0 = at", "KLASS.a = 77",
    "obj.__class__ = OTHER", "obj.__class__ = KLASS", "obj.extra0 = at", "obj.extra1 = at", "del obj.a", "obj.a = 1.5", "obj.a = 'str'",
    "obj.a = 1 << 61", "obj.a = None", "obj.m0 = lambda x: x + 1000", "del obj.m0", "obj.__dict__['a'] = 41", "obj.__dict__ = {'a': 3, 'b': 4, 'l': [1]}",
    "obj.__dict__.clear()", "KLASS.a = property(lambda self: 12, lambda self, v: None)", "KLASS.a = Data()", "KLASS.m0 = Data()", "del KLASS.m0", "del KLASS.a",
    "KLASS.__getattr__ = lambda self, name: 99", "KLASS.__setattr__ = lambda self, n, v: object.__setattr__(self, n, v)", "del KLASS.__setattr__",
    "KLASS.__getattribute__ = lambda self, n: object.__getattribute__(self, n)", "del KLASS.__getattribute__", "del KLASS.__getattr__",
    "KLASS.__add__ = lambda self, o: 500", "KLASS.__lt__ = lambda self, o: True", "KLASS.__eq__ = lambda self, o: at % 2 == 0\nKLASS.__hash__ = lambda self: 1",
    "KLASS.__bool__ = lambda self: False", "KLASS.__len__ = lambda self: at % 2", "KLASS.__getitem__ = lambda self, i: [4, 5, 6, 7][i]", "KLASS.__call__ = lambda self, x: x - 7",
    "KLASS.__iter__ = lambda self: iter((1, 2))", "KLASS.__bases__ = (OTHER2,)", "KLASS.st = staticmethod(lambda x: x + 4)", "KLASS.cl = classmethod(lambda k, x: x)",
    "KLASS.__init__ = lambda self, a=0: setattr(self, 'a', a + 1)", "KLASS.__new__ = lambda k, *a: object.__new__(k)", "KLASS.m0 = len", "KLASS.m0 = 5",
    "globals()['GLOB'] = at", "globals()['GLOB'] = 2.5", "globals()['GLOB'] = 'glob'", "globals().pop('GLOB', None)", "globals()['GLOB'] = 1 << 62", "globals()['helper'] = lambda x, y=1: x - y",
    "globals()['helper'] = Callable(3)", "globals().pop('helper', None)", "globals()['helper'] = helper_again", "globals()['len'] = lambda x: 33", "globals().pop('len', None)",
    "builtins.abs = lambda x: 11", "builtins.abs = real_abs", "builtins.helper = lambda x, y=2: 123", "builtins.GLOB = 4321", "del builtins.abs\nbuiltins.abs = real_abs",
    "globals()['range'] = lambda *a: [7, 8]", "globals().pop('range', None)", "helper_again.__code__ = other_code.__code__", "helper_again.__defaults__ = (50,)",
    "helper_again.__defaults__ = None", "globals()['int'] = float", "globals().pop('int', None)", "LIST.append(at)", "LIST[:] = [at, 'x', 2.5]", "LIST.clear()", "DICT.clear()", "DICT['k'] = at",
    "globals()['LIST'] = (1, 2, 3)", "globals()['LIST'] = [5, 6]", "globals()['KLASS2'] = OTHER", "globals()['obj'] = OTHER(at)", "globals()['obj'] = KLASS(at)", "globals()['obj'] = at", "globals()['obj'] = None",
    "import gc; gc.collect()",
]
READS = [
    "r += o.a", "r = r + o.a", "o.a = r", "o.b = x", "o.a += 1", "r += o.m0(x)", "r -= o.m1(x)", "r = o.m1(x, y=2) + r", "r += helper(x)", "r += helper(x, 4)", "r += helper(x, y=5)",
    "r += GLOB", "r = GLOB", "r += abs(-x)", "r += len(LIST)", "for v in LIST: r += v", "for v in range(3): r += v", "for v in range(x & 3): r += o.a", "r += LIST[0]", "r += LIST[x & 1]",
    "r += DICT.get('k', 1)", "if o: r += 1", "if not o: r += 2", "if o == x: r += 4", "if o < o: r += 8", "r = o + x", "r += o[x]", "r += o(x)", "for v in o: r += v", "r += KLASS2(x).a", "r += int(x)",
    "r += o.st(x)", "r += o.cl(x)", "r += o.p", "o.p = r", "r += o.extra0", "o.extra0 = x", "o.extra1 = r", "del o.extra1", "r += o.l[0]", "o.l[0] = r", "o.l.append(x)", "m = o.m0; r += m(x)",
    "if o is obj: r += 16", "if o.next is None: r += 32", "o.next = o", "o.next = None", "r = r if r < 10**12 else 0", "r += len(o)", "hook(x)", "hook(x); r += o.a", "hook(x); r += helper(x)", "r += o.f", "o.f = r / 3",
    "r += x * 3 - 1", "if x > 20: r += 64", "LIST[0] = r", "r += len(str(r))", "r = -r", "r += next.a if (next := o.next) else 0",
]

DEEP_WORK = ["y = n * 2", "y = [n]", "y = Noisy(n) if n % 500 == 7 else None", "try: y = n // (n % 3)\n    except ZeroDivisionError: y = 0"]
DEEP_RETURN = ["return deep%s(n + 1, y)", "return 1 + deep%s(n + 1, y)", "return max(deep%s(n + 1, y), 3)",
               "r = deep%s(n + 1)\n    return r + 1"]
WATCHED_TRY = "try: total //= (j - 2)\n        except ZeroDivisionError: total += 1"


class Scenes(Definitions):
    def scene_changes(self):
        """A hot function over objects, with changes between and inside its calls."""
        tag, sample = self.tag(), self.rng.sample
        klass, other, other2 = (self.make_class() for _ in range(3))
        self.line(f"""import builtins
quiet = True
real_abs = abs
class Data:
    def __get__(self, o, k=None): return 21 if o is not None else self
    def __set__(self, o, v): pass
class Callable:
    def __init__(self, n): self.n = n
    def __call__(self, x, y=0): return x + self.n + y
def helper(x, y=9): return x + y
def other_code(x, y=8): return x * y
helper_again = helper
KLASS, OTHER, OTHER2, KLASS2 = {klass}, {other}, {other2}, {klass}
GLOB = 1; LIST = [1, 2, 3]; DICT = {{'k': 5}}""")
        self.line("obj = KLASS(1)\nobjects = [obj, KLASS(2), OTHER(3), obj]")
        turns = sorted(sample(range(1, 90), self.rng.randint(1, 6)))
        inner = sample(turns, self.rng.randint(0, len(turns)))
        with self.under("def change(at):"):
            self.line("global obj")
            for k, turn in enumerate(turns):
                with self.under(f"{'if' if k == 0 else 'elif'} at == {turn}:"):
                    with self.under("try:"):
                        for _ in range(self.rng.randint(1, 2)):
                            self.line(self.pick(CHANGES))
                    self.line(f"except Exception as e: show('change', at, type(e).__name__)\nelse: show('change', at)")
        self.line(f"def hook(at):\n    if at in {inner}: change(at)")
        with self.under(f"def hot{tag}(o, x):"):
            self.line("r = 0")
            reads = sample(READS, self.rng.randint(2, 7))
            if self.chance(0.5):
                with self.under(f"for i in range({self.pick([1, 2, 3])}):"):
                    self.line("\n".join(reads))
            else:
                self.line("\n".join(reads))
            self.line("return r")
        with self.under("for i in range(95):"):
            self.line(f"if i not in {inner}: change(i)")
            self.line(f"try: r = hot{tag}({self.pick(['obj', 'obj', 'objects[i % 3]', 'objects[i & 1]'])}, i)")
            self.line("except Exception as e: r = describe(e)")
            self.line("try: show('hot', i, r)\nexcept Exception as e: show('unshown', i, type(e).__name__)")
        self.line("builtins.abs = real_abs\nfor name in ('len', 'range', 'int'): globals().pop(name, None)\n"
                  "for name in ('helper', 'GLOB'): builtins.__dict__.pop(name, None)")

    def scene_deep(self):
        """Recursion to the limit, and back."""
        tag = self.tag()
        k = self.pick(["0", "1", "n & 1"])
        self.line(f"""def deep{tag}(n, x=0):
    {self.pick(DEEP_WORK)}
    {self.pick(DEEP_RETURN) % tag}
def down{tag}(n): return {k} if n <= 0 else down{tag}(n - 1) + n
def even{tag}(n): return True if n == 0 else odd{tag}(n - 1)
def odd{tag}(n): return False if n == 0 else even{tag}(n - 1)
class Rec{tag}:
    def __init__(self, n=0): self.child = Rec{tag}(n - 1) if n > 0 else None
    def sum(self): return 1 + (self.child.sum() if self.child is not None else 0)
    def __add__(self, other): return self + other
    @property
    def p(self): return self.p
    def __getattr__(self, name): return self.nothing
for i in range(3):
    for what in (lambda: deep{tag}(0), lambda: Rec{tag}() + 1, lambda: Rec{tag}().p, lambda: Rec{tag}().missing):
        try: what()
        except RecursionError as e: show('deep', str(e)[:32])
    show('down', down{tag}(200), even{tag}(301), Rec{tag}(100).sum())""")

    def scene_frames(self):
        """Frames looked at, and written to, from inside."""
        tag = self.tag()
        scope = Scope("function", calls=False)
        self.line(f"""def look{tag}(x):
    frame = sys._getframe(1)
    found = {{k: v for k, v in frame.f_locals.items() if type(v) in (int, str, float, list)}}
    if x % 7 == 3 and 'ix0' in found: frame.f_locals['ix0'] = x
    if x == 50: held.append(frame)
    return (frame.f_lineno, frame.f_code.co_name, cut(text_of(found)))
held = []""")
        with self.inside(scope), self.under(f"def framed{tag}(n0):"):
            self.locals_of(scope)
            scope.variables["int"].append("n0")
            with self.under("for turn in range(3):"):
                scope.loops, scope.product = 1, 3
                for _ in range(2):
                    self.block(1)
                    self.line(f"show('look', look{tag}(n0))")
            self.line("return ix0")
        with self.under(f"def drive{tag}():\n    for i in range(60):"):
            self.line(f"    try: r = framed{tag}(i)\nexcept Exception as e: r = describe(e)\n    if i % 6 == 0: show('framed', i, r)".replace("\nexcept", "\n    except"))
        self.line(f"drive{tag}()")
        self.line("for frame in held: show('held', frame.f_lineno, sorted(frame.f_locals))")

    def scene_watch(self):
        """Tracing and profiling switched on and off in the middle; events are compared among Taipan's modes only."""
        tag = self.tag()
        name, cost = self.function()
        setter = self.pick(["settrace", "settrace", "setprofile"])
        here = self.pick(["sys._getframe(1).f_trace = tracer", "pass", "sys._getframe(1).f_trace = tracer; sys._getframe(1).f_trace_opcodes = True"])
        first, last = self.rng.randint(2, 30), self.rng.randint(31, 50)
        self.line(f"""events = []
def tracer(frame, event, arg):
    if len(events) < 400: events.append((frame.f_code.co_name, event, frame.f_lineno, text_of(arg, 1)[:30] if event == 'return' else None))
    return {self.pick(["tracer", "tracer", "None", "tracer if len(events) % 5 else None"])}
def switch{tag}(at):
    if at == {first}:
        sys.{setter}(tracer)
        {here}
    if at == {last}: sys.{setter}(None)
    return at
class Late{tag}:
    def __del__(self): switch{tag}({first})
def watched{tag}(at):
    total = 0
    for j in range(4):
        total += {self.pick([f"switch{tag}(at)", f"len([switch{tag}(at)])", f"(switch{tag}(at) if j == 2 else 0)"])}
        total = total + j * 2
        {self.pick(["pass", f"late = Late{tag}() if at == {first} else 0; late = j", WATCHED_TRY])}
    return total
def drive{tag}():
    for i in range(60):
        try: r = watched{tag}(i), {name}(i)
        except Exception as e: r = describe(e)
        show('watched', i, r)
drive{tag}()
sys.{setter}(None)
for event in events: print('~', event)""")

    def scene_threads(self):
        """Threads over shared objects; what is shown does not depend on the schedule."""
        tag = self.tag()
        klass = self.pick(self.classes)
        name, cost = self.function()
        self.line(f"""import threading
quiet = True
lock = threading.Lock()
shared{tag} = {klass}(1); counts = [0] * 4; table = {{}}; gathered = []
class Plain{tag}:
    def __init__(self): self.n = 0; self.items = (1, 2, 3); self.v = 1.5
    def bump(self, k): self.n = self.n + k; return self.n
plain = Plain{tag}()
def work{tag}(k):
    own = Plain{tag}()
    for i in range({self.pick([40, 200])}):
        own.bump(i & 3)
        with lock: plain.bump(i)
        {self.pick(["counts[k] += i", "table[k, i] = plain.items[i % 3]", "gathered.append((k, i))", "own.v = own.v + plain.v", "table[k] = table.get(k, 0) + plain.items[1]"])}
        {self.pick(["own.items = plain.items", "plain.v = 1.5", "for v in plain.items: counts[k] += v", "own.next = plain; own.next.items", "plain.items = (1, 2, 3)"])}
    results[k] = own.n, own.v
results = {{}}
threads = [threading.Thread(target=work{tag}, args=(k,)) for k in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
show('threads', plain.n, plain.v, counts, sorted(table.items()), sorted(gathered)[:50], len(gathered), sorted(results.items()))""")

    def scene_sites(self):
        """One site, many kinds of values: every operation of numbers and comparisons, on what fast paths end at."""
        tag = self.tag()
        count = self.rng.randint(4, 9)
        lines = [self.pick(["x + y", "x - y", "x * y", "x / y", "x // y", "x % y", "x & y", "x | y", "x ^ y", "x << (y & 7)", "x >> (y & 31)", "-x", "+x", "~(x + 0)",
                            "not x", "x < y", "x <= y", "x == y", "x != y", "x > y", "x >= y", "x + 1", "x - 1", "x + 32767", "x - 32768", "x + 8191", "x * 2",
                            "1 - x", "2 * x", "x < 5", "x == 1", "x >= -1", "x if x else y", "x and y", "x or y", "1 if x < y else 2", "1 if x == y else 2",
                            "1 if x >= 3 else 2", "1 if not x < y else 2", "1 if x != 0 else 2", "0 if x is None else 1", "(lambda z: z + x)(y)", "[x, y][0] + y", "x ** 2",
                            "abs(x)", "divmod(x, y)", "x + y + x", "(x + y) * (x - y)", "x * x - y * y", "x < y < x", "float(x)", "int(x)", "hash(str(x)) == 0", "round(x)", "max(x, y)",
                            "(x, y) < (y, x)", "x.real", "x.__class__.__name__", "sum([x, y])", "f'{x}'", "bool(x)", "1 if x else 2", "x.__add__(y)", "(1 if x > -32768 else 2)",
                            "(1 if x <= 32767 else 2)", "x & 255", "x | 1", "x ^ -1", "x >> 1", "x << 1", "x // 2", "x % 7", "x // -3", "x % -3", "x / 2", "x * 0.5", "x + 0.0",
                            "x - 0.5", "x * -1", "x == 0.0", "x < 1e300", "-x * y", "list(range(x, x + 2))" if self.chance(0.2) else "x != x"]) for _ in range(count)]
        for n, text in enumerate(lines):
            self.line(f"def site{tag}_{n}(x, y):")
            self.line(self.pick([f"    return {text}", f"    z = {text}\n    return z", f"    z = 0\n    for i in range(2):\n        z = {text}\n    return z",
                                 f"    x = {text}\n    return x", f"    y = {text}\n    return x, y", f"    if {text}:\n        return 'yes'\n    return 'no', x"]))
        values = [self.leaf("int") for _ in range(9)] + ["True", "False", "0", "-1", "1", self.pick(["2**61 - 1", "2**61", "-2**61 - 1"])]
        values += self.rng.sample(["0.0", "-0.0", "1.5", "math.nan", "math.inf", "-math.inf", "5e-324", "1e308", "2.0**61", "1e-77", "2.0**-256", "2.0**257"], 6)
        values += self.rng.sample(["'s'", "None", "(1,)", "[2]", "1j", self.expression("obj", 0), self.expression("obj", 0)], 3)
        self.rng.shuffle(values)
        self.line(f"""quiet = True
values = [{', '.join(values)}]
def rows{tag}(number, site, values):
    for x in values[:{self.pick([6, 24])}] * {self.pick([1, 2])}:
        row = []
        for y in values:
            try: row.append(text_of(site(x, y)))
            except Exception as e: row.append(type(e).__name__ + str(e)[:60])
        print(number, cut(' '.join(row)))
for number, site in enumerate([{', '.join(f'site{tag}_{n}' for n in range(count))}]): rows{tag}(number, site, values)""")
