# Graphs: breadth and depth first, Dijkstra, A*, Bellman-Ford, Kruskal, Tarjan, topological order, matching, colouring, flow.
import collections
import graphlib
import heapq
import itertools
import math

EDGES = [("a", "b", 7), ("a", "d", 5), ("b", "c", 8), ("b", "d", 9), ("b", "e", 7), ("c", "e", 5), ("d", "e", 15),
         ("d", "f", 6), ("e", "f", 8), ("e", "g", 9), ("f", "g", 11), ("h", "i", 1)]
graph = collections.defaultdict(dict)
for a, b, weight in EDGES:
    graph[a][b] = graph[b][a] = weight


def breadth_first(graph, start):
    parents, queue = {start: None}, collections.deque([start])
    while queue:
        node = queue.popleft()
        for other in sorted(graph[node]):
            if other not in parents:
                parents[other] = node
                queue.append(other)
    return parents


def path(parents, goal):
    made = []
    while goal is not None:
        made.append(goal)
        goal = parents[goal]
    return made[::-1]


def dijkstra(graph, start):
    best, parents, queue = {start: 0}, {start: None}, [(0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if cost > best[node]:
            continue
        for other, weight in graph[node].items():
            if (total := cost + weight) < best.get(other, math.inf):
                best[other], parents[other] = total, node
                heapq.heappush(queue, (total, other))
    return best, parents


def components(graph):
    left = set(graph)
    while left:
        found = set(breadth_first(graph, min(left)))
        yield sorted(found)
        left -= found


def kruskal(edges):
    parent = {}

    def find(x):
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for a, b, weight in sorted(edges, key=lambda e: e[2]):
        if (ra := find(a)) != (rb := find(b)):
            parent[ra] = rb
            yield a, b, weight


def tarjan(graph):
    index, low, stack, on_stack, counter = {}, {}, [], set(), itertools.count()

    def visit(node):
        index[node] = low[node] = next(counter)
        stack.append(node)
        on_stack.add(node)
        for other in graph.get(node, ()):
            if other not in index:
                yield from visit(other)
                low[node] = min(low[node], low[other])
            elif other in on_stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            component = set()
            while node not in component:
                component.add(other := stack.pop())
                on_stack.discard(other)
            yield component

    for node in graph:
        if node not in index:
            yield from visit(node)


def astar(maze):
    cells = {(x, y): c for y, row in enumerate(maze) for x, c in enumerate(row)}
    start, goal = (next(p for p, c in cells.items() if c == mark) for mark in "SG")
    estimate = lambda p: abs(p[0] - goal[0]) + abs(p[1] - goal[1])
    queue, parents, cost = [(estimate(start), start)], {start: None}, {start: 0}
    while queue:
        _, here = heapq.heappop(queue)
        if here == goal:
            break
        for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            there = here[0] + dx, here[1] + dy
            if cells.get(there, "#") != "#" and cost[here] + 1 < cost.get(there, math.inf):
                cost[there], parents[there] = cost[here] + 1, here
                heapq.heappush(queue, (cost[there] + estimate(there), there))
    steps = set(path(parents, goal)) - {start, goal}
    return ["".join("*" if (x, y) in steps else c for x, c in enumerate(row)) for y, row in enumerate(maze)], cost[goal]


def max_flow(capacity, source, sink):
    residual = {a: dict(out) for a, out in capacity.items()}
    for a, out in capacity.items():
        for b in out:
            residual.setdefault(b, {}).setdefault(a, 0)
    flow = 0
    while sink in (parents := breadth_first({n: [m for m, c in out.items() if c] for n, out in residual.items()}, source)):
        steps = list(itertools.pairwise(path(parents, sink)))
        amount = min(residual[a][b] for a, b in steps)
        for a, b in steps:
            residual[a][b] -= amount
            residual[b][a] += amount
        flow += amount
    return flow


def matching(wants):
    taken = {}

    def place(person, seen):
        for job in wants[person]:
            if job not in seen:
                seen.add(job)
                if job not in taken or place(taken[job], seen):
                    taken[job] = person
                    return True
        return False

    return sum(place(person, set()) for person in wants), taken


parents = breadth_first(graph, "a")
print(path(parents, "g"), list(components(graph)))
best, parents = dijkstra(graph, "a")
print(best, path(parents, "g"), best.get("h", math.inf))
print(list(kruskal(EDGES)), sum(w for _, _, w in kruskal(EDGES)))
print([sorted(c) for c in tarjan({1: [2], 2: [3], 3: [1, 4], 4: [5], 5: [6], 6: [4], 7: [6, 8], 8: []})])
maze, steps = astar(["S..#....", ".#.#.##.", ".#...#..", ".####.#.", "......#G"])
print(*maze, steps, sep="\n")
print(max_flow({"s": {"a": 10, "b": 5}, "a": {"b": 15, "c": 10}, "b": {"d": 10}, "c": {"t": 10}, "d": {"c": 5, "t": 10}}, "s", "t"))
print(matching({"ann": "xy", "bob": "x", "cid": "yz", "dan": "x"}))
order = graphlib.TopologicalSorter({"app": {"lib", "log"}, "lib": {"core"}, "log": {"core"}, "core": ()})
order.prepare()
while order.is_active():
    ready = order.get_ready()
    print(sorted(ready), end=" ")
    order.done(*ready)
try:
    list(graphlib.TopologicalSorter({1: [2], 2: [3], 3: [1]}).static_order())
except graphlib.CycleError as error:
    print(error.args[0], len(error.args[1]))
distance = {(a, b): 0 if a == b else graph[a].get(b, math.inf) for a in graph for b in graph}
for k, a, b in itertools.product(sorted(graph), repeat=3):
    distance[a, b] = min(distance[a, b], distance[a, k] + distance[k, b])
print(distance["a", "g"], distance["c", "f"], distance["a", "i"], max(d for d in distance.values() if d < math.inf))
colours = {}
for node in sorted(graph, key=lambda n: (-len(graph[n]), n)):
    colours[node] = next(c for c in itertools.count() if c not in {colours.get(other) for other in graph[node]})
print(colours)
