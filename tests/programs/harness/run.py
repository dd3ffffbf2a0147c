"""Runs a golden program and compares what it prints with the file beside it.

  run.py [--update] INTERPRETER PROGRAM.py ...

PROGRAM.out is the expected standard output, made with CPython 3.15; for programs whose names begin with `uncaught_`
PROGRAM.err is the expected standard error. The program's first lines may say `# args: A B` (command line) and
`# exit: N` (exit code, 0 otherwise). --update writes the files instead: the interpreter must be CPython then.
TAIPAN_TEST_FLAGS is put before the program (`-X stress=publish`); `# not under: publish` leaves a program out there.
"""
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys


def header(source, name, default):
    found = re.search(rf"^# {name}:(.*)$", "\n".join(source.splitlines()[:5]), re.MULTILINE)
    return found.group(1).strip() if found else default


def run(interpreter, program):
    source = program.read_text(encoding="utf-8")
    command = [*interpreter, *shlex.split(os.environ.get("TAIPAN_TEST_FLAGS", "")), str(program),
               *shlex.split(header(source, "args", ""))]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=environment, cwd=program.parent)
    return done, int(header(source, "exit", "0"))


def is_excluded(program):
    """A program whose header says `# not under: publish` is not run under `-X stress=publish`."""
    unfit = header(program.read_text(encoding="utf-8"), "not under", "").split()
    return any(re.search(rf"\b{re.escape(switch)}\b", os.environ.get("TAIPAN_TEST_FLAGS", "")) for switch in unfit)


def without_places(errors, program):
    """Standard error without what differs from machine to machine: the folders of programs and library, and addresses."""
    errors = errors.replace(os.fsencode(program.parent) + b"/", b"")
    errors = re.sub(rb'/[^"(\n]*/python3\.15/', b"LIBRARY/", errors)
    return re.sub(rb"\bat 0x[0-9a-f]+", b"at 0xADDRESS", errors)


def difference(printed, expected, name):
    got, want = (text.decode("utf-8", "backslashreplace").splitlines() for text in (printed, expected))
    return "\n".join(list(difflib.unified_diff(want, got, f"expected {name}", "printed", lineterm=""))[:60])


def check(interpreter, program, update):
    if is_excluded(program):
        return True
    golden = program.with_suffix(".out")
    golden_errors = program.with_suffix(".err") if program.name.startswith("uncaught_") else None
    done, exit_code = run(interpreter, program)
    errors = without_places(done.stderr, program)
    problems = []
    if done.returncode != exit_code:
        problems.append(f"exit code {done.returncode}, expected {exit_code}")
    if update and not problems:
        golden.write_bytes(done.stdout)
        if golden_errors:
            golden_errors.write_bytes(errors)
        return True
    expected = golden.read_bytes() if golden.exists() else b""
    if done.stdout != expected:
        problems.append(difference(done.stdout, expected, golden.name))
    if golden_errors and errors != golden_errors.read_bytes():
        problems.append(difference(errors, golden_errors.read_bytes(), golden_errors.name))
    if problems:
        print(f"{program.name}: " + "\n".join(problems))
        lines = errors.decode("utf-8", "backslashreplace").splitlines()
        print("\n".join(["--- standard error:", *lines[-40:]]) if lines else "--- standard error is empty")
    return not problems


def main():
    arguments = sys.argv[1:]
    update = arguments[:1] == ["--update"]
    interpreter, *programs = arguments[update:]
    results = [check(shlex.split(interpreter), pathlib.Path(program).resolve(), update) for program in programs]
    if len(results) > 1:
        print(f"{sum(results)} of {len(results)} as expected")
    return 0 if results and all(results) else 1


sys.exit(main())
