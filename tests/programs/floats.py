# Floats: printing, special values, comparisons, rounding, conversions, formatting.
values = [0.0, -0.0, 1.0, 0.1, 0.1 + 0.2, 1 / 3, 1e16, 1e15, 123456789012345678.0, 1e-5, 0.0001, 1e22, 1e23, 5e-324, 1.7976931348623157e308,
          2.2250738585072014e-308, 1.5e-77, 2.5e77, 3.2e231, 1e-200, 1e100, float("inf"), float("-inf"), float("nan"), 100.0, 3.14]
for v in values:
    print(repr(v), str(-v), v == v, v != v, v > 0, bool(v))
print(0.0 == -0.0, str(0.0), str(-0.0), 1.0 is not None, float("nan") == float("nan"), [float("inf")] == [float("inf")])
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, divmod(-7.5, 2), 2.0 ** 0.5, 2 ** 0.5, (-8) ** (1 / 3), 0.0 // -1, 1e308 * 10, -1e308 * 10)
print(int(1e18), int(-0.9), float(3), float("  1e3 "), float("1_000.5"), float("-.5e-3"), float("infinity"), float("-nan") != 0)
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(0.5), round(1e300, 2), round(1.15, 1), round(-0.4))
print((0.5).as_integer_ratio(), (0.1).as_integer_ratio(), (2.0).is_integer(), (2.5).is_integer(), (255.5).hex(), float.fromhex("0x1.8p3"), float.fromhex("-0x.1p-4"), (0.1).hex())
print(f"{3.14159:.2f} {3.14159:10.3f}| {3.14159:<10.1f}| {1234567.891:,.2f} {0.00001234:g} {1e10:g} {123456789.0:g} {0.5:%} {0.1234:.1%} {3.0:+.1f} {-3.0: .1f} {1e-7:.3e} {1e100:.0f}")
print("%.3f %5.1f %e %g %g" % (1.0005, 2.25, 12345.678, 1e-5, 1e5), "%r %s" % (0.1, 1e16), format(1.0, ""), format(2.5, ".0f"), format(3.5, ".0f"), f"{1.0:.3}", f"{1234.5:.2}", f"{float('inf'):5}|{float('nan'):.1f}|{0.1:.20f}")
print(hash(0.5), hash(1.0), hash(-1.0), hash(1e300), hash(float("inf")), hash(float("-inf")), hash(0.1), hash(-0.0))
print(max(1.5, 1), min(0.0, -0.0), sum([0.1] * 10), sum([1e100, 1.0, -1e100]), abs(-2.5), -(-2.5), +2.5, pow(2.0, 10), pow(2, 0.5))
print(1 < 1.5 < 2, 1e16 == 10 ** 16, 1e16 + 1 == 10 ** 16 + 1, 2 ** 1000 < float("inf"), float(2 ** 63), 9007199254740993 == 9007199254740992.0)
print(float("1.7976931348623159e308"), float("4.9e-324"), float("2e-324"), 1e309, -1e309, 0.1 * 3, 1.1 + 2.2, 1e15 + 0.3, 4.35 * 100, 1.1 * 1.1)
for bad in ["1.0 / 0", "1.0 // 0.0", "1.0 % 0.0", "float('x')", "float('')", "int(float('inf'))", "int(float('nan'))", "0.0 ** -1", "10.0 ** 400", "round(float('nan'))", "float([])", "1.5 & 1", "1.5 << 1"]:
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, type(error).__name__, error)
total = 0.0
x = 1.0
for i in range(1, 2000):
    total += 1.0 / (i * i)
    x = x * 1.0001 - i * 1e-6
print(total, x)
print(complex(1, 2) * complex(3, -1), (1 + 2j) ** 2, abs(3 + 4j), (1 + 2j).conjugate(), 1j * 1j, complex("1+2j"), (2 + 0j) == 2, -1j, complex(-0.0, 1), (1 + 2j) / (3 - 4j), repr(1e20j), 1j.real, f"{1.5 + 2j:.2f}")


class Temperature(float):
    __slots__ = ()

    def __repr__(self):
        return f"{float(self):.1f} K"


t = Temperature(300.15)
print(t, [t], t + 1, type(t + 1), t == 300.15, Temperature("5"), hash(t) == hash(300.15))
