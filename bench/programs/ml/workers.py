"""A thread pool that runs a stage batch by batch, in order, and shows how far it is."""
import sys
import time
from concurrent.futures import ThreadPoolExecutor


class Workers:
    """`run(stage, function, batches)` yields function(batch) for each batch, in the order of the batches."""

    def __init__(self, threads):
        self.pool = ThreadPoolExecutor(max_workers=max(1, threads), thread_name_prefix="ml")
        self.times = []
        self.bar = ProgressBar(sys.stderr)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.bar.clear()
        self.pool.shutdown()

    def run(self, stage, function, batches):
        start = time.perf_counter()
        results = []
        for result in self.pool.map(function, batches):
            results.append(result)
            self.bar.show(stage, len(results), len(batches))
        self.times.append((stage, time.perf_counter() - start))
        return results

    def alone(self, stage, function, *arguments):
        """A stage that one thread does."""
        start = time.perf_counter()
        self.bar.show(stage, 0, 1)
        result = function(*arguments)
        self.times.append((stage, time.perf_counter() - start))
        return result


class ProgressBar:
    """One line on a terminal; nothing elsewhere."""
    WIDTH = 40

    def __init__(self, stream):
        self.stream = stream if stream.isatty() else None
        self.shown = 0.0

    def show(self, stage, done, total):
        if self.stream is None:
            return
        now = time.monotonic()
        if done != total and now - self.shown < 0.05:
            return
        self.shown = now
        filled = self.WIDTH * done // max(1, total)
        self.stream.write(f"\r{stage:<12} [{'#' * filled}{'.' * (self.WIDTH - filled)}] {done}/{total} ")
        self.stream.flush()

    def clear(self):
        if self.stream is not None:
            self.stream.write("\r" + " " * (self.WIDTH + 40) + "\r")
            self.stream.flush()


def batches_of(items, size, weight=None):
    """Splits items into lists of about `size` (of summed weight): the same for any number of threads."""
    batches, batch, filled = [], [], 0
    for item in items:
        batch.append(item)
        filled += 1 if weight is None else weight(item)
        if filled >= size:
            batches.append(batch)
            batch, filled = [], 0
    if batch:
        batches.append(batch)
    return batches
