# A discrete-event simulation: a heap written by hand, generators as processes, statistics, a random generator of its own.
class Heap:
    def __init__(self):
        self.items, self.count = [], 0

    def push(self, when, what):
        self.count += 1
        items, i = self.items, len(self.items)
        items.append((when, self.count, what))
        while i and items[i] < items[(i - 1) // 2]:
            items[i], items[(i - 1) // 2] = items[(i - 1) // 2], items[i]
            i = (i - 1) // 2

    def pop(self):
        items = self.items
        top, last = items[0], items.pop()
        if items:
            items[0], i = last, 0
            while True:
                small = min((c for c in (2 * i + 1, 2 * i + 2) if c < len(items)), key=items.__getitem__, default=i)
                if items[small] >= items[i]:
                    break
                items[i], items[small], i = items[small], items[i], small
        return top[0], top[2]

    def __bool__(self):
        return bool(self.items)


class Random:
    def __init__(self, seed):
        self.state = seed

    def next(self, low, high):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        return low + (self.state >> 33) % (high - low + 1)


class Request:
    def __init__(self, resource): self.resource = resource


class Release:
    def __init__(self, resource): self.resource = resource


class Resource:
    def __init__(self, name, capacity):
        self.name, self.free, self.waiting, self.longest = name, capacity, [], 0


class Simulation:
    def __init__(self, seed):
        self.now, self.heap, self.random, self.log = 0, Heap(), Random(seed), []

    def start(self, process):
        self.heap.push(self.now, (process, None))

    def run(self, until):
        while self.heap:
            when, (process, value) = self.heap.pop()
            if when > until:
                break
            self.now = when
            self.resume(process, value)
        return self.now

    def resume(self, process, value):
        try:
            command = process.send(value)
        except StopIteration as end:
            self.log.append(end.value)
            return
        match command:
            case int(delay):
                self.heap.push(self.now + delay, (process, self.now + delay))
            case Request(resource=r):
                if r.free:
                    r.free -= 1
                    self.heap.push(self.now, (process, self.now))
                else:
                    r.waiting.append(process)
                    r.longest = max(r.longest, len(r.waiting))
            case Release(resource=r):
                if r.waiting:
                    self.heap.push(self.now, (r.waiting.pop(0), self.now))
                else:
                    r.free += 1
                self.heap.push(self.now, (process, None))
            case _:
                process.throw(TypeError(f"bad command {command!r}"))


def customer(sim, name, tellers, vault):
    arrived = sim.now
    yield Request(tellers)
    waited = sim.now - arrived
    yield sim.random.next(3, 9)
    if sim.random.next(0, 3) == 0:
        yield Request(vault)
        yield 5
        yield Release(vault)
    yield Release(tellers)
    return name, arrived, waited, sim.now


def arrivals(sim, count, tellers, vault):
    for n in range(count):
        sim.start(customer(sim, f"c{n}", tellers, vault))
        yield sim.random.next(1, 4)
    return "arrivals", sim.now, 0, sim.now


for seed in (1, 42):
    sim = Simulation(seed)
    tellers, vault = Resource("tellers", 2), Resource("vault", 1)
    sim.start(arrivals(sim, 40, tellers, vault))
    end = sim.run(10_000)
    customers = [entry for entry in sim.log if entry[0] != "arrivals"]
    waits = [w for _, _, w, _ in customers]
    print(end, len(customers), sum(waits) / len(waits), max(waits), tellers.longest, vault.longest, tellers.free, vault.free)
    print([name for name, *_ in sim.log[:12]], sorted(customers, key=lambda c: (-c[2], c[0]))[:3])


def bad():
    try:
        yield "nonsense"
    except TypeError as error:
        print(error)
    yield 1


sim = Simulation(0)
sim.start(bad())
print(sim.run(10), sim.run(10))
h, r = Heap(), Random(5)
for _ in range(500):
    h.push(r.next(0, 1000), None)
out = []
while h:
    out.append(h.pop()[0])
print(out == sorted(out), len(out), out[:5], out[-3:])
