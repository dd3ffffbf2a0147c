# A JSON reader and writer in plain Python, checked against itself on generated documents.
class JsonError(ValueError):
    def __init__(self, message, text, at):
        line = text.count("\n", 0, at) + 1
        super().__init__(f"{message}: line {line}, column {at - text.rfind(chr(10), 0, at)}")


ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
CONSTANTS = {"true": True, "false": False, "null": None}


class Reader:
    def __init__(self, text):
        self.text, self.at = text, 0

    def fail(self, message):
        raise JsonError(message, self.text, self.at)

    def blank(self):
        while self.at < len(self.text) and self.text[self.at] in " \t\r\n":
            self.at += 1
        return self.text[self.at] if self.at < len(self.text) else ""

    def document(self):
        value = self.value()
        if self.blank():
            self.fail("extra data")
        return value

    def value(self):
        c = self.blank()
        if c == "{":
            return self.object()
        if c == "[":
            return self.array()
        if c == '"':
            return self.string()
        if c in tuple("-0123456789"):
            return self.number()
        for word, value in CONSTANTS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        self.fail("expected a value")

    def object(self):
        result = {}
        self.at += 1
        if self.blank() == "}":
            self.at += 1
            return result
        while True:
            if self.blank() != '"':
                self.fail("expected a key")
            key = self.string()
            if self.blank() != ":":
                self.fail("expected ':'")
            self.at += 1
            result[key] = self.value()
            c = self.blank()
            self.at += 1
            if c == "}":
                return result
            if c != ",":
                self.at -= 1
                self.fail("expected ',' or '}'")

    def array(self):
        result = []
        self.at += 1
        if self.blank() == "]":
            self.at += 1
            return result
        while True:
            result.append(self.value())
            c = self.blank()
            self.at += 1
            if c == "]":
                return result
            if c != ",":
                self.at -= 1
                self.fail("expected ',' or ']'")

    def string(self):
        self.at += 1
        parts = []
        while True:
            start = self.at
            while self.at < len(self.text) and self.text[self.at] not in '"\\' and self.text[self.at] >= " ":
                self.at += 1
            parts.append(self.text[start:self.at])
            if self.at >= len(self.text) or self.text[self.at] < " ":
                self.fail("unterminated string")
            c = self.text[self.at]
            self.at += 1
            if c == '"':
                return "".join(parts)
            e = self.text[self.at:self.at + 1]
            self.at += 1
            if e == "u":
                code = int(self.text[self.at:self.at + 4], 16)
                self.at += 4
                if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.at):
                    low = int(self.text[self.at + 2:self.at + 6], 16)
                    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                    self.at += 6
                parts.append(chr(code))
            elif e in ESCAPES and e:
                parts.append(ESCAPES[e])
            else:
                self.fail(f"bad escape {e!r}")

    def number(self):
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "+-.eE0123456789":
            self.at += 1
        word = self.text[start:self.at]
        try:
            return int(word) if word.lstrip("-").isdigit() else float(word)
        except ValueError:
            self.at = start
            self.fail(f"bad number {word!r}")


def quoted(text):
    out = ['"']
    for c in text:
        if c in '"\\':
            out.append("\\" + c)
        elif c < " ":
            short = [k for k, v in ESCAPES.items() if v == c]
            out.append("\\" + short[0] if short else f"\\u{ord(c):04x}")
        elif ord(c) > 0xFFFF:
            n = ord(c) - 0x10000
            out.append(f"\\u{0xD800 + (n >> 10):04x}\\u{0xDC00 + (n & 0x3FF):04x}")
        else:
            out.append(c if ord(c) < 128 else f"\\u{ord(c):04x}")
    return "".join(out) + '"'


def dump(value, indent=None, level=0):
    pad, end = ("", "") if indent is None else ("\n" + " " * indent * (level + 1), "\n" + " " * indent * level)
    match value:
        case None: return "null"
        case True: return "true"
        case False: return "false"
        case str(): return quoted(value)
        case int() | float(): return repr(value)
        case []: return "[]"
        case {**rest} if not rest: return "{}"
        case [*items]: return "[" + ("," + ("" if pad else " ")).join(pad + dump(v, indent, level + 1) for v in items) + end + "]"
        case {**rest}: return "{" + ("," + ("" if pad else " ")).join(f"{pad}{quoted(k)}: {dump(v, indent, level + 1)}" for k, v in rest.items()) + end + "}"
    raise TypeError(type(value).__name__)


samples = [None, True, -5, 1.5e-7, 10 ** 25, "", "quote\" slash\\ tab\t nul\x01 é€😀", [], {}, [1, [2, [3, []]]], {"a": {"b": [None, {"c": "d"}]}}, [{"k" * i: [i] * i} for i in range(4)]]
for s in samples:
    text = dump(s)
    print(text, Reader(text).document() == s, Reader(dump(s, 2)).document() == s)
print(dump(samples[10], 2))
print(Reader(' {"a" : [1 , 2.5e3, -0.5, "\\u00e9\\ud83d\\ude00\\/"] , "b":null}\n').document())
for bad in ["", "[1,", "{1: 2}", '{"a" 1}', '"abc', '"\\x"', "[1 2]", "tru", "1.2.3", "[1]]", '{"a": 1,\n "b": }', "\"a\nb\"", "-"]:
    try:
        print(Reader(bad).document())
    except JsonError as error:
        print(repr(bad), "->", error)
try:
    dump({1, 2})
except TypeError as error:
    print("TypeError", error)
big = {f"key{i}": [i, str(i), i / 3, {"deep": [[i]]}] for i in range(200)}
print(len(dump(big)), Reader(dump(big)).document() == big, len(dump(big, 1)))
