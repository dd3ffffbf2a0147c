# asyncio: gather, task groups, queues, timeouts.
import asyncio
async def sleeper(i): await asyncio.sleep(0.001 * (3 - i)); return i
async def main():
    results = await asyncio.gather(*[sleeper(i) for i in range(3)])
    async with asyncio.TaskGroup() as tg: tasks = [tg.create_task(sleeper(i)) for i in range(2)]
    q = asyncio.Queue()
    async def produce():
        for i in range(3): await q.put(i)
        await q.put(None)
    async def consume():
        got = []
        while (v := await q.get()) is not None: got.append(v)
        return got
    _, got = await asyncio.gather(produce(), consume())
    try:
        async with asyncio.timeout(0.001): await asyncio.sleep(5)
    except TimeoutError: got.append("timeout")
    return results, [t.result() for t in tasks], got
print(asyncio.run(main()))
