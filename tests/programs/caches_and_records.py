# Data structures by hand: LRU cache, ring buffer, trie, bloom filter, sparse matrix, polynomial, fraction, interval set.
class LRU:
    def __init__(self, size): self.size, self.data, self.hits = size, {}, 0
    def get(self, key, make):
        if key in self.data:
            self.hits += 1
            self.data[key] = self.data.pop(key)
        else:
            self.data[key] = make(key)
            if len(self.data) > self.size: del self.data[next(iter(self.data))]
        return self.data[key]
lru = LRU(3)
print([lru.get(k, lambda k: k * k) for k in (1, 2, 3, 1, 4, 2, 1, 5, 1)], list(lru.data), lru.hits)
class Ring:
    def __init__(self, size): self.items, self.at, self.full = [None] * size, 0, False
    def add(self, v): self.items[self.at] = v; self.at = (self.at + 1) % len(self.items); self.full |= self.at == 0
    def __iter__(self): return iter(self.items[self.at:] + self.items[:self.at] if self.full else self.items[:self.at])
    def __len__(self): return len(self.items) if self.full else self.at
r = Ring(4)
for i in range(6): r.add(i); print(list(r), end=" ")
print(len(r))
class Trie:
    def __init__(self, *words):
        self.root = {}
        for w in words: self.add(w)
    def add(self, word):
        at = self.root
        for c in word: at = at.setdefault(c, {})
        at[None] = True
    def find(self, prefix):
        at = self.root
        for c in prefix:
            if c not in at: return
            at = at[c]
        yield from self._walk(at, prefix)
    def _walk(self, at, word):
        for c in sorted(at, key=lambda c: c or ""):
            if c is None: yield word
            else: yield from self._walk(at[c], word + c)
    def __contains__(self, word): return word in self.find(word)
t = Trie("car", "cart", "care", "dog", "do", "cat")
print(list(t.find("car")), list(t.find("do")), list(t.find("x")), "care" in t, "ca" in t, list(t.find("")))
class Bloom:
    def __init__(self, bits): self.bits, self.field = bits, 0
    def _places(self, n): return [(n * k * 2654435761 >> 7) % self.bits for k in (3, 7, 13)]
    def add(self, n):
        for p in self._places(n): self.field |= 1 << p
    def __contains__(self, n): return all(self.field >> p & 1 for p in self._places(n))
b = Bloom(2000)
for n in range(0, 400, 2): b.add(n)
print(all(n in b for n in range(0, 400, 2)), sum(n in b for n in range(1, 400, 2)) < 60, b.field.bit_count() > 300)
class Sparse:
    def __init__(self, cells=()): self.cells = {k: v for k, v in dict(cells).items() if v}
    def __getitem__(self, k): return self.cells.get(k, 0)
    def __setitem__(self, k, v):
        if v: self.cells[k] = v
        else: self.cells.pop(k, None)
    def __add__(self, o): return Sparse({k: self[k] + o[k] for k in self.cells.keys() | o.cells.keys()})
    def __matmul__(self, o):
        out = Sparse()
        for (i, k), v in self.cells.items():
            for (k2, j), w in o.cells.items():
                if k == k2: out[i, j] += v * w
        return out
    def __repr__(self): return f"Sparse({dict(sorted(self.cells.items()))})"
m = Sparse({(0, 1): 2, (1, 0): 3, (2, 2): 0}); print(m, m @ m, m + Sparse({(0, 1): -2}), m[5, 5]); m[0, 1] = 0; print(m)
class Poly:
    def __init__(self, *c):
        c = list(c)
        while c and c[-1] == 0: c.pop()
        self.c = tuple(c)
    def __call__(self, x):
        v = 0
        for a in reversed(self.c): v = v * x + a
        return v
    def __add__(self, o): n = max(len(self.c), len(o.c)); return Poly(*[(self.c + (0,) * n)[i] + (o.c + (0,) * n)[i] for i in range(n)])
    def __mul__(self, o):
        out = [0] * (len(self.c) + len(o.c))
        for i, a in enumerate(self.c):
            for j, b in enumerate(o.c): out[i + j] += a * b
        return Poly(*out)
    def __pow__(self, n): return Poly(1) if n == 0 else self * self ** (n - 1)
    def derive(self): return Poly(*[i * a for i, a in enumerate(self.c)][1:])
    def __eq__(self, o): return self.c == o.c
    def __repr__(self): return " + ".join(f"{a}x^{i}" if i else str(a) for i, a in enumerate(self.c) if a) or "0"
