"""Threads that do the operations of a list at random, for a while: rows 21 and 23."""
import random
import threading
import time

ALLOWED = RuntimeError, IndexError, KeyError, ValueError, StopIteration, BufferError
problems = []


def storm(name, operations, threads=4, seconds=0.12):
    end = time.monotonic() + seconds

    def work(seed):
        choose = random.Random(seed)
        while time.monotonic() < end:
            for _ in range(30):
                try:
                    choose.choice(operations)(choose.randrange(50))
                except ALLOWED:
                    pass
                except BaseException as e:
                    problems.append((name, e))
                    return

    workers = [threading.Thread(target=work, args=(i,)) for i in range(threads)]
    for w in workers: w.start()
    for w in workers: w.join()
