"""Functions, generators, coroutines and classes, and the loops that call them until they are hot."""
from . import grammar_expressions as ge
from .expand import KINDS, PREFIX, Expander, Scope

START = {"int": ("$small", "$edge", "$int"), "float": ("$fedge",), "str": ("$str",), "list": ("[$int, $small, $int]", "$list"),
         "tuple": ("($int, $small, $int)",), "dict": ("{1: $int, 2: $int}",), "set": ("{$int}",), "obj": ("$new",), "any": ("$any",)}
OPERATORS = ["add", "sub", "mul", "and", "or", "xor", "floordiv", "mod", "radd", "rsub", "rmul", "iadd", "isub", "truediv", "rshift"]
SIGNS = {"add": "+", "sub": "-", "mul": "*", "and": "&", "or": "|", "xor": "^", "floordiv": "//", "mod": "%", "radd": "+", "rsub": "-",
         "rmul": "*", "iadd": "+", "isub": "-", "truediv": "+", "rshift": "-"}
COMPARISONS = {"lt": "<", "le": "<=", "eq": "==", "gt": ">", "ne": "!=", "ge": ">="}


class Definitions(Expander):
    # --- functions
    def locals_of(self, scope, *, skip=0.0):
        """First lines of a body: variables of all kinds. Returns those that are bound."""
        bound = []
        for kind in KINDS:
            for n in range(self.rng.randint(1, 3 if kind == "int" else 1)):
                name = f"{PREFIX[kind]}x{n}"
                if not self.chance(skip):   # else it may be unbound
                    self.line(f"{name} = {self.fill(self.pick(START[kind]), 1)}")
                    bound.append(name)
                scope.variables[kind].append(name)
        return bound

    def function(self, role="function"):
        name = f"{ {'function': 'f', 'generator': 'g', 'coroutine': 'k'}[role]}{self.tag()}"
        scope = Scope(role)
        scope.variables["int"] += ["n0", "n0"]
        scope.variables["any"] += ["n1"]
        scope.variables["obj"] += ["o0"]
        more = self.pick(["", ", *rest", ", *rest, k=3", ", k=3", ", *, k=3, **more", ""])
        if "k=" in more:
            scope.variables["int"].append("k")
        if "*rest" in more:
            scope.variables["tuple"].append("rest")
        head = f"{'async ' if role == 'coroutine' else ''}def {name}(n0, n1={self.pick(ge.SMALL)}, o0=None{more}):"
        with self.inside(scope), self.under(head):
            self.line("if o0 is None: o0 = Base(2)")   # no object of a global: shared ones die at times of their own
            if self.chance(0.3):
                self.line("global G0, G1, S0, T0")
                scope.rebinds_globals = True
            if self.chance(0.3):
                scope.variables["int"].remove("n0")
                scope.variables["any"].append("n1")
            if self.chance(0.5):
                scope.variables["num"] = ["n1", "n0"]
            self.closures(scope, self.locals_of(scope, skip=0.03))
            self.block(3, self.rng.randint(3, 7))
            if role == "generator":
                self.line(f"yield {self.expression('int')}")
            self.line(f"return {self.expression(self.pick(['int', 'int', 'num', 'tuple', 'any', 'list']))}")
        if role == "function":
            self.functions.append((name, scope.steps))
        return name, scope.steps

    def closures(self, scope, names):
        """Makes a local a cell: an inner function reads and maybe writes or deletes it."""
        if not self.chance(0.4):
            return
        name = self.pick([n for n in names if n[0] in "ial"] or names)
        inner = f"in{self.tag()}"
        with self.under(f"def {inner}(z=1):"):
            if self.chance(0.6):
                self.line(f"nonlocal {name}")
                self.line(f"{name} = {name} + z" if self.chance(0.8) else f"del {name}")
            self.line(f"return {name}")
        scope.inner.append(inner)
        self.line(f"show('{inner}', {inner}({self.pick(ge.SMALL)}))" if self.chance(0.5) else f"{inner}.x = 1")

    # --- classes
    def make_class(self):
        name = f"C{self.tag()}"
        base = self.pick(["Base", "Base"] + self.classes)
        kind = self.pick(["plain", "plain", "plain", "slots", "order", "dynamic", "lazy"])
        with self.under(f"class {name}({base}):"):
            if kind == "slots":
                self.line("__slots__ = ('u', 'w')")
            with self.under("def __init__(self, a=0):"):
                self.initial_attributes(kind)
            self.methods_of(kind)
        self.classes.append(name)
        return name

    def initial_attributes(self, kind):
        order = ["self.a = a", f"self.b = {self.pick(ge.SMALL)}", f"self.c = {self.pick(ge.EDGES)}", "self.l = [a, 2, 3]",
                 "self.f = a + 0.5", "self.s = 'i'"]
        if kind != "plain":
            self.rng.shuffle(order)
        if kind == "lazy":
            order = [line for line in order if self.chance(0.6)]
        if kind == "slots":
            order += ["self.u = a", "self.w = self"]
        if kind == "dynamic":
            order += ["for i in range(a): setattr(self, f'extra{i}', i)"]
        for text in order or ["pass"]:
            self.line(text)

    def methods_of(self, kind):
        line, chance = self.line, self.chance
        if kind == "lazy":
            with self.under("def __getattr__(self, name):"):
                line("if name in ('a', 'b', 'l', 'f'): return {'a': 7, 'b': 8, 'l': [9], 'f': 2.5}[name]")
                line("raise AttributeError(name)")
        if kind == "slots":
            line("def __len__(self): return 1 if self.u else 0")
        for method, head in (("m0", "def m0(self, x):"), ("m1", "def m1(self, x, y=3):")):
            if chance(0.6):
                self.method_body(head, ["x"] + ["y"] * (method == "m1"))
        if chance(0.2):
            line(f"def m1(self, x, y=1): return super().m1(x, y) + {self.pick(ge.SMALL)}")
        if chance(0.25):
            self.method_body("@property\n" + "    " * 0 + "def p(self):", [])
        for operator in self.rng.sample(OPERATORS, self.rng.randint(0, 6)):
            line(f"def __{operator}__(self, other): return {self.pick(['other', 'self.b'])} {SIGNS[operator]} {self.pick(['3', 'self.b'])}"
                 if chance(0.8) else f"def __{operator}__(self, other): return NotImplemented")
        for comparison in self.rng.sample(sorted(COMPARISONS), self.rng.randint(0, 3)):
            line(f"def __{comparison}__(self, other): return self.b {COMPARISONS[comparison]} "
                 f"(other.b if isinstance(other, Base) else other)")
            if comparison == "eq":
                line("def __hash__(self): return 3")
        if chance(0.25):
            line(self.pick(["def __bool__(self): return self.b > 3", "def __bool__(self): return self.a", "def __len__(self): return self.b"]))
        if chance(0.25):
            line("def __getitem__(self, i):\n    if i > 20: raise IndexError(i)\n    return i + self.b" if chance(0.7) else "def __getitem__(self, i): raise IndexError(i)")
        if chance(0.15):
            line("def __iter__(self): return iter([self.b, 1])")
        if chance(0.1):
            line("def __setattr__(self, name, value): object.__setattr__(self, name, value); object.__setattr__(self, 's', name)")
        if chance(0.1):
            line("def __index__(self): return 2")
        if chance(0.15):
            line("def __del__(self):\n    if quiet is False: show(own + 'gone', type(self).__name__, self.__dict__.get('b'))")

    def method_body(self, head, parameters):
        scope = Scope("method", calls=False)
        scope.variables["int"] += parameters + ["self.a", "self.b"]
        scope.variables["obj"] += ["self"]
        with self.inside(scope), self.under(head):
            for kind in ("list", "float", "str", "tuple", "dict", "set", "any"):
                scope.variables[kind].append(f"{PREFIX[kind]}m")
                self.line(f"{PREFIX[kind]}m = {self.leaf(kind)}")
            scope.product = 20
            self.block(1, self.rng.randint(1, 2))
            self.line(f"return {self.expression('int', 1)}")

    # --- calls until hot
    def drive(self, name, cost, role="function"):
        calls = self.pick([6, 40, 45, 60]) if cost < 1500 else self.pick([4, 36])
        turn = f"i{self.tag()}"
        arguments = [self.fill(f"({self.pick(['$small', '$small', '$edge', '$int', '$float', '$obj'])}, "
                               f"{self.pick(['$num', '$num', '$any'])}, $new)", 1) for _ in range(self.rng.randint(1, 4))]
        self.line(f"def drive{turn}():\n    for {turn} in range({calls}):")   # locals: what globals hold is shared
        self.indent += 2
        self.line(f"args = [{', '.join(arguments)}][{turn} % {len(arguments)}]" if self.chance(0.5)
                  else f"args = {arguments[0]} if {turn} < {calls - 4} else {arguments[-1]}")
        with self.under("try:"):
            if role == "generator":
                self.line(f"gen = {name}(*args[:{self.pick('123')}])")
                self.line("r = []")
                self.line("for item in gen:\n    r.append(item)\n    if len(r) > 30: break" if self.chance(0.5) else
                          "r.append(next(gen))\nfor j in range(9): r.append(gen.send(j) if j % 4 != 3 else gen.throw(ValueError(j)))")
                self.line("gen.close()")
            elif role == "coroutine":
                self.line(f"co = {name}(*args[:{self.pick('123')}])")
                self.line("r = []")
                with self.under("try:"):
                    self.line("r.append(co.send(None))\nfor j in range(25): r.append(co.send(j))\nco.close()")
                self.line("except StopIteration as stop: r.append(stop.value)")
            elif self.chance(0.5):
                self.line(f"r = {name}(args[0], args[1], args[2])")
            else:
                self.line(f"r = {name}({turn}, *args[:{self.pick('012')}])" if self.chance(0.5) else f"r = {name}(args[0], args[1])")
        self.line("except Exception as e: r = describe(e)")
        self.line(f"show('{name}', {turn}, r)")
        self.indent -= 2
        self.line(f"drive{turn}()")
