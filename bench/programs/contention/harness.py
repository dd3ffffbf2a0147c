"""Runs one piece of work in each of N threads at the same time.

    PROGRAM [--threads N] [--size N]

Every thread does the whole work, so N threads do N times as much. Prints a check line; the seconds from the moment all
threads are ready until all are done go to standard error, as `# seconds S`, for bench/compare.py.
"""
import argparse
import sys
import threading
import time


def run(name, work, size):
    """work(number of the thread, size) returns a checksum."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2, metavar="N")
    parser.add_argument("--size", type=int, default=size, metavar="N")
    options = parser.parse_args()
    checksums = [None] * options.threads
    ready = threading.Barrier(options.threads + 1)

    def body(number):
        ready.wait()
        checksums[number] = work(number, options.size)

    threads = [threading.Thread(target=body, args=(number,)) for number in range(options.threads)]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    print(f"{name} {options.threads} x {options.size}: {sum(checksums)}")
    print(f"# seconds {seconds:.4f}", file=sys.stderr)
