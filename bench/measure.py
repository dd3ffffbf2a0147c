"""Runs programs and measures them: seconds, peak memory, output. Nothing here knows what is compared."""
import os
import re
import shlex
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

SECONDS = re.compile(rb"^# seconds ([0-9.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Interpreter:
    name: str
    command: tuple

    @classmethod
    def parse(cls, text):
        """`NAME=COMMAND` or `COMMAND`, whose last word's file name is the name then."""
        name, sign, command = text.partition("=")
        words = tuple(shlex.split(command if sign else text))
        return cls(name if sign else os.path.basename(words[-1]), words)


@dataclass
class Run:
    seconds: float     # what the program says of itself, else from start to end
    memory: int        # peak, bytes; never less than this harness's own (about 18 MB), which the kernel hands down
    output: bytes
    code: int
    errors: bytes


@dataclass
class Samples:
    seconds: list = field(default_factory=list)
    memory: list = field(default_factory=list)
    problem: str = ""

    def add(self, run):
        self.seconds.append(run.seconds)
        self.memory.append(run.memory)

    def median(self):
        return statistics.median(self.seconds)


def start(command, environment=None):
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                             env={**os.environ, "PYTHONHASHSEED": "0", **(environment or {})})
    return child, out, err, begin


def finish(started):
    child, out, err, begin = started
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    out.seek(0)
    err.seek(0)
    errors = err.read()
    own = SECONDS.search(errors)
    run = Run(float(own.group(1)) if own else wall, usage.ru_maxrss * 1024, out.read(), child.returncode, errors)
    out.close()
    err.close()
    return run


def run_once(command):
    return finish(start(command))


def run_together(commands):
    """Starts all commands at the same time; returns their runs."""
    started = [start(command) for command in commands]
    return [finish(one) for one in started]


def ratios(base, other):
    """base/other round by round: what drifts from round to round cancels. More than 1: other is faster."""
    return [a / b for a, b in zip(base.seconds, other.seconds)]


def spread(values):
    """(first quartile, median, third quartile)."""
    if len(values) < 3:
        return min(values), statistics.median(values), max(values)
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high
