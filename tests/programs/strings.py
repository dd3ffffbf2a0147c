# Text: indexing, methods, searching, splitting, case, alignment, widths of storage.
s = "Hello, World"
print(s[0], s[-1], s[1:5], s[::-1], s[::2], s[10:2:-3], s[100:], s[-100:3], len(s), s * 2, s + "!", "lo" in s, "xx" not in s)
print(s.upper(), s.lower(), s.swapcase(), s.title(), s.capitalize(), s.casefold(), "ß".upper(), "ǅ".title(), "İ".lower(), "ΑΣ".lower())
print(s.find("o"), s.rfind("o"), s.find("zz"), s.index("W"), s.count("l"), s.count(""), "aaaa".count("aa"), s.find("o", 5), s.find("o", 5, 7), "".find(""), "abc".find("", 3), "abc".find("", 4))
print(s.replace("l", "L"), s.replace("l", "L", 1), "aaa".replace("", "-"), "aaa".replace("aa", "b"), "".replace("", "x"), s.startswith("Hell"), s.startswith(("x", "He")), s.endswith("d"), s.startswith("World", 7))
print("a,b,,c".split(","), "a,b,,c".split(",", 1), " a  b ".split(), " a  b ".split(" "), "a b c".rsplit(None, 1), "".split(), "".split(","), "a\nb\r\nc\x0bd\u2028e".splitlines(), "a\n\nb\n".splitlines(True))
print("a-b-c".partition("-"), "a-b-c".rpartition("-"), "abc".partition("-"), "abc".rpartition("-"), ",".join(["x", "y", "z"]), "".join([]), "-".join("abc"), ", ".join(str(i) for i in range(5)))
print(repr("  x ".strip()), repr("  x ".lstrip()), repr("  x ".rstrip()), "xxabcxx".strip("x"), "abcba".strip("ab"), "prefix-body".removeprefix("prefix-"), "body.txt".removesuffix(".txt"), repr("\u3000x\xa0".strip()))
print("x".center(5, "*"), "xy".center(5, "*"), "x".ljust(4, ".") + "|", "x".rjust(4) + "|", "42".zfill(5), "-42".zfill(5), "+".zfill(3), "a\tbc\td".expandtabs(4))
print("abc".isalpha(), "abc1".isalnum(), "12".isdigit(), "½".isnumeric(), "²".isdigit(), "²".isdecimal(), " \t".isspace(), "Abc Def".istitle(), "ABC".isupper(), "abc".islower(), "".isalpha(), "x1".isidentifier(), "1x".isidentifier(), "é".isascii(), "a\n".isprintable())
print(ord("a"), ord("€"), ord("😀"), chr(97), chr(0x20AC), chr(0x1F600), len("😀"), len("e\u0301"), "a" < "b", "Z" < "a", "abc" < "abd", "ab" < "abc", "é" > "z", "😀" > "\uffff")
print(repr("it's"), repr('say "hi"'), repr("it's \"x\""), repr("\n\t\\\x00\x7f\xa0é\u200b€😀\ud800"), ascii("é€😀"), str(b"x"), "\N{BULLET}\x41\u0042\103")
print("%s is %d years and %5.2f%% %r %c %x %o %-5s| %05d %+d" % ("Al", 30, 99.5, "q", "z", 255, 8, "ab", 42, 7), "%(a)s-%(b)03d" % {"a": 1, "b": 2}, "%s" % (1,), "%%" % ())
print("{} {}".format(1, "a"), "{1} {0} {1}".format("x", "y"), "{a}:{b[0]}:{c.real}".format(a=1, b=[2], c=3), "{:>6}|{:<6}|{:^6}|{:*^7}".format(1, 2, 3, "m"), "{!r} {!s} {!a}".format("é", "é", "é"), "{{}}".format(), "{:{}}".format("x", 5) + "|")
name, width = "Ann", 8
print(f"{name:>{width}}|{name!r:<{width}}|{name=}|{width * 2 = }|{1 + 1:03d}|{{}}|{'nested ' + f'{name}'}|{[i for i in range(3)]}|{name[0]}")
print("abc".translate({97: "A", 98: None, 99: 0x43}), str.maketrans("ab", "xy", "z"), "zabz".translate(str.maketrans("ab", "xy", "z")), "hello".encode(), "é€".encode("utf-8"), "é".encode("latin-1"), b"\xc3\xa9".decode(), "€".encode("utf-16-le"))
mixed = "ascii" + "é" + "€" + "😀"
print(mixed, len(mixed), [len(mixed[:i].encode()) for i in range(len(mixed) + 1)], mixed[5], mixed[-1], mixed[:5] == "ascii", mixed[5:6] == "é", hash(mixed[:5]) == hash("ascii"), mixed.find("😀"), mixed.find("x"), mixed[::-1])
out = ""
for i in range(300):
    out += chr(0x61 + i % 26) if i % 7 else chr(0xE0 + i % 20)
print(len(out), out[:40], out.count("é"), sorted(set(out))[:5])
print(list("abc"), tuple("xyz"), sorted("banana"), list(reversed("abc")), dict.fromkeys("aab"), {c: "banana".count(c) for c in "ban"}, max("hello"), min("hello"), "".join(sorted("hello")), list(enumerate("ab")), list(zip("ab", "cd")))
for bad in ["'abc'[5]", "'abc'['a']", "'abc'.index('z')", "'a' * 'b'", "'a' < 1", "ord('ab')", "chr(-1)", "chr(0x110000)", "','.join([1])", "'é'.encode('ascii')", "b'\\xff'.decode()", "'{}'.format()", "'%d' % 'x'", "'%s %s' % (1,)", "'%s' % (1, 2)", "int('½')", "'a'.foo", "''.split('')"]:
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, type(error).__name__, error)
