# Values of every built-in kind made in one thread and used, changed and dropped in another.
import threading


def make(n):
    class Local:
        def __init__(self, v):
            self.v = v

        def double(self):
            return self.v * 2

        def __eq__(self, other):
            return self.v == other.v

        def __hash__(self):
            return hash(self.v)

    def closure(x, *, y=n):
        return x + y + captured[0]

    captured = [n]
    cyclic = [n]
    cyclic.append(cyclic)
    linked = None
    for i in range(500):
        linked = (i, linked)
    return {
        "int": 2 ** 100 + n, "float": n + 0.5, "huge": 1e-300, "text": "é" * n + "x" * 100, "bytes": b"b" * n, "bytearray": bytearray(b"ab") * n,
        "tuple": (n, (n, [n])), "list": [[i] for i in range(50)], "dict": {i: {i: str(i)} for i in range(50)}, "set": {(i, str(i)) for i in range(20)},
        "frozenset": frozenset(range(n + 1)), "object": Local(n), "class": Local, "closure": closure, "method": Local(n).double, "bound": [].append,
        "cyclic": cyclic, "linked": linked, "range": range(n), "slice": slice(n), "complex": complex(n, 1), "lambda": lambda: captured, "iter": iter([n, n + 1]),
        "map": map(str, [n]), "gen": (v * n for v in range(4)), "view": {"k": n}.items(), "error": ValueError("e", [n]), "module": threading, "memory": memoryview(b"xyz"),
    }


def use(v, n):
    v["bytearray"].append(33)
    v["list"].append("new"); v["list"][3].append(n); v["dict"][7][8] = "added"; v["set"].add("s"); v["object"].extra = [n]; v["class"].shared = n
    depth, link = 0, v["linked"]
    while link: depth, link = depth + 1, link[1]
    try:
        raise v["error"]
    except ValueError as e:
        arg = e.args[1][0]
    return (v["int"] % 1000, v["float"], v["huge"], len(v["text"]), len(v["bytes"]), len(v["bytearray"]), v["tuple"], len(v["list"]), v["dict"][7], len(v["set"]),
            sum(v["frozenset"]), v["object"].double(), v["object"].extra, v["class"](5).shared, v["closure"](1), v["method"](), v["cyclic"][1] is v["cyclic"], depth, len(v["range"]), v["slice"].stop,
            v["complex"], v["lambda"](), list(v["iter"]), list(v["map"]), list(v["gen"]), list(v["view"]), arg, v["memory"][0], v["class"](1) == v["class"](1), v["object"] in {v["object"]: 1})


def in_thread(function, *args):
    box = []
    t = threading.Thread(target=lambda: box.append(function(*args)))
    t.start()
    t.join()
    return box[0]


print(use(make(3), 3))
print(use(in_thread(make, 3), 3) == use(make(3), 3), in_thread(use, make(4), 4) == use(make(4), 4), in_thread(use, in_thread(make, 5), 5) == use(make(5), 5))
made = [in_thread(make, n) for n in range(6)]
results = [None] * 6
threads = [threading.Thread(target=lambda n=n: results.__setitem__(n, use(made[n], n))) for n in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(all(r == use(make(n), n) for n, r in enumerate(results)))
relay = [make(2)]
for step in range(5):
    relay = in_thread(lambda old: [dict(old[0], step=step)], relay)
print(relay[0]["step"], len(relay[0]))
chain = []
for n in range(100):
    chain = in_thread(lambda c, n: [n, c], chain, n) if n % 10 == 0 else [n, chain]
depth = 0
while chain:
    depth, chain = depth + 1, chain[1]
print(depth)
del made, results, relay
import gc
print(gc.collect() >= 0)
