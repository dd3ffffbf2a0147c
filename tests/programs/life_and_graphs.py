# The game of life on sets, shortest paths, topological order, union-find, a maze, knapsack, edit distance.
def step(live):
    counts = {}
    for x, y in live:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    cell = (x + dx, y + dy)
                    counts[cell] = counts.get(cell, 0) + 1
    return {cell for cell, n in counts.items() if n == 3 or (n == 2 and cell in live)}


def show(live, size=8):
    return "\n".join("".join("#" if (x, y) in live else "." for x in range(size)) for y in range(size))


glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
world = glider
for _ in range(12):
    world = step(world)
print(show(world), len(world), world == {(x + 3, y + 3) for x, y in glider}, sep="\n")
pentomino = {(1, 0), (2, 0), (0, 1), (1, 1), (1, 2)}
sizes = []
for n in range(60):
    pentomino = step(pentomino)
    sizes.append(len(pentomino))
print(sizes)


def dijkstra(graph, start):
    dist, todo, done = {start: 0}, [(0, start)], set()
    while todo:
        todo.sort(reverse=True)
        d, node = todo.pop()
        if node in done:
            continue
        done.add(node)
        for other, cost in graph.get(node, {}).items():
            if d + cost < dist.get(other, float("inf")):
                dist[other] = d + cost
                todo.append((d + cost, other))
    return dist


graph = {"a": {"b": 7, "c": 3}, "b": {"d": 2}, "c": {"b": 1, "d": 8}, "d": {"e": 2}, "f": {"a": 1}}
print(dijkstra(graph, "a"), sorted(dijkstra(graph, "f").items()), dijkstra(graph, "e"))
grid = {i: {j: (i * j) % 13 + 1 for j in (i - 1, i + 1, i * 2) if 0 <= j < 100} for i in range(100)}
print(sum(dijkstra(grid, 0).values()), max(dijkstra(grid, 50).values()))


def topological(needs):
    order, state = [], {}

    def visit(node, path):
        if state.get(node) == "done":
            return
        if state.get(node) == "open":
            raise ValueError(" -> ".join(path[path.index(node):] + [node]))
        state[node] = "open"
        for other in sorted(needs.get(node, ())):
            visit(other, path + [node])
        state[node] = "done"
        order.append(node)

    for node in sorted(needs):
        visit(node, [])
    return order


print(topological({"shirt": ["tie"], "trousers": ["shoes", "belt"], "tie": ["jacket"], "belt": ["jacket"], "socks": ["shoes"]}))
try:
    topological({"a": ["b"], "b": ["c"], "c": ["a"]})
except ValueError as error:
    print("cycle", error)


class Union:
    def __init__(self):
        self.up = {}

    def find(self, x):
        self.up.setdefault(x, x)
        root = x
        while self.up[root] != root:
            root = self.up[root]
        while self.up[x] != root:
            self.up[x], x = root, self.up[x]
        return root

    def join(self, a, b):
        self.up[self.find(a)] = self.find(b)


u = Union()
for i in range(0, 60):
    u.join(i, (i * 7 + 3) % 60 if i % 5 else i)
print(len({u.find(i) for i in range(60)}), u.find(0) == u.find(59))
maze = ["#########", "#S..#...#", "#.#.#.#.#", "#.#...#E#", "#########"]


def solve(maze):
    start = next((r, row.index("S")) for r, row in enumerate(maze) if "S" in row)
    paths = [[start]]
    seen = {start}
    while paths:
        path = paths.pop(0)
        r, c = path[-1]
        if maze[r][c] == "E":
            return path
        for nr, nc in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if maze[nr][nc] != "#" and (nr, nc) not in seen:
                seen.add((nr, nc))
                paths.append(path + [(nr, nc)])


path = solve(maze)
print(len(path), path[0], path[-1])
drawn = [list(row) for row in maze]
for r, c in path[1:-1]:
    drawn[r][c] = "o"
print("\n".join(map("".join, drawn)))


def knapsack(items, room):
    best = [(0, ())] * (room + 1)
    for name, weight, value in items:
        for w in range(room, weight - 1, -1):
            v, names = best[w - weight]
            best[w] = max(best[w], (v + value, names + (name,)))
    return best[room]


print(knapsack([("lamp", 3, 4), ("rope", 2, 3), ("tent", 7, 11), ("food", 4, 6), ("map", 1, 2)], 10))


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def common(a, b, memo={}):
    if not a or not b:
        return ""
    if (a, b) not in memo:
        memo[a, b] = a[0] + common(a[1:], b[1:]) if a[0] == b[0] else max(common(a[1:], b), common(a, b[1:]), key=len)
    return memo[a, b]


print(distance("kitten", "sitting"), distance("", "abc"), distance("same", "same"), common("interpreter", "enterprise"), distance("intention" * 5, "execution" * 4))


def hanoi(n, a="A", b="B", c="C"):
    if n:
        yield from hanoi(n - 1, a, c, b)
        yield a + c
        yield from hanoi(n - 1, b, a, c)


print(" ".join(hanoi(4)), sum(1 for _ in hanoi(12)))
def queens(n, row=0, taken=()):
    if row == n:
        return 1
    return sum(queens(n, row + 1, taken + (c,)) for c in range(n) if all(c != t and abs(c - t) != row - r for r, t in enumerate(taken)))
print([queens(n) for n in range(1, 8)])
