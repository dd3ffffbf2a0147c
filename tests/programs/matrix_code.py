# Matrices: operators, slices, elimination over Fractions, determinants, powers, spirals, rotations, sums on paths.
import functools
import itertools
import math
import operator
from fractions import Fraction


class Matrix:
    __slots__ = ("rows",)
    __hash__ = None

    def __init__(self, rows):
        self.rows = [list(row) for row in rows]
        if len({len(row) for row in self.rows}) > 1:
            raise ValueError("rows of different lengths")

    @classmethod
    def identity(cls, n):
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    @classmethod
    def build(cls, function, height, width=None):
        return cls([[function(i, j) for j in range(width or height)] for i in range(height)])

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    def __getitem__(self, key):
        match key:
            case int(i), int(j):
                return self.rows[i][j]
            case (slice() as a, slice() as b):
                return Matrix([row[b] for row in self.rows[a]])
            case int(i):
                return tuple(self.rows[i])
            case (slice() as a, int(j)):
                return [row[j] for row in self.rows[a]]
        raise TypeError(f"bad index {key!r}")

    def __setitem__(self, key, value):
        i, j = key
        self.rows[i][j] = value

    def __eq__(self, other):
        return self.rows == other.rows if isinstance(other, Matrix) else NotImplemented

    def __add__(self, other):
        return Matrix(map(lambda a, b: map(operator.add, a, b), self.rows, other.rows))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __mul__(self, number):
        return Matrix([[number * v for v in row] for row in self.rows])

    __rmul__ = __mul__

    def __matmul__(self, other):
        if self.shape[1] != other.shape[0]:
            raise ValueError(f"cannot multiply {self.shape} by {other.shape}")
        columns = list(zip(*other.rows))
        return Matrix([[math.sumprod(row, column) for column in columns] for row in self.rows])

    def __pow__(self, n):
        if n < 0:
            return self.inverse() ** -n
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1:
                result @= base
            base @= base
            n >>= 1
        return result

    def __iter__(self):
        return itertools.chain.from_iterable(self.rows)

    def __str__(self):
        cells = [[str(v) for v in row] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*cells)]
        return "\n".join("  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths)) for row in cells)

    @property
    def T(self):
        return Matrix(zip(*self.rows))

    def reduced(self, extra=()):
        """Row echelon form of the matrix with extra columns beside it, its rank, and the determinant."""
        rows = [[Fraction(v) for v in row] + [Fraction(v) for v in more] for row, more in itertools.zip_longest(self.rows, extra, fillvalue=())]
        height, width = self.shape
        rank, determinant = 0, Fraction(1)
        for column in range(width):
            pivot = next((i for i in range(rank, height) if rows[i][column]), None)
            if pivot is None:
                determinant = Fraction(0)
                continue
            if pivot != rank:
                rows[pivot], rows[rank] = rows[rank], rows[pivot]
                determinant = -determinant
            determinant *= (head := rows[rank][column])
            rows[rank] = [v / head for v in rows[rank]]
            for i in range(height):
                if i != rank and (factor := rows[i][column]):
                    rows[i] = [a - factor * b for a, b in zip(rows[i], rows[rank])]
            rank += 1
        return rows, rank, determinant

    def inverse(self):
        n = len(self.rows)
        rows, rank, _ = self.reduced(Matrix.identity(n).rows)
        if rank < n:
            raise ZeroDivisionError("singular matrix")
        return Matrix([row[n:] for row in rows])


def spiral(rows):
    rows = [*rows]
    while rows:
        yield from rows.pop(0)
        rows = [*zip(*rows)][::-1]


m = Matrix([[2, 1, -1], [-3, -1, 2], [-2, 1, 2]])
print(m, m.shape, m[1, 2], m[0], m[:, 1], m[1:, :2], sep="\n")
print(m @ m.inverse() == Matrix.identity(3), m.reduced()[2], m.inverse(), sep="\n")
print([str(row[-1]) for row in m.reduced([[8], [-11], [-3]])[0]])
hilbert = Matrix.build(lambda i, j: Fraction(1, i + j + 1), 5)
print(hilbert.reduced()[2], [int(v) for v in hilbert.inverse()][:8], sum(hilbert @ hilbert.inverse()))
fibonacci = Matrix([[1, 1], [1, 0]])
print((fibonacci ** 100)[0, 1], (fibonacci ** 10)[0], (fibonacci ** -5)[0, 1], fibonacci ** 0 == Matrix.identity(2))
grid = Matrix.build(lambda i, j: i * 5 + j, 4, 5)
print(grid, *spiral(grid.rows))
print(Matrix([*zip(*grid.rows[::-1])]), [grid[i, i] for i in range(4)], sum(grid), max(grid))
print((2 * grid - grid.T.T) == grid, grid == 5, (grid @ grid.T)[3])


@functools.cache
def cheapest(i, j):
    here = (grid[i, j] * 7 + 3) % 11
    before = [cheapest(a, b) for a, b in ((i - 1, j), (i, j - 1)) if a >= 0 and b >= 0]
    return here + min(before, default=0)


print(cheapest(3, 4), cheapest.cache_info())
for bad in (lambda: grid @ grid, lambda: Matrix([[1, 2], [3]]), lambda: Matrix([[1, 2], [2, 4]]) ** -1, lambda: grid["x"], lambda: hash(grid), lambda: grid + 1):
    try:
        bad()
    except (ValueError, ZeroDivisionError, TypeError, AttributeError) as error:
        print(type(error).__name__, error)