p = Poly(1, 2); print(p, p * p, p ** 5, (p ** 3).derive(), p(10), (p + Poly(-1, -2)), (p ** 30)(1), Poly(0, 0) == Poly())
def gcd(a, b): return a if b == 0 else gcd(b, a % b)
class Frac:
    __slots__ = ("n", "d")
    def __init__(self, n, d=1):
        if d == 0: raise ZeroDivisionError(f"{n}/0")
        g = gcd(n, d) or 1
        self.n, self.d = n // g, d // g
        if self.d < 0: self.n, self.d = -self.n, -self.d
    def __add__(self, o): o = Frac.of(o); return Frac(self.n * o.d + o.n * self.d, self.d * o.d)
    __radd__ = __add__
    def __mul__(self, o): o = Frac.of(o); return Frac(self.n * o.n, self.d * o.d)
    def __truediv__(self, o): o = Frac.of(o); return Frac(self.n * o.d, self.d * o.n)
    def __lt__(self, o): o = Frac.of(o); return self.n * o.d < o.n * self.d
    def __eq__(self, o): o = Frac.of(o); return (self.n, self.d) == (o.n, o.d)
    def __hash__(self): return hash((self.n, self.d))
    def __repr__(self): return f"{self.n}/{self.d}"
    def __float__(self): return self.n / self.d
    @classmethod
    def of(cls, v): return v if isinstance(v, cls) else cls(v)
print(sum([Frac(1, k) for k in range(1, 31)]), Frac(6, -4), Frac(1, 2) + 1, 1 + Frac(1, 2), Frac(1, 3) * 3 == 1, sorted([Frac(1, 2), Frac(1, 3), Frac(3, 4)]), float(Frac(1, 8)), len({Frac(1, 2), Frac(2, 4)}), Frac(1, 2) / Frac(1, 4))
try: Frac(1, 2) / 0
except ZeroDivisionError as e: print("ZeroDivisionError", e)
class Intervals:
    def __init__(self): self.spans = []
    def add(self, a, b):
        keep = [s for s in self.spans if s[1] < a or s[0] > b]
        hit = [s for s in self.spans if s not in keep]
        self.spans = sorted(keep + [(min([a] + [s[0] for s in hit]), max([b] + [s[1] for s in hit]))])
    def __contains__(self, v): return any(a <= v <= b for a, b in self.spans)
    def __len__(self): return sum(b - a + 1 for a, b in self.spans)
iv = Intervals()
for a, b in [(5, 8), (1, 2), (10, 12), (7, 10), (20, 25), (2, 3)]: iv.add(a, b)
print(iv.spans, 4 in iv, 9 in iv, len(iv))
class Matrix:
    def __init__(self, rows): self.rows = [list(r) for r in rows]
    def __matmul__(self, o): return Matrix([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])
    def __getitem__(self, key):
        match key:
            case int(i): return self.rows[i]
            case (int(i), int(j)): return self.rows[i][j]
            case (slice() as rows, cols): return Matrix([r[cols] if isinstance(cols, slice) else [r[cols]] for r in self.rows[rows]])
    def det(self):
        if len(self.rows) == 1: return self.rows[0][0]
        return sum((-1) ** j * v * Matrix([r[:j] + r[j + 1:] for r in self.rows[1:]]).det() for j, v in enumerate(self.rows[0]) if v)
    @property
    def T(self): return Matrix(zip(*self.rows))
    def __repr__(self): return f"Matrix({self.rows})"
    @classmethod
    def identity(cls, n): return cls([[int(i == j) for j in range(n)] for i in range(n)])
m = Matrix([[2, 0, 1], [1, 3, 2], [1, 1, 1]]); print(m.det(), m @ Matrix.identity(3), m.T, m[1, 2], m[0:2, 1:], m[:, 0], (m @ m.T).det(), Matrix([[(i * j + i + 1) % 7 for j in range(6)] for i in range(6)]).det())
class Graph(dict):
    def __missing__(self, k): self[k] = v = []; return v
    def link(self, a, b): self[a].append(b); self[b].append(a); return self
    def parts(self):
        left, out = set(self), []
        while left:
            todo, part = [min(left)], set()
            while todo:
                n = todo.pop()
                if n not in part: part.add(n); todo.extend(self[n])
            left -= part; out.append(sorted(part))
        return out
print(Graph().link(1, 2).link(2, 3).link(5, 6).link(9, 9).parts())
