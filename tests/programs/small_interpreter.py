# A small language: tokens by regular expression, a Pratt parser to dataclasses, a compiler to a stack machine, both run.
import dataclasses
import operator
import re

TOKENS = re.compile(r"""
    (?P<number>\d+(?:\.\d+)?) | (?P<string>"(?:[^"\\]|\\.)*") | (?P<name>[A-Za-z_]\w*)
  | (?P<operator>==|!=|<=|>=|\|\||&&|[-+*/%<>=!(){},;]) | (?P<space>\s+|\#.*) | (?P<bad>.)
""", re.VERBOSE)
KEYWORDS = {"if", "else", "while", "fn", "return", "let"}
BINARY = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod, "==": operator.eq,
              "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}


@dataclasses.dataclass
class Token:
    kind: str
    text: str
    line: int


class Problem(Exception):
    pass


def tokenize(source):
    line = 1
    for match in TOKENS.finditer(source):
        kind, text = match.lastgroup, match[0]
        if kind == "bad":
            raise Problem(f"line {line}: unexpected {text!r}")
        if kind != "space":
            yield Token("keyword" if text in KEYWORDS else kind, text, line)
        line += text.count("\n")
    yield Token("end", "", line)


class Parser:
    def __init__(self, source):
        self.tokens = list(tokenize(source))
        self.at = 0

    @property
    def token(self):
        return self.tokens[self.at]

    def accept(self, text):
        if self.token.text == text and self.token.kind != "string":
            self.at += 1
            return True
        return False

    def expect(self, text):
        if not self.accept(text):
            raise Problem(f"line {self.token.line}: expected {text!r}, got {self.token.text!r}")

    def name(self):
        token = self.token
        if token.kind != "name":
            raise Problem(f"line {token.line}: expected a name, got {token.text!r}")
        self.at += 1
        return token.text

    def program(self):
        statements = []
        while self.token.kind != "end":
            statements.append(self.statement())
        return ("block", statements)

    def block(self):
        self.expect("{")
        statements = []
        while not self.accept("}"):
            statements.append(self.statement())
        return ("block", statements)

    def statement(self):
        if self.accept("let"):
            name = self.name()
            self.expect("=")
            return self.ended(("let", name, self.expression()))
        if self.accept("return"):
            return self.ended(("return", self.expression()))
        if self.accept("while"):
            return ("while", self.expression(), self.block())
        if self.accept("if"):
            condition, then = self.expression(), self.block()
            return ("if", condition, then, self.block() if self.accept("else") else ("block", []))
        if self.accept("fn"):
            name = self.name()
            self.expect("(")
            parameters = []
            while not self.accept(")"):
                parameters.append(self.name())
                if self.token.text != ")":
                    self.expect(",")
            return ("fn", name, tuple(parameters), self.block())
        value = self.expression()
        if value[0] == "name" and self.accept("="):
            return self.ended(("set", value[1], self.expression()))
        return self.ended(("do", value))

    def ended(self, node):
        self.expect(";")
        return node

    def expression(self, least=0):
        left = self.operand()
        while (strength := BINARY.get(self.token.text, 0)) > least and self.token.kind == "operator":
            symbol = self.token.text
            self.at += 1
            left = ("binary", symbol, left, self.expression(strength))
        return left

    def operand(self):
        token = self.token
        self.at += 1
        match token:
            case Token("number", text):
                value = ("constant", float(text) if "." in text else int(text))
            case Token("string", text):
                value = ("constant", text[1:-1].replace("\\n", "\n").replace('\\"', '"'))
            case Token("name", text):
                value = ("name", text)
            case Token("operator", "-" | "!" as symbol):
                return ("unary", symbol, self.expression(7))
            case Token("operator", "("):
                value = self.expression()
                self.expect(")")
            case Token(line=line, text=text):
                raise Problem(f"line {line}: unexpected {text!r}")
        while self.accept("("):
            arguments = []
            while not self.accept(")"):
                arguments.append(self.expression())
                if self.token.text != ")":
                    self.expect(",")
            value = ("call", value, arguments)
        return value


