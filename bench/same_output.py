#!/usr/bin/env python3
"""Checks that the main job writes the same bytes under an interpreter as under the reference.

  same_output.py [--threads 1,2,8] [--runs 10] [--max-bytes N] [--corpus FOLDER ...] REFERENCE INTERPRETER

Runs bench/programs/ml_pipeline.py once under REFERENCE, then under INTERPRETER so many times with each number of
threads; compares standard output and every file written. Stops at the first difference.
"""
import argparse
import pathlib
import sys
import tempfile

from compare import PROGRAMS, default_corpus
from measure import Interpreter, run_once


def job(interpreter, threads, options):
    """(what was printed, {file: bytes})."""
    with tempfile.TemporaryDirectory(prefix="same_output") as folder:
        run = run_once([*interpreter.command, str(PROGRAMS / "ml_pipeline.py"), "--threads", str(threads), "--max-bytes",
                        str(options.max_bytes), "--output", folder, *(options.corpus or default_corpus())])
        if run.code != 0:
            sys.exit(f"{interpreter.name}, {threads} threads: exit code {run.code}\n{run.errors.decode('utf-8', 'replace')}")
        files = {path.name: path.read_bytes() for path in sorted(pathlib.Path(folder).iterdir())}
        return run, files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", type=Interpreter.parse)
    parser.add_argument("interpreter", type=Interpreter.parse)
    parser.add_argument("--threads", default="1,2,8")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--max-bytes", type=int, default=6_000_000)
    parser.add_argument("--corpus", action="append")
    options = parser.parse_args()
    expected, files = job(options.reference, 1, options)
    print(f"{options.reference.name}: {expected.seconds:.2f} s, {', '.join(f'{n} {len(b)} bytes' for n, b in files.items())}")
    for threads in map(int, options.threads.split(",")):
        for number in range(options.runs):
            run, written = job(options.interpreter, threads, options)
            different = [name for name in files.keys() | written.keys() if files.get(name) != written.get(name)]
            if run.output != expected.output:
                different.append("standard output")
            if different:
                sys.exit(f"{options.interpreter.name}, {threads} threads, run {number + 1}: differs in {', '.join(sorted(different))}")
            print(f"{options.interpreter.name}, {threads} threads, run {number + 1}: the same, {run.seconds:.2f} s", flush=True)


if __name__ == "__main__":
    main()
