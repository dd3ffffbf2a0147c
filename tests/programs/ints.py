# Integers: arithmetic, signs, bit operations, conversions, methods.
print(7 // 2, -7 // 2, 7 // -2, -7 // -2, 7 % 3, -7 % 3, 7 % -3, -7 % -3)
print(divmod(17, 5), divmod(-17, 5), divmod(17, -5), divmod(-17, -5))
print(2 ** 10, (-2) ** 3, 2 ** -1, 0 ** 0, pow(3, 200, 1000007), pow(3, -1, 7))
print(7 / 2, -7 / 2, 6 / 3, 10 ** 20 / 10 ** 18)
print(5 & 3, 5 | 3, 5 ^ 3, ~5, -5 & 3, -5 | 3, -5 ^ 3, 1 << 10, -1 << 4, -17 >> 2, 17 >> 100, -17 >> 100)
print(True + True, True & False, True ^ True, -True, ~True + 0 if False else -2, int(True))
print(int("42"), int("-0x1f", 16), int("0b101", 0), int("z", 36), int(" 12_000 "), int(3.99), int(-3.99))
print(hex(255), oct(8), bin(-5), hex(-2 ** 70), format(1234567, ","), f"{1234567:_}", f"{255:#x} {255:#010b} {-5:+d} {5:+d}")
print(abs(-3), abs(3), (-3).__abs__(), (5).bit_length(), (-5).bit_length(), (0).bit_length(), (255).bit_count())
print((1024).to_bytes(2, "big"), (1024).to_bytes(4, "little"), (-2).to_bytes(2, "big", signed=True))
print(int.from_bytes(b"\x04\x00", "big"), int.from_bytes(b"\xff\xfe", "big", signed=True), int.from_bytes(b"", "little"))
print((7).as_integer_ratio(), (7).numerator, (7).denominator, (7).real, (7).imag, (7).conjugate(), (7).is_integer())
print(round(15, -1), round(25, -1), round(-15, -1), round(1234, -2), round(7), round(5, 3))
print(1 == 1.0, 1 < 1.5, 2 ** 53 == float(2 ** 53), 2 ** 53 + 1 == float(2 ** 53 + 1), 10 ** 400 > 1e308, 3 != 3.0)
print(hash(1), hash(-1), hash(-2), hash(2 ** 61 - 1), hash(2 ** 61), hash(True), hash(10 ** 50))
print(max(3, 1, 2), min(3, 1, 2), sum([1, 2, 3], 10), sum(range(101)))
x = 10
x += 5; x -= 3; x *= 4; x //= 5; x **= 2; x %= 50; x <<= 3; x |= 1; x &= 0xFFF; x ^= 2; x >>= 1
print(x)
for bad in ["1//0", "1%0", "1/0", "int('x')", "int('12', 1)", "int('')", "1 << -1", "int(None)", "1 + 'a'", "'a' + 1", "pow(2, -1, 4)",
            "(300).to_bytes(1, 'big')", "(-1).to_bytes(1, 'big')", "int('0b12', 2)", "divmod(1, 0)", "0 ** -1"]:
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, type(error).__name__, error)
print((3).__add__(4), (3).__add__("x"), (3).__radd__(4), (3).__lt__(4), (3).__eq__(3.0), int.__eq__(3, 3))


class Kilo(int):
    def __add__(self, other):
        return Kilo(int(self) + int(other) * 1000)

    def __repr__(self):
        return f"Kilo({int(self)})"


k = Kilo(5)
print(k, k + 1, 1 + k, k * 2, type(k * 2), k == 5, hash(k) == hash(5), [k], isinstance(k, int), int(k))


class Index:
    def __index__(self):
        return 3


print([10, 20, 30, 40][Index()], hex(Index()), range(10)[Index()], "abcdef"[Index():], 2 ** 3, int(Index()))