class Returned(Exception):
    pass


class Walker:
    """Runs the tree."""

    def __init__(self, out):
        self.scope = {"print": lambda *v: out.append(" ".join(map(str, v))), "str": str, "len": len}

    def run(self, node, scope):
        return getattr(self, "run_" + node[0])(*node[1:], scope)

    def run_block(self, statements, scope):
        for statement in statements:
            self.run(statement, scope)

    def run_let(self, name, value, scope):
        scope[name] = self.run(value, scope)

    def run_set(self, name, value, scope):
        while name not in scope:
            scope = scope["<outer>"]
        scope[name] = self.run(value, scope)

    def run_do(self, value, scope):
        self.run(value, scope)

    def run_if(self, condition, then, other, scope):
        self.run(then if self.run(condition, scope) else other, scope)

    def run_while(self, condition, body, scope):
        while self.run(condition, scope):
            self.run(body, scope)

    def run_return(self, value, scope):
        raise Returned(self.run(value, scope))

    def run_fn(self, name, parameters, body, scope):
        def function(*arguments):
            inner = dict(zip(parameters, arguments, strict=True)) | {"<outer>": scope}
            try:
                self.run(body, inner)
            except Returned as result:
                return result.args[0]
        scope[name] = function

    def run_constant(self, value, scope):
        return value

    def run_name(self, name, scope):
        inner = scope
        while inner is not None:
            if name in inner:
                return inner[name]
            inner = inner.get("<outer>")
        raise Problem(f"no such name: {name}")

    def run_unary(self, symbol, value, scope):
        value = self.run(value, scope)
        return -value if symbol == "-" else not value

    def run_binary(self, symbol, left, right, scope):
        a = self.run(left, scope)
        if symbol == "&&":
            return a and self.run(right, scope)
        if symbol == "||":
            return a or self.run(right, scope)
        return OPERATIONS[symbol](a, self.run(right, scope))

    def run_call(self, function, arguments, scope):
        return self.run(function, scope)(*[self.run(a, scope) for a in arguments])


def count_nodes(node):
    if isinstance(node, tuple):
        return 1 + sum(map(count_nodes, node[1:]))
    return sum(map(count_nodes, node)) if isinstance(node, list) else 0


PROGRAMS = {
    "factorial": "fn f(n) { if n < 2 { return 1; } return n * f(n - 1); } print(f(20), f(30));",
    "primes": 'let n = 2; let s = ""; while n < 40 { let d = 2; let prime = 1 == 1; while d * d <= n { if n % d == 0 { prime = 1 == 0; } d = d + 1; }'
              ' if prime { s = s + str(n) + " "; } n = n + 1; } print(s);',
    "closures": "fn counter() { let n = 0; fn next() { n = n + 1; return n; } return next; } let a = counter(); let b = counter(); a(); a(); print(a(), b());",
    "precedence": "print(1 + 2 * 3 - 4 / 2, -2 * -3, (1 + 2) * 3, 7 % 4 == 3 && 2 < 3 || 1 / 0);  # a comment",
    "strings": 'print("say \\"hi\\"\\nbye", len("four"), "a" + "b" == "ab");',
    "fibonacci": "fn fib(n) { if n < 2 { return n; } return fib(n - 1) + fib(n - 2); } print(fib(15));",
    "no name": "let x = 1;\nprint(y);", "bad token": "let x = 1;\nlet y = 2 @ 3;", "unclosed": "fn f( {", "missing end": "print(1)", "arguments": "fn f(a) { return a; } f(1, 2);",
}
for name, source in PROGRAMS.items():
    out = []
    try:
        tree = Parser(source).program()
        out.append(f"[{count_nodes(tree)} nodes]")
        walker = Walker(out)
        walker.run(tree, walker.scope)
    except (Problem, ValueError, TypeError) as error:
        out.append(f"{type(error).__name__}: {error}")
    print(name, *out, sep=" | ")
print(Parser("let x = a(1)(2, -3) * !b;").program())
