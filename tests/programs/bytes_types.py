# bytes, bytearray, memoryview.
b = b"Hello\x00\xff"
print(b, b[0], b[-1], b[1:3], b[::-1], len(b), b + b"x", b * 2, 72 in b, b"ell" in b, list(b[:3]), bytes(3), bytes([1, 2]), bytes("é", "utf-8"), bytes(b"c"), bytes(range(3)), b"a" < b"b", b"a" == bytearray(b"a"), b"a" == "a", hash(b"abc") == hash(b"abc"))
print(b.hex(), b.hex(":"), bytes.fromhex("48 65 6c"), b.upper(), b"a,b".split(b","), b" x ".strip(), b"abc".find(b"c"), b"abc".replace(b"b", b"--"), b"-".join([b"a", b"b"]), b"abc".startswith(b"ab"), b"aXb".partition(b"X"), b"ab".center(6, b"*"), b"12".isdigit(), b"a\nb".splitlines(), b"abc".count(b"b"), b"abc".index(98), b"abc".translate(bytes(range(256)), b"b"), b"%s-%d-%5.1f" % (b"x", 5, 1.5), b"ab".ljust(4) + b"|", b"7".zfill(3), b"aB".swapcase(), b"\t".expandtabs(2), b"abab".rfind(b"ab"), b"xabx".strip(b"x"), b"pre-x".removeprefix(b"pre-"))
print(b"caf\xc3\xa9".decode(), b"\xff".decode("latin-1"), b"\xff".decode("utf-8", "replace"), b"a\xffb".decode("ascii", "ignore"), b"\xff".decode("utf-8", "backslashreplace"), "é€".encode("utf-16"), "\ud800".encode("utf-8", "surrogatepass"), b"\xed\xa0\x80".decode("utf-8", "surrogatepass") == "\ud800", "é".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "namereplace"), b"\x80".decode("utf-8", "surrogateescape") == "\udc80", repr(b"it's"), repr(b'"'), repr(b"\n\t\\'\""))
ba = bytearray(b"abc"); ba.append(100); ba.extend(b"ef"); ba[0] = 65; ba[1:3] = b"XYZ"; del ba[-1]; ba.insert(1, 33); ba += b"!"; ba *= 2; print(ba, len(ba), ba.pop(), ba.pop(0), ba); ba.remove(33); ba.reverse(); print(ba, ba.copy() is ba, bytes(ba), ba[2], ba[::2], ba.find(b"Y"), ba.upper(), ba.hex()); ba.clear(); print(ba, bytearray(2), bytearray("x", "ascii"), bytearray([1, 2]))
m = memoryview(bytearray(b"abcdef")); print(m[0], m[1:3].tobytes(), len(m), m.readonly, m.format, m.itemsize, m.nbytes, m.shape, m.tolist(), bytes(m[::2]), m == b"abcdef"); m[0] = 90; m[1:3] = b"YX"; print(m.obj, memoryview(b"xy").readonly, bytes(m[-2:]), m[2:4][0])
for bad in ["b'a' + 'a'", "b'abc'[5]", "b'abc'[0] = 1", "bytes([256])", "bytes([-1])", "bytes('x')", "bytes(-1)", "b'a'.join(['x'])", "bytearray(b'a')[0] == 'x'", "bytearray(b'a').append(256)", "b'a'.find('a')", "'a' in b'a'", "300 in b'a'", "b'é'", "memoryview(b'a')[0] = 1", "memoryview('x')", "bytes.fromhex('4')", "bytes.fromhex('zz')", "b'\\xc3'.decode()", "b'\\xe2\\x82'.decode()", "b''.decode('nope')", "int(b'12')", "int(b'x')", "float(b'1.5')", "b'a' * -1", "bytearray().pop()", "bytes(b'x', 'utf-8')", "b'%d' % 'x'", "hash(bytearray())", "memoryview(bytearray(b'ab'))[5]"]:
    try:
        print(bad, "=", eval(bad)) if " = " not in bad else exec(bad)
    except SyntaxError as e: print(bad, "SyntaxError")
    except Exception as e: print(bad, "->", type(e).__name__, e)
ba = bytearray(b"hold"); view = memoryview(ba)
try: ba.append(1)
except BufferError as e: print(e)
view.release(); ba.append(33); print(ba)
try: view[0]
except ValueError as e: print(e)
with memoryview(b"ctx") as v: print(v[0])
total = 0
for byte in bytes(range(256)) * 40: total = (total * 31 + byte) % 65521
print(total, sorted(b"hello"), max(b"abc"), sum(b"abc"), bytes(sorted(b"hello")), bytes(x ^ 0x20 for x in b"Hello"), b"".join(bytes([i]) for i in range(65, 70)), int.from_bytes(b"\x01\x00", "big"), {b"k": 1}[b"k"], {bytes(b"z"), b"z"}, b"abc".decode().encode() == b"abc", ascii(b"\x7f\x80"), str(b"ab"), str(b"ab", "utf-8"), f"{b'x'}", b"a" b"b", rb"\n", len(b"""x
y"""), bytes.maketrans(b"ab", b"xy")[97], b"abba".translate(bytes.maketrans(b"ab", b"xy")))
grow = bytearray()
for i in range(10000): grow.append(i & 255)
for i in range(0, 5000): del grow[0]
print(len(grow), grow[:3], bytes(grow[-2:])); grow[10:4000] = b"short"; print(len(grow), grow[8:18])
