# A small language: tokenizer, recursive-descent parser, closures as compiled code, and a stack machine; results must agree.
class LangError(Exception):
    pass


class Token:
    __slots__ = ("kind", "text", "at")

    def __init__(self, kind, text, at):
        self.kind, self.text, self.at = kind, text, at

    def __repr__(self):
        return f"{self.kind}:{self.text}"


def tokens(source):
    i = 0
    while i < len(source):
        c = source[i]
        if c.isspace():
            i += 1
            continue
        start = i
        if c.isdigit():
            while i < len(source) and (source[i].isdigit() or source[i] == "."):
                i += 1
            kind = "num"
        elif c.isalpha() or c == "_":
            while i < len(source) and (source[i].isalnum() or source[i] == "_"):
                i += 1
            kind = "name"
            if source[start:i] in ("let", "fn", "if", "then", "else", "in"):
                kind = "key"
        else:
            i += 2 if source[i:i + 2] in ("==", "<=", ">=", "!=", "=>", "**") else 1
            kind = "op"
            if source[start:i] not in "+ - * / % ( ) < > = == <= >= != => , **".split():
                raise LangError(f"bad character {source[start:i]!r} at {start}")
        yield Token(kind, source[start:i], start)
    yield Token("end", "", len(source))


class Parser:
    LEVELS = [("==", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%")]

    def __init__(self, source):
        self.items, self.i = list(tokens(source)), 0

    def peek(self, *texts):
        return self.items[self.i].text in texts and self.items[self.i].kind != "end"

    def take(self, text=None, kind=None):
        token = self.items[self.i]
        if (text is not None and token.text != text) or (kind is not None and token.kind != kind):
            raise LangError(f"expected {text or kind}, found {token} at {token.at}")
        self.i += 1
        return token

    def program(self):
        node = self.expression()
        self.take(kind="end")
        return node

    def expression(self):
        if self.peek("let"):
            self.take()
            name = self.take(kind="name").text
            self.take("=")
            value = self.expression()
            self.take("in")
            return ("let", name, value, self.expression())
        if self.peek("if"):
            self.take()
            test = self.expression()
            self.take("then")
            yes = self.expression()
            self.take("else")
            return ("if", test, yes, self.expression())
        if self.peek("fn"):
            self.take()
            self.take("(")
            params = []
            while not self.peek(")"):
                params.append(self.take(kind="name").text)
                if not self.peek(")"):
                    self.take(",")
            self.take(")")
            self.take("=>")
            return ("fn", params, self.expression())
        return self.binary(0)

    def binary(self, level):
        if level == len(self.LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while self.peek(*self.LEVELS[level]):
            op = self.take().text
            left = ("bin", op, left, self.binary(level + 1))
        return left

    def unary(self):
        if self.peek("-"):
            self.take()
            return ("neg", self.unary())
        base = self.call()
        if self.peek("**"):
            self.take()
            return ("bin", "**", base, self.unary())
        return base

    def call(self):
        node = self.atom()
        while self.peek("("):
            self.take()
            args = []
            while not self.peek(")"):
                args.append(self.expression())
                if not self.peek(")"):
                    self.take(",")
            self.take(")")
            node = ("call", node, args)
        return node

    def atom(self):
        token = self.take()
        if token.kind == "num":
            return ("num", float(token.text) if "." in token.text else int(token.text))
        if token.kind == "name":
            return ("name", token.text)
        if token.text == "(":
            node = self.expression()
            self.take(")")
            return node
        raise LangError(f"unexpected {token} at {token.at}")


OPS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "%": lambda a, b: a % b, "**": lambda a, b: a ** b,
       "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b}


def lookup(env, name):
    while env is not None:
        if name in env[0]:
            return env[0][name]
        env = env[1]
    raise LangError(f"unknown name {name}")


def close(node):
    """Compiles to nested closures: each takes the environment."""
    match node:
        case ("num", value): return lambda env: value
        case ("name", name): return lambda env: lookup(env, name)
        case ("neg", inner):
            f = close(inner)
            return lambda env: -f(env)
        case ("bin", op, left, right):
            a, b, f = close(left), close(right), OPS[op]
            return lambda env: f(a(env), b(env))
        case ("if", test, yes, no):
            t, y, n = map(close, (test, yes, no))
            return lambda env: y(env) if t(env) else n(env)
        case ("let", name, value, body):
            v, b = close(value), close(body)
            def let(env):
                scope = ({}, env)
                scope[0][name] = v(scope)
                return b(scope)
            return let
        case ("fn", params, body):
            b = close(body)
            return lambda env: lambda *args: b((dict(zip(params, args, strict=True)), env))
        case ("call", function, args):
            f, parts = close(function), [close(a) for a in args]
            return lambda env: f(env)(*[p(env) for p in parts])


def flatten(node, code):
    """Compiles to instructions of a stack machine."""
    match node:
        case ("num", value): code.append(("push", value))
        case ("name", name): code.append(("load", name))
        case ("neg", inner): flatten(inner, code); code.append(("neg", None))
        case ("bin", op, left, right): flatten(left, code); flatten(right, code); code.append(("op", op))
        case ("if", test, yes, no):
            flatten(test, code); jump = len(code); code.append(None); flatten(yes, code); out = len(code); code.append(None)
            code[jump] = ("jumpfalse", len(code)); flatten(no, code); code[out] = ("jump", len(code))
        case ("let", name, value, body):
            code.append(("scope", None)); flatten(value, code); code.append(("store", name)); flatten(body, code); code.append(("leave", None))
        case ("fn", params, body):
            inner = []; flatten(body, inner); code.append(("close", (params, inner)))
        case ("call", function, args):
            flatten(function, code)
            for a in args: flatten(a, code)
            code.append(("call", len(args)))
    return code


def execute(code, env):
    stack, at = [], 0
    while at < len(code):
        name, arg = code[at]
        at += 1
        if name == "push": stack.append(arg)
        elif name == "load": stack.append(lookup(env, arg))
        elif name == "neg": stack.append(-stack.pop())
        elif name == "op": b = stack.pop(); stack.append(OPS[arg](stack.pop(), b))
        elif name == "jump": at = arg
        elif name == "jumpfalse": at = at if stack.pop() else arg
        elif name == "scope": env = ({}, env)
        elif name == "store": env[0][arg] = stack.pop()
        elif name == "leave": env = env[1]
        elif name == "close": stack.append(lambda *args, p=arg[0], c=arg[1], e=env: execute(c, (dict(zip(p, args, strict=True)), e)))
        elif name == "call":
            args = stack[len(stack) - arg:]
            del stack[len(stack) - arg:]
            stack.append(stack.pop()(*args))
    return stack.pop()


GLOBALS = ({"max": max, "pi": 3, "yes": True}, None)
for source in ["1 + 2 * 3 - 4 / 2", "-2 ** 2", "2 ** 3 ** 2 % 1000", "(1 + 2) * (3 - 4)", "let x = 5 in x * x", "if 1 < 2 then 10 else 20", "max(3, 1 + 4, 2) + pi", "(fn(a, b) => a * 10 + b)(4, 2)",
               "let twice = fn(f, x) => f(f(x)) in twice(fn(n) => n * n, 3)", "let fact = fn(n) => if n <= 1 then 1 else n * fact(n - 1) in fact(25)",
               "let fib = fn(n) => if n < 2 then n else fib(n - 1) + fib(n - 2) in fib(15)", "let a = 1 in let b = a + 1 in let a = 10 in a + b", "let adder = fn(n) => fn(m) => n + m in adder(3)(4) + adder(1)(1)",
               "1 +", "1 $ 2", "let = 5", "unknown + 1", "(1", "1 / 0", "(fn(a) => a)(1, 2)", "5(1)", ""]:
    try:
        tree = Parser(source).program()
        one, two = close(tree)(GLOBALS), execute(flatten(tree, []), GLOBALS)
        print(source, "=", one, one == two)
    except (LangError, ArithmeticError, ValueError, TypeError) as error:
        print(source, "->", type(error).__name__, error)
