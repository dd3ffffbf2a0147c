"""Turns the grammar into text: expressions and blocks of statements, with bounded depth, length and running time.

Words of the grammar beside the kinds:
  $vKIND a variable to be written    $@x a name of this expansion's own     $tag a number no other place has
  $trip  a loop's bound              $block statements, one level down      $call, $method, $new calls of what is defined
  $small $word $edge $fedge $bit     literals                               $attr $exc $groupexc $shortlist
"""
import contextlib
import random
import re

from . import grammar_expressions as ge
from . import grammar_statements as gs

PLACEHOLDER = re.compile(r"\$(@?\w+)")
KINDS = ("int", "float", "str", "list", "tuple", "dict", "set", "obj", "any")
PREFIX = {**{kind: kind[0] for kind in KINDS}, "set": "e"}   # of variables' names
CAPPED = ("int", "float", "str", "list", "tuple", "dict")
LIMIT = 3000   # steps of one call of a function, roughly


class Scope:
    """What a function's body may use."""

    def __init__(self, role="function", calls=True):
        self.role = role          # function, generator, coroutine, method, module
        self.calls = calls        # may it call functions and methods that were generated?
        self.variables = {kind: [] for kind in KINDS}
        self.product = 1          # trips of the loops around
        self.steps = 0
        self.loops = 0
        self.rebinds_globals = False
        self.inner = []           # functions within, of one parameter


