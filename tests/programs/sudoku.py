# A sudoku solver by constraint propagation and search; sets, dicts, recursion, copies.
ROWS, COLUMNS = "ABCDEFGHI", "123456789"


def cross(a, b):
    return [x + y for x in a for y in b]


SQUARES = cross(ROWS, COLUMNS)
UNITS = [cross(ROWS, c) for c in COLUMNS] + [cross(r, COLUMNS) for r in ROWS] + [cross(rs, cs) for rs in ("ABC", "DEF", "GHI") for cs in ("123", "456", "789")]
UNITS_OF = {s: [u for u in UNITS if s in u] for s in SQUARES}
PEERS = {s: set(sum(UNITS_OF[s], [])) - {s} for s in SQUARES}


class Contradiction(Exception):
    def __init__(self, square):
        super().__init__(f"no digit fits {square}")
        self.square = square


class Board:
    searched = 0

    def __init__(self, text=None):
        self.values = {s: COLUMNS for s in SQUARES}
        if text is not None:
            digits = [c for c in text if c in "0.123456789"]
            if len(digits) != 81:
                raise ValueError(f"{len(digits)} squares")
            for square, digit in zip(SQUARES, digits):
                if digit in COLUMNS:
                    self.assign(square, digit)

    def copy(self):
        board = Board()
        board.values = self.values.copy()
        return board

    def assign(self, square, digit):
        for other in self.values[square].replace(digit, ""):
            self.eliminate(square, other)

    def eliminate(self, square, digit):
        left = self.values[square]
        if digit not in left:
            return
        left = self.values[square] = left.replace(digit, "")
        if not left:
            raise Contradiction(square)
        if len(left) == 1:
            for peer in PEERS[square]:
                self.eliminate(peer, left)
        for unit in UNITS_OF[square]:
            places = [s for s in unit if digit in self.values[s]]
            if not places:
                raise Contradiction(square)
            if len(places) == 1 and len(self.values[places[0]]) > 1:
                self.assign(places[0], digit)

    @property
    def solved(self):
        return all(len(v) == 1 for v in self.values.values())

    def solve(self):
        Board.searched += 1
        if self.solved:
            return self
        _, square = min((len(v), s) for s, v in self.values.items() if len(v) > 1)
        for digit in self.values[square]:
            guess = self.copy()
            try:
                guess.assign(square, digit)
                if (result := guess.solve()) is not None:
                    return result
            except Contradiction:
                continue
        return None

    def __str__(self):
        return "\n".join("".join(self.values[r + c] if len(self.values[r + c]) == 1 else "." for c in COLUMNS) for r in ROWS)


print(len(SQUARES), len(UNITS), {len(p) for p in PEERS.values()}, sorted(PEERS["A1"])[:4])
for puzzle in ["003020600900305001001806400008102900700000008006708200002609500800203009005010300",
               "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......",
               "85...24..72......9..4.........1.7..23.5...9...4...........8..7..17..........36.4."]:
    Board.searched = 0
    board = Board(puzzle)
    print(board.solved, sum(map(len, board.values.values())))
    print(board.solve(), Board.searched)
for bad in ["55" + "." * 79, "123"]:
    try:
        print(Board(bad).solve())
    except (Contradiction, ValueError) as error:
        print(type(error).__name__, len(str(error)) > 5)
