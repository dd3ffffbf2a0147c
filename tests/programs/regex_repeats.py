# Empty matches behind full ones; repeats that give back, need not, or cannot; branches by first character;
# the same over wide text.
import re

for pattern in (r"(a|b)*", r".*?", r"x*", r"\b", r"(?=b)", r"a*?b?"):
    c = re.compile(pattern)
    for text in ("", "a", "ab c", "aé€b"):
        print(pattern, repr(text), c.findall(text), c.split(text), c.sub("<>", text), [m.span() for m in c.finditer(text)])

CASES = [
    (r"(\w+)\s+\1\b", "the the cat sat sat"), (r"(\w+)-(\d+)", "ab12-34 é€9-8"), (r"[a-c]+c", "abcabc abcc"),
    (r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)", "10.255.256.7"), (r"(?i)ä+x?", "ÄäX äx"), (r"(a+|ab|c)*d", "aabcd abd"),
    (r"\s*[,;]\s*", "a , b;c ;; d"), (r'"([^"\\]|\\.)*"', r'say "a\"b" and "c"'), (r"(?:a|b(?=c)|)+c", "abbc abc"),
    (r"<(\w+)[^>]*>.*?</\1>", "<b x>one</b><i>two</i>"), (r"(?>a+)b|a+c", "aac aab"), (r"a{2,3}?a*b", "aaaab"),
    (r"(x)?(?(1)y|z)", "xy z xz"), (r"^\d+$", "12\n34"), (r"(?m)^\d+$", "12\n34"), (r"[^\W\d_]+", "ab_1é2€x"),
]
for pattern, text in CASES:
    c = re.compile(pattern)
    print(pattern, [(m.span(), m.groups(), m.lastindex) for m in c.finditer(text)], c.fullmatch(text) is not None)
scanner = re.compile("a*").scanner("aab")
print([scanner.search().span() for i in range(3)], scanner.search())
