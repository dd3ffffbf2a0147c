"""Differential fuzzer: generated programs must do the same interpreted, compiled at once and compiled when hot.

  fuzz.py [--seconds N | --count N] [--seed S] [--oracle PATH] [--keep FOLDER] [--reduce-seconds N] [--show] TAIPAN

TAIPAN and the oracle (CPython 3.15) may be commands with arguments. Program n has the seed S + n. What differs is made small and
written to FOLDER (found/ beside this file), with a header that says what differs. Exit code 1 if something was found.
--show prints the program of seed S instead.
"""
import argparse
import pathlib
import shlex
import sys
import time

from fuzzer.modes import TIMEOUT, Modes
from fuzzer.program import generate
from fuzzer.reducer import Reducer


def keep(folder, seed, name, difference, text):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"seed_{seed}_{name.split(':')[0]}.py"
    header = "\n".join(f"# {line}".rstrip() for line in [f"seed {seed}, {name}", *difference.split("\n")[:30]])
    file.write_text(header + "\n" + text, encoding="utf-8")
    return file


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("taipan", type=shlex.split)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=None, help="of the first program; the clock's if it is not given")
    parser.add_argument("--oracle", type=shlex.split)
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path(__file__).parent / "found")
    parser.add_argument("--reduce-seconds", type=float, default=120, help="for each finding; 0 keeps programs whole")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="for each run")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    seed = int(time.time()) if options.seed is None else options.seed
    if options.show:
        print(generate(seed), end="")
        return 0

    modes = Modes(options.taipan, options.oracle, options.timeout)
    start, done, found = time.monotonic(), 0, 0
    limit = options.seconds or (float("inf") if options.count else 60)
    while time.monotonic() - start < limit and done != options.count:
        source = generate(seed + done)
        result = modes.compare(source)
        if result:
            found += 1
            name, difference = result
            print(f"seed {seed + done}: {name}\n{difference}", flush=True)
            if options.reduce_seconds:
                reducer = Reducer(lambda text: (modes.compare(text, name) or ("",))[0] == name, options.reduce_seconds)
                source = reducer.reduce(source)
                name, difference = modes.compare(source, name) or result
            print(f"  kept: {keep(options.keep, seed + done, name, difference, source)}", flush=True)
        done += 1
    print(f"seeds {seed} to {seed + done - 1}: {found} of {done} programs differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