class Expander:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.lines = []
        self.indent = 0
        self.tags = 0
        self.scope = Scope("module")
        self.functions = []       # (name, cost)
        self.classes = []
        self.methods = ["m0", "m1"]

    # --- text
    def line(self, text=""):
        for part in text.split("\n"):
            self.lines.append("    " * self.indent + part)

    @contextlib.contextmanager
    def under(self, head):
        self.line(head)
        self.indent += 1
        yield
        self.indent -= 1

    @contextlib.contextmanager
    def inside(self, scope):
        outer, self.scope = self.scope, scope
        yield scope
        self.scope = outer

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, options):
        return self.rng.choice(options)

    def tag(self):
        self.tags += 1
        return str(self.tags)

    # --- expressions
    def expression(self, kind, depth=2):
        names = self.scope.variables.get(kind)
        if names and self.chance(0.45 if depth > 0 else 0.75):
            return self.pick(names)
        if depth <= 0:
            return self.leaf(kind)
        self.scope.steps += self.scope.product
        return self.fill(self.pick(ge.EXPRESSIONS[kind]), depth - 1)

    def leaf(self, kind):
        small = self.pick(ge.SMALL)
        match kind:
            case "int": return f"({self.pick(ge.EDGES)})" if self.chance(0.15) else small
            case "float": return self.pick(ge.FLOAT_EDGES)
            case "num": return self.pick([small, "1.5", "True"])
            case "str": return self.pick(["'q'", "'hot'", "''"])
            case "list": return self.pick(["[3, 1, 2]", "[]", f"[{small}]"])
            case "tuple": return f"({small}, 8)"
            case "dict": return "{1: 2, 3: 4}"
            case "set": return "{1, 2}"
            case "obj": return self.new_object()
            case "cond": return self.pick(["True", "False", f"{self.expression('int', 0)} < {small}"])
            case _: return self.pick([small, "None", "'q'", "2.5", "(1, 2)"])

    def new_object(self):
        return f"{self.pick(self.classes)}({self.pick(ge.SMALL)})" if self.classes else "Base(1)"

    def call(self, depth):
        scope = self.scope
        if scope.inner and self.chance(0.4):
            return f"{self.pick(scope.inner)}({self.expression('int', depth)})"
        known = [f for f in self.functions if scope.product * f[1] + scope.steps < LIMIT] if scope.calls else []
        if not known:
            return self.expression("int", depth)
        name, cost = self.pick(known)
        scope.steps += scope.product * cost
        return f"{name}({self.arguments(depth)})"

    def arguments(self, depth):
        """For the signature that all generated functions share (functions.py)."""
        first, second, third = (self.expression(kind, depth) for kind in ("int", "num", "obj"))
        return self.pick([f"{first}, {second}, {third}", f"{first}, {second}, {third}", f"{first}, {second}",
                          f"{first}, o0={third}", f"{first}, *[{second}, {third}]", f"{first}, **dict(n1={second})", first,
                          f"n1={second}, n0={first}"])

    def method(self, depth):
        scope = self.scope
        if not scope.calls or scope.product * 20 + scope.steps > LIMIT:
            return self.expression("int", depth)
        scope.steps += scope.product * 20
        target, argument = self.expression("obj", 0), self.expression("int", depth)
        return self.pick([f"{target}.m0({argument})", f"{target}.m0({argument})", f"{target}.m1({argument})",
                          f"{target}.m1({argument}, y={self.pick(ge.SMALL)})", f"{target}.st({argument})", f"{target}.cl({argument})",
                          f"{target}({argument})", f"{target}[{argument}]"])

    def fill(self, template, depth):
        own = {}

        def word(match):
            name = match.group(1)
            if name[0] == "@":
                if name not in own:
                    own[name] = f"{name[1:]}{self.tag()}"
                return own[name]
            if name in ge.EXPRESSIONS:
                return self.expression(name, depth)
            if name[0] == "v" and name[1:] in KINDS:
                return self.variable(name[1:])
            match name:
                case "small": return self.pick(ge.SMALL)
                case "bit": return self.pick("01")
                case "word": return self.pick(ge.WORD)
                case "edge": return f"({self.pick(ge.EDGES)})"
                case "fedge": return self.pick(ge.FLOAT_EDGES)
                case "attr": return self.pick(ge.ATTRIBUTES)
                case "exc": return self.pick(ge.EXCEPTIONS)
                case "groupexc": return self.pick(ge.EXCEPTIONS[:-1])
                case "shortlist": return f"{self.expression('list', depth)}[:8]"
                case "tag": return self.tag()
                case "trip": return "$trip"
                case "call": return self.call(depth)
                case "method": return self.method(depth)
                case "new": return self.new_object()
            raise KeyError(name)

        return PLACEHOLDER.sub(word, template)

    # --- statements
    def variable(self, kind):
        names = self.scope.variables[kind]
        if names:
            return self.pick(names)
        name = f"{PREFIX[kind]}{self.tag()}"
        names.append(name)
        return name

    def block(self, depth, length=None):
        """Statements at the present level; never none."""
        for _ in range(length or self.rng.randint(1, 3)):
            self.statement(depth)

    def statement(self, depth):
        scope = self.scope
        scope.steps += scope.product * 2
        tired = scope.steps > LIMIT
        if scope.role == "generator" and self.chance(0.25):
            return self.write(self.pick(gs.IN_GENERATOR), depth)
        if scope.role == "coroutine" and self.chance(0.3):
            return self.write(self.pick(gs.IN_COROUTINE), depth)
        if scope.loops and self.chance(0.06):
            return self.write(self.pick(gs.IN_LOOP), depth)
        if scope.role in ("function", "method") and self.chance(0.03):
            return self.write(self.pick(gs.RETURN), depth)
        if depth > 0 and not tired and self.chance(0.4):
            return self.write(self.pick(gs.COMPOUND), depth)
        self.write(self.pick(gs.SIMPLE if scope.rebinds_globals else gs.SIMPLE_LOCAL), depth)

    def write(self, template, depth):
        scope = self.scope
        before_product, before_loops = scope.product, scope.loops
        text = self.fill(template.replace("$block", "%block%"), 2)
        is_loop = template.startswith(("for", "while")) or "\nwhile" in template or "\nfor" in template
        trip = max(1, min(self.pick([2, 3, 5, 9, 40, 70]), 400 // scope.product)) if "$trip" in text else 5
        text = text.replace("$trip", str(trip))
        if is_loop:
            scope.product *= trip
            scope.loops += 1
        for part in text.split("\n"):
            if part.strip() != "%block%":
                self.line(part)
                if part == "else:":   # of a loop: outside it
                    scope.product, scope.loops, is_loop = before_product, before_loops, False
                continue
            levels = (len(part) - len(part.lstrip())) // 4
            self.indent += levels
            self.block(depth - 1)
            if is_loop and self.chance(0.7):
                self.cap_some()
            self.indent -= levels
        scope.product, scope.loops = before_product, before_loops
        if scope.product > 1 and "=" in template:
            self.cap_some()

    def cap_some(self):
        """Keeps what is gathered in a loop small."""
        for kind in CAPPED:
            for name in self.scope.variables[kind]:
                if self.chance(0.25):
                    self.line(f"{name} = cap({name})")
