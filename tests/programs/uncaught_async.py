# exit: 1
# Exceptions out of coroutines, tasks, task groups, async generators; last out of a loop of its own that runs coroutines.
# The library's frames are left out: CPython's tasks are in C and have none.
import asyncio
import collections
import sys
import traceback


def report(error):
    """Prints a traceback without frames of other files, in groups too."""
    def prune(shown):
        shown.stack = traceback.StackSummary.from_list([frame for frame in shown.stack if frame.filename == __file__])
        for inner in shown.exceptions or ():
            prune(inner)
        for other in (shown.__cause__, shown.__context__):
            if other:
                prune(other)
    shown = traceback.TracebackException.from_exception(error)
    prune(shown)
    shown.print(file=sys.stderr)


async def divide(a, b):
    await asyncio.sleep(0)
    return a / b


async def chain(n):
    if n:
        return await chain(n - 1)
    return await divide(1, n)


async def numbers():
    for n in (1, 0):
        yield await divide(1, n)


async def group():
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(divide(1, 0), name="first")
        tasks.create_task(asyncio.sleep(10))


async def listing():
    return [n async for n in numbers()]


async def timeout():
    try:
        async with asyncio.timeout(0.001):
            await asyncio.sleep(10)
    except TimeoutError as error:
        raise LookupError("too late") from error


class Manager:
    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, trace):
        print("leaving", kind.__name__)


async def managed():
    async with Manager():
        await asyncio.wait_for(chain(1), 5)


async def main():
    for action in (chain(2), asyncio.create_task(divide(2, 0)), group(), listing(), timeout(), managed()):
        try:
            await action
        except Exception as error:
            report(error)
    results = await asyncio.gather(divide(4, 2), divide(1, 0), return_exceptions=True)
    print(results)


asyncio.run(main())


class Pause:
    def __await__(self):
        return (yield self)


class Loop:
    def __init__(self):
        self.ready = collections.deque()

    def spawn(self, name, coroutine):
        self.ready.append((name, coroutine))

    def run(self):
        while self.ready:
            name, coroutine = self.ready.popleft()
            try:
                coroutine.send(None)
            except StopIteration as done:
                print(name, "->", done.value)
            except ArithmeticError as error:
                raise RuntimeError(f"task {name} failed") from error
            else:
                self.ready.append((name, coroutine))


async def work(name, turns):
    for turn in range(turns):
        await Pause()
    return turns // (2 - turns)


async def nested(turns):
    return [await work("inner", turns), await work("inner", turns + 1)]


loop = Loop()
loop.spawn("a", work("a", 1))
loop.spawn("b", nested(1))
loop.run()
