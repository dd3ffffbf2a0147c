# Ints whose results lose their upper limbs on the way: their storage is larger than they are when they die.
import random
r = random.Random(5)
keep = []
for i in range(12000):
    a = r.getrandbits(r.randrange(60, 2300))
    b = r.getrandbits(r.randrange(60, 2300))
    c = a * b
    d = (c >> 1900) + 1
    e = c % (b | 1)
    f = a - (a - 1 if i & 1 else b)
    if i % 7 == 0:
        keep.append((c, d, e, f))
    if len(keep) > 500:
        keep.clear()
print(len(keep), sum(x.bit_length() for row in keep for x in row), [bytes(n) for n in (0, 3)])
