# Text: word statistics, wrapping, tables, ciphers, run lengths, Huffman codes, roman numerals, a template engine.
TEXT = """It was a bright cold day in April, and the clocks were striking thirteen.
The wind blew; the day, cold as any day, went on -- "and on", she said, 'and on'.
A zebra isn't a horse; 42 zebras aren't 42 horses."""


def words(text):
    word = ""
    for c in text + " ":
        if c.isalpha() or (c == "'" and word):
            word += c.lower()
        elif word:
            yield word.rstrip("'")
            word = ""


counts = {}
for w in words(TEXT):
    counts[w] = counts.get(w, 0) + 1
print(sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:8], len(counts), max(counts, key=len))


def wrap(text, width):
    line, lines = [], []
    for w in text.split():
        if sum(map(len, line)) + len(line) + len(w) > width:
            lines.append(line)
            line = []
        line.append(w)
    return lines + [line]


def justify(line, width):
    gaps, spaces = len(line) - 1, width - sum(map(len, line))
    if not gaps:
        return line[0]
    return "".join(w + " " * (spaces // gaps + (i < spaces % gaps)) if i < gaps else w for i, w in enumerate(line))


for line in wrap(TEXT, 40):
    print("|" + justify(line, 40) + "|")
rows = [("name", "qty", "price"), ("apple", 3, 1.5), ("kiwi", 12, 0.25), ("watermelon", 1, 12.999)]
widths = [max(len(f"{r[i]:.2f}" if isinstance(r[i], float) else str(r[i])) for r in rows) for i in range(3)]
for r in rows:
    print(" | ".join(f"{v:>{w}.2f}" if isinstance(v, float) else f"{v:>{w}}" if isinstance(v, int) else f"{v:<{w}}" for v, w in zip(r, widths)))


def caesar(text, k):
    return "".join(chr((ord(c) - base + k) % 26 + base) if (base := 65 if c.isupper() else 97 if c.islower() else 0) and c.isascii() else c for c in text)


def vigenere(text, key, sign=1):
    i, out = 0, []
    for c in text:
        if c.isascii() and c.isalpha():
            out.append(caesar(c, sign * (ord(key[i % len(key)]) - 97)))
            i += 1
        else:
            out.append(c)
    return "".join(out)


secret = vigenere(TEXT, "lemon")
print(secret[:50], vigenere(secret, "lemon", -1) == TEXT, caesar(caesar("Zebra!", 3), -3), caesar("Hello", 13))


def squeeze(text):
    out, i = "", 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out += (str(j - i) if j - i > 1 else "") + text[i]
        i = j
    return out


def expand(text):
    out = n = ""
    for c in text:
        if c.isdigit():
            n += c
        else:
            out, n = out + c * int(n or 1), ""
    return out


print(squeeze("aaabccddddde"), expand(squeeze("aaabccddddde")), squeeze("x" * 1000 + "y"), expand("3a2b1c"))


def huffman(text):
    nodes = [(text.count(c), c, c) for c in sorted(set(text))]
    while len(nodes) > 1:
        nodes.sort(key=lambda n: (-n[0], n[1]))
        a, b = nodes.pop(), nodes.pop()
        nodes.append((a[0] + b[0], min(a[1], b[1]), (a[2], b[2])))
    codes = {}

    def walk(tree, prefix):
        if isinstance(tree, str):
            codes[tree] = prefix or "0"
        else:
            for bit, branch in zip("01", tree):
                walk(branch, prefix + bit)

    walk(nodes[0][2], "")
    return codes


codes = huffman(TEXT)
bits = "".join(codes[c] for c in TEXT)
back, here, decode = [], "", {v: k for k, v in codes.items()}
for bit in bits:
    here += bit
    if here in decode:
        back.append(decode[here])
        here = ""
print(len(bits), len(TEXT) * 8, "".join(back) == TEXT, codes[" "], sorted(codes.items(), key=lambda kv: (len(kv[1]), kv))[:4])
ROMAN = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def roman(n):
    out = ""
    for value, letters in ROMAN:
        out += letters * (n // value)
        n %= value
    return out


def from_roman(text):
    values = dict(v[::-1] for v in ROMAN if len(v[1]) == 1)
    return sum(-values[a] if values[a] < values.get(b, 0) else values[a] for a, b in zip(text, text[1:] + " "))


print([roman(n) for n in (4, 9, 14, 1994, 2026, 3999)], all(from_roman(roman(n)) == n for n in range(1, 4000)))


class Template:
    def __init__(self, source):
        self.parts = []
        while source:
            before, start, source = source.partition("{{")
            self.parts.append(("text", before))
            if start:
                name, _, source = source.partition("}}")
                name, *filters = [f.strip() for f in name.split("|")]
                self.parts.append(("value", name, filters))

    def render(self, **names):
        out = []
        for kind, *rest in self.parts:
            if kind == "text":
                out.append(rest[0])
                continue
            value = names
            for key in rest[0].split("."):
                value = value[key] if isinstance(value, dict) else getattr(value, key)
            for f in rest[1]:
                value = getattr(str(value), f)() if hasattr(str, f) else {"len": len, "repr": repr}[f](value)
            out.append(str(value))
        return "".join(out)


t = Template("Dear {{ user.name | title }}, you have {{items|len}} items: {{items | repr}}. {{ n.real }}{{")
print(t.render(user={"name": "ann lee"}, items=[1, 2], n=5) if False else Template(t.parts[0][1] + "{{ user.name | title }} {{items|len}} {{ n.real }}!").render(user={"name": "ann lee"}, items=[1, 2], n=5))
try:
    t.render(user={}, items=[])
except KeyError as error:
    print("missing", error)
print("palindromes:", [w for w in "level noon python civic A Toyota".split() if w.lower() == w.lower()[::-1]], "".join(sorted("the quick brown fox".replace(" ", ""))), {len(w) for w in words("aa b ccc")} == {1, 2, 3})
