# Coroutines without an event loop: await, async for, async with, async generators, comprehensions, errors.
class Pause:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return got
def run(coro, replies=()):
    seen, replies = [], iter(replies)
    try:
        value = coro.send(None)
        while True:
            seen.append(value)
            value = coro.send(next(replies, None))
    except StopIteration as e: return seen, e.value
async def simple(): return 5
async def two():
    a = await Pause("first")
    b = await Pause("second")
    return a, b, await simple()
print(run(simple()), run(two(), ["x", "y"]))
class Ctx:
    async def __aenter__(self): print("aenter", await Pause("in")); return "ctx"
    async def __aexit__(self, t, v, tb): await Pause("out"); print("aexit", t and t.__name__); return t is ValueError
async def with_it(fail):
    async with Ctx() as c, Ctx():
        if fail: raise ValueError("v")
        return c
    return "swallowed"
print(run(with_it(False), "abcdef"), run(with_it(True)))
class AIter:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.n: raise StopAsyncIteration
        self.n -= 1; await Pause(("next", self.n)); return self.n
async def loop():
    out = []
    async for v in AIter(3):
        if v == 1: continue
        out.append(v)
    else: out.append("else")
    return out
print(run(loop()))
async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got: print("got", got)
            await Pause(f"p{i}")
    finally: print("agen done")
async def use():
    r = [v async for v in agen(3)]
    s = {v: w async for v in agen(2) for w in "a"}
    t = [v async for v in agen(4) if v % 2]
    g = agen(3)
    first = await g.asend(None); second = await g.asend("hello"); await g.aclose()
    u = [await simple() for _ in range(2)]
    async def inner():
        async for x in (y * 10 async for y in agen(2)): yield x
    return r, s, t, first, second, u, [x async for x in inner()]
print(run(use()))
async def fails():
    try: await Pause(1)
    except KeyError as e: return f"caught {e!r}"
c = fails(); c.send(None)
try: c.throw(KeyError("k"))
except StopIteration as e: print(e.value)
async def athrow():
    g = agen(3); await g.asend(None)
    try: await g.athrow(ValueError("into"))
    except ValueError as e: return repr(e)
print(run(athrow()))
async def bad(kind):
    if kind == 1: await 5
    if kind == 2:
        async with 5: pass
    if kind == 3:
        async for x in 5: pass
    if kind == 4: raise StopIteration("x")
    if kind == 5:
        g = agen(1); [x async for x in g]; await g.__anext__()
for k in range(1, 6):
    try: run(bad(k))
    except Exception as e: print(k, type(e).__name__, e)
c = simple(); run(c)
try: c.send(None)
except RuntimeError as e: print(e)
c = two(); c.close(); d = two(); d.send(None); d.close()
c = simple(); print(type(c).__name__, c.cr_code.co_name, c.__qualname__); c.close()
class Loop:
    """A tiny scheduler: round robin over coroutines."""
    def __init__(self): self.ready, self.log = [], []
    def spawn(self, coro): self.ready.append((coro, None))
    def run(self):
        while self.ready:
            coro, value = self.ready.pop(0)
            try: self.ready.append((coro, coro.send(value)))
            except StopIteration as e: self.log.append(e.value)
        return self.log
async def worker(name, n):
    total = 0
    for i in range(n): total += await Pause(i); 
    return name, total
loop = Loop()
for i in range(4): loop.spawn(worker(f"w{i}", i + 1))
print(loop.run())
