# Numbers as text: format specifications, rounding, bases, long integers and their limit, floats to the last digit, parsing, old formatting.
import decimal
import fractions
import math
import sys

for value in (0, 7, -42, 1234567, 2**70, True):
    print(*[format(value, spec) for spec in ("", "d", "5", "<5", "^7", "=+7", "05", "+", " ", ",", "_", "x", "#X", "#o", "#b", "_b", "#012_x", "e", ".2f", "%", "n", "*>9,", "c" if value == 7 else "d")], sep="|")
for value in (0.0, -0.0, 1.0, 0.1, 1 / 3, 123456789.125, 1e16, 1e-5, 5e-324, 1.7976931348623157e308, math.inf, -math.nan, 2.5, 3.5, 1e22, 1e23):
    print(*[format(value, spec) for spec in ("", ".3", "g", ".3g", "#.3g", "e", ".0e", "f", ".0f", ".10f", "%", ".1%", "+.2f", "010.3f", "<10.1f", ",.2f", "_.1f", "G", "z.1f", "n", ".3n", "1")], repr(value), sep="|")
for n in range(-2, 4):
    print(n, round(1234.5678, n), round(-2.5), round(1250, -2), round(15, -1), round(25, -1), round(2.675, 2), round(1e300, n), type(round(2.5)), type(round(2.5, 0)))
print([f"{x!r}" for x in (0.1 + 0.2, 1e15 + 0.3, 123456789012345680.0, 1.1e-7, 4.35, 2**53 + 1.0, 9007199254740993, 0.1 + 0.7)])
print((0.1).hex(), float.fromhex("0x1.8p3"), (0.75).as_integer_ratio(), (1e300).is_integer(), 5e-324 .hex(), float.fromhex("-0X.8P-1"), math.nextafter(1, 2), math.ulp(1.0), math.fsum([0.1] * 10), sum([0.1] * 10), math.frexp(10), math.ldexp(0.625, 4), math.remainder(7, 4), math.fma(2, 3, 4))
for text in ("12", " -7 ", "1_000", "0x1f", "0b101", "0o17", "1__0", "_1", "", "ab", "٣٤", "1e3", "+5", "- 5", "9" * 30):
    for base in (10, 0, 16):
        try:
            print(int(text, base), end=" ")
        except ValueError as error:
            print(f"[{error}]", end=" ")
    print()
for text in ("1.5", " 1e5 ", "inf", "-Infinity", "nan", "1_0.5", ".5", "5.", "1e400", "1e-400", "0x1p3", "1.5.2", "", "١.٥", "infin"):
    try:
        print(float(text), end=" ")
    except ValueError as error:
        print(f"[{error}]", end=" ")
print()
print(sys.get_int_max_str_digits(), len(str(10**4299)))
for action in (lambda: str(10**4300), lambda: int("1" * 4301), lambda: f"{10**5000:d}", lambda: "%d" % 10**5000, lambda: len(f"{10**5000:x}"), lambda: len(hex(10**5000)), lambda: repr([10**4300])):
    try:
        print(action())
    except ValueError as error:
        print(error)
sys.set_int_max_str_digits(700)
try:
    int("1" * 701)
except ValueError as error:
    print(error)
sys.set_int_max_str_digits(0)
big = 3**20000
print(len(str(big)), str(big)[:20], str(big)[-20:], int(str(big)) == big, big % 10**9 + 7, big.bit_length(), big.bit_count(), (big >> 31000).to_bytes(90, "little")[:4])
print(*["%d|%5d|%-5d|%05d|%+d|%x|%#o|%e|%.2f|%g|%s|%r|%a|%c|%%" % ((v,) * 10 + ("ü",) * 3 + ("c",)) for v in (42, -7)], "%(a)s %(b)05.1f" % {"a": 1, "b": 2.25}, "%*d|%-*.*f" % (5, 3, 8, 2, 1.005), sep="\n")
print("{0} {1:{width}.{precision}f} {name!r:>5} {0[1]} {1.real}".format([1, 2], 2.71828, name="n", width=8, precision=3), "{:{}{}}".format("x", "^", 5), "{{}} {:%}".format(0.5), "{:>{w}}".format("ab", w=4), format("text", ".2"), f"{'a':é^5}", f"{1e10:,}", f"{12:#06x}", f"{3:=+5}", f"{-3:=5}")
print(decimal.Decimal("1.10") + 1, format(decimal.Decimal("1234567.891"), ",.2f"), decimal.Decimal(0.1), decimal.Decimal("1E+5"), f"{decimal.Decimal('0.000001'):.3e}", round(decimal.Decimal("2.5")), decimal.Decimal("NaN"), fractions.Fraction("0.125"), format(fractions.Fraction(22, 7), ".4f"), fractions.Fraction(0.1).limit_denominator(10), round(fractions.Fraction(7, 2)))
print(complex("1+2j"), format(1.5 + 2j, ".2f"), repr(-0j), complex(0, -0.0), (1 + 2j) ** 2, abs(3 + 4j), f"{1j:>8}", complex("nan+infj"), 1e200 * 1e200j, divmod(-7, 2), divmod(7.5, -2), -7 // 2, -7 % 3, 7 % -3, 2**-2, 0**0, pow(3, -1, 7), 10**-2, 1 // -3.0, int(-3.9), math.floor(-3.1), math.trunc(-3.9), math.isqrt(10**30), math.comb(50, 25), math.gcd(84, 36), math.lcm(4, 6))
