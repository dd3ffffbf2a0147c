"""Runs programs that once differed: regressions.py [--oracle PATH] TAIPAN [PROGRAM.py ...]; all of regressions/ if none is named."""
import argparse
import pathlib
import shlex
import sys

from fuzzer.modes import Modes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("taipan", type=shlex.split)
    parser.add_argument("programs", nargs="*", type=pathlib.Path)
    parser.add_argument("--oracle", type=shlex.split)
    options = parser.parse_args()
    modes = Modes(options.taipan, options.oracle)
    programs = options.programs or sorted((pathlib.Path(__file__).parent / "regressions").glob("*.py"))
    failed = 0
    for program in programs:
        result = modes.compare(program.read_text(encoding="utf-8"))
        if result:
            failed += 1
            print(f"{program.name}: {result[0]}\n{result[1]}")
    print(f"{len(programs) - failed} of {len(programs)} the same in all modes")
    return 1 if failed else 0


sys.exit(main())
