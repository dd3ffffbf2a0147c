# Strings with escapes of every kind both ways, sorted keys, circles at several depths, objects alike and not.
import json

texts = ["", "plain", "é", "\u20ac\U0001f600", "\x00\x1f\x7f\x80", "\"\\/\b\f\n\r\t", "a" * 300 + "\n", "\ud800", "é" * 200, "abcdefg\"", "1234567\x01"]
for text in texts:
    for ascii_only in (True, False):
        s = json.dumps(text, ensure_ascii=ascii_only)
        print(len(s), ascii(s[:60]), json.loads(s) == text)
for s in ('"\\u00e9\\u20ac\\ud83d\\ude00"', '"\\ud83d"', '"\\ud83dx"', '"\\u12"', '"ab', '"a\\', '"\\x"', '"a\nb"', '"\u20ac\\n"', "[1,]", '{"a":1,}', '{"a" 1}', "[1 2]", "-", "01", "1.5e", '{1:2}', "nul"):
    try:
        print(ascii(json.loads(s)))
    except json.JSONDecodeError as error:
        print(ascii(str(error)))
print(ascii(json.loads('"a\nb"', strict=False)))
rows = [{"id": i, "name": f"n{i}", **({"extra": [i]} if i % 3 else {})} for i in range(6)]
assert json.loads(json.dumps(rows)) == rows
print(json.dumps(rows[:2], indent=1, sort_keys=True), json.dumps({"b": 1, "a": {"d": 2.5, "c": None}}, sort_keys=True, separators=(",", ":")))
print(json.dumps({1: 2, None: True, 2.5: False, "x": -0.0}), json.dumps([10**20, -(2**61), 1e300, 1e-7]))
for depth in (1, 31, 32, 33, 70):
    inner = outer = []
    for i in range(depth):
        inner.append([])
        inner = inner[0]
    print(len(json.dumps(outer)), end=" ")
    inner.append(outer)
    try:
        json.dumps(outer)
    except ValueError as error:
        print(error, len(error.__notes__))
same = [1]
print(json.dumps([same, same, {"k": same}]))
