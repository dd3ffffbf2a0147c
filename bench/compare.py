#!/usr/bin/env python3
"""Compares interpreters: speed, scaling over threads, start-up, memory.

  compare.py [--set NAME,...] [--runs N] [--threads 1,2,...] [--output FOLDER] [--only WORD] INTERPRETER [INTERPRETER ...]

INTERPRETER is a command or NAME=COMMAND; all others are compared with the first. Sets: classic (one thread),
contention (over thread counts), main (the main job, over thread counts), start (start-up and memory); default: all.

Runs are interleaved: each round runs every program under every interpreter once, so that what drifts on the machine
hits all alike. Ratios are taken within a round; shown are the median and the quartiles over the rounds. Outputs must
agree: a program that prints something else, or fails, has no figure, and makes the exit code 1.

Scaling: with N threads a contention program does N times its work. speed-up = N * T(1 thread) / T(N threads). The
machine's own limit is what N independent processes reach in the same round; the corrected figure is
N * T(N processes) / T(N threads), which is N when threads are as good as processes.

Writes compare.md, speed.svg and scaling.svg to the output folder; prints the tables.
"""
import argparse
import math
import os
import pathlib
import statistics
import sys
import tempfile

import plot
from measure import Interpreter, Samples, ratios, run_once, run_together, spread

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"
SETS = ("start", "classic", "contention", "main")


class Comparison:
    def __init__(self, interpreters, runs, threads, only):
        self.interpreters = interpreters
        self.base = interpreters[0]
        self.runs = runs
        self.threads = threads
        self.only = only
        self.problems = []
        self.text = []          # lines of the report
        self.scratch = tempfile.TemporaryDirectory(prefix="compare")

    def say(self, line=""):
        print(line, flush=True)
        self.text.append(line)

    def progress(self, text):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{text:<78}\r")
            sys.stderr.flush()

    def accept(self, samples, run, expected, name, interpreter):
        """Adds a run to the samples if it printed what is expected; returns what later runs must print."""
        if run.code != 0 or (expected is not None and run.output != expected):
            problem = f"exit code {run.code}" if run.code else "other output"
            if not samples.problem:
                last = run.errors.decode("utf-8", "replace").strip().splitlines()[-1:]
                self.problems.append(f"{name} under {interpreter.name}: {problem} {' '.join(last)}".rstrip())
            samples.problem = problem
            return expected
        samples.add(run)
        return run.output if expected is None else expected

    def selected(self, folder):
        found = sorted(path for path in (PROGRAMS / folder).glob("*.py") if path.stem != "harness")
        return [path for path in found if self.only in path.stem]

    # One thread.

    def classic(self):
        programs = self.selected("classic")
        if not programs:
            return []
        samples = {(p, i): Samples() for p in programs for i in self.interpreters}
        expected = dict.fromkeys(programs)
        for round_ in range(self.runs):
            for program in programs:
                for interpreter in self.interpreters:
                    self.progress(f"round {round_ + 1}/{self.runs} {program.stem} {interpreter.name}")
                    one = samples[program, interpreter]
                    if not one.problem:
                        run = run_once([*interpreter.command, str(program)])
                        expected[program] = self.accept(one, run, expected[program], program.stem, interpreter)
        self.progress("")
        return self.report_classic(programs, samples)

    def report_classic(self, programs, samples):
        others = self.interpreters[1:]
        self.say(f"## One thread: times as fast as {self.base.name} (median of {self.runs} rounds, quartiles)")
        self.say()
        self.say("| program | " + f"{self.base.name}, s | " + " | ".join(f"{i.name} | MB" for i in others) + " |")
        self.say("|---|--:|" + "--:|--:|" * len(others))
        rows, logs = [], {i: [] for i in others}
        for program in programs:
            base = samples[program, self.base]
            cells, values = [], {}
            for interpreter in others:
                one = samples[program, interpreter]
                if base.problem or one.problem:
                    cells += [one.problem or base.problem, ""]
                    continue
                q1, median, q3 = spread(ratios(base, one))
                values[interpreter.name] = (q1, median, q3)
                logs[interpreter].append(math.log(median))
                cells += [f"{median:.2f} ({q1:.2f}-{q3:.2f})", f"{max(one.memory) / 1e6:.0f}"]
            first = base.problem or f"{base.median():.2f}"
            self.say(f"| {program.stem} | {first} | " + " | ".join(cells) + " |")
            if values:
                rows.append((program.stem, values))
        for interpreter in others:
            if logs[interpreter]:
                mean = math.exp(statistics.fmean(logs[interpreter]))
                self.say()
                self.say(f"Geometric mean of {len(logs[interpreter])} programs: **{interpreter.name} {mean:.2f} times {self.base.name}**")
        self.say()
        return rows

    # Over thread counts.

    def contention(self):
        programs = [(path.stem, [str(path)]) for path in self.selected("contention")]
        return self.scaling("Threads on contended and on independent work", programs)

    def main_job(self, corpus, max_bytes):
        folder = self.scratch.name
        program = ["ml_pipeline", [str(PROGRAMS / "ml_pipeline.py"), "--max-bytes", str(max_bytes), "--output", folder + "/{}", *corpus]]
        return self.scaling("The main job", [tuple(program)], divides=True)

    def scaling(self, title, programs, divides=False):
        """`divides`: N threads share the work of one, instead of doing N times as much."""
        counts = [n for n in self.threads if n > 1]
        threads = {(p, i, n): Samples() for p, _ in programs for i in self.interpreters for n in [1, *counts]}
        together = {(p, i, n): Samples() for p, _ in programs for i in self.interpreters for n in counts}
        for round_ in range(self.runs):
            for name, arguments in programs:
                expected = {}
                for interpreter in self.interpreters:
                    self.progress(f"round {round_ + 1}/{self.runs} {name} {interpreter.name}")
                    self.scaling_round(name, arguments, interpreter, counts, threads, together, expected, divides)
        self.progress("")
        return self.report_scaling(title, programs, counts, threads, together, divides)

    def scaling_round(self, name, arguments, interpreter, counts, threads, together, expected, divides):
        def command(n, place):
            return [*interpreter.command, *(a.replace("{}", str(place)) for a in arguments), "--threads", str(n)]

        for n in [1, *counts]:
            one = threads[name, interpreter, n]
            if one.problem:
                continue
            key = 1 if divides else n     # a job that divides its work prints the same for every N
            expected[key] = self.accept(one, run_once(command(n, 0)), expected.get(key), f"{name} --threads {n}", interpreter)
            if n > 1 and not one.problem:
                runs = run_together([command(1, place) for place in range(n)])
                slowest = max(runs, key=lambda run: run.seconds)
                slowest.seconds = statistics.fmean(run.seconds for run in runs)
                self.accept(together[name, interpreter, n], slowest, expected.get(1), f"{name}, {n} processes", interpreter)

    def report_scaling(self, title, programs, counts, threads, together, divides):
        self.say(f"## {title} (median of {self.runs} rounds)")
        self.say()
        heads = [f"{n} threads | {n} processes | corrected" for n in counts]
        self.say("| program | interpreter | 1 thread, s | " + " | ".join(heads) + " | MB |")
        self.say("|---|---|--:|" + "--:|--:|--:|" * len(counts) + "--:|")
        rows = []
        for name, _ in programs:
            values = {}
            for interpreter in self.interpreters:
                single = threads[name, interpreter, 1]
                if single.problem:
                    self.say(f"| {name} | {interpreter.name} | {single.problem} |")
                    continue
                cells = []
                for n in counts:
                    many, apart = threads[name, interpreter, n], together[name, interpreter, n]
                    if many.problem or apart.problem:
                        cells += [many.problem or apart.problem, "", ""]
                        continue
                    work = 1 if divides else n
                    raw = spread([work * r for r in ratios(single, many)])[1]
                    processes = spread([n * r for r in ratios(single, apart)])[1]
                    q1, median, q3 = spread([work * r for r in ratios(apart, many)])
                    values[f"{interpreter.name}, {n} threads"] = (q1, median, q3)
                    cells += [f"{raw:.2f}", f"{processes:.2f}", f"{median:.2f} ({q1:.2f}-{q3:.2f})"]
                memory = max(max(threads[name, interpreter, n].memory, default=0) for n in [1, *counts])
                self.say(f"| {name} | {interpreter.name} | {single.median():.2f} | " + " | ".join(cells) + f" | {memory / 1e6:.0f} |")
            if values:
                rows.append((name, values))
        self.say()
        return rows

    # Start-up.

    def start(self):
        self.say("## Start-up")
        self.say()
        self.say("| interpreter | `-c pass`, ms | peak, MB | `import json, re, threading`, ms | peak, MB |")
        self.say("|---|--:|--:|--:|--:|")
        sources = ("pass", "import json, re, threading")
        samples = {(i, s): Samples() for i in self.interpreters for s in sources}
        tell = "\nprint([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
        for _ in range(max(9, self.runs)):
            for (interpreter, source), one in samples.items():
                if not one.problem:
                    self.accept(one, run_once([*interpreter.command, "-c", source]), b"", f"-c '{source}'", interpreter)
        for interpreter in self.interpreters:
            cells = []
            for source in sources:
                one = samples[interpreter, source]
                if one.problem:
                    cells += [one.problem, ""]
                    continue
                peak = run_once([*interpreter.command, "-c", source + tell]).output.decode().strip()
                cells += [f"{one.median() * 1e3:.1f}", f"{int(peak) / 1024:.1f}" if peak.isdigit() else "unknown"]
            self.say(f"| {interpreter.name} | " + " | ".join(cells) + " |")
        self.say()


def default_corpus():
    places = [HERE.parent / "build/release/lib/taipan/python3.15", pathlib.Path("/usr/lib/python3.15"), pathlib.Path("/usr/share/doc")]
    return [str(place) for place in places if place.is_dir()]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("interpreters", nargs="+", type=Interpreter.parse, metavar="INTERPRETER")
    parser.add_argument("--set", default=",".join(SETS), metavar="NAME,...")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds (5)")
    parser.add_argument("--threads", default="1,2", metavar="N,...", help="thread counts (1,2)")
    parser.add_argument("--only", default="", metavar="WORD", help="only programs with WORD in their name")
    parser.add_argument("--max-bytes", type=int, default=6_000_000, help="of the main job")
    parser.add_argument("--corpus", action="append", metavar="FOLDER", help="what the main job reads")
    parser.add_argument("--output", default=str(HERE.parent / "build/compare"), metavar="FOLDER")
    options = parser.parse_args()
    options.set = options.set.split(",")
    if not set(options.set) <= set(SETS):
        parser.error(f"the sets are {', '.join(SETS)}")
    return options


def main():
    options = parse_arguments()
    comparison = Comparison(options.interpreters, options.runs, [int(n) for n in options.threads.split(",")], options.only)
    folder = pathlib.Path(options.output)
    folder.mkdir(parents=True, exist_ok=True)
    comparison.say(f"# {' / '.join(i.name for i in options.interpreters)}, {os.cpu_count()} processors")
    comparison.say()
    if "start" in options.set:
        comparison.start()
    if "classic" in options.set:
        rows = comparison.classic()
        if rows:
            text = plot.draw(f"Times as fast as {comparison.base.name}, one thread",
                             f"median and quartiles of {options.runs} rounds; right is faster", rows)
            (folder / "speed.svg").write_text(text, encoding="utf-8")
    rows = []
    if "contention" in options.set:
        rows += comparison.contention()
    if "main" in options.set:
        rows += comparison.main_job(options.corpus or default_corpus(), options.max_bytes)
    if rows:
        text = plot.draw("Threads: times the speed of one, relative to independent processes",
                         f"median and quartiles of {options.runs} rounds; N threads can reach N", rows, logarithmic=False)
        (folder / "scaling.svg").write_text(text, encoding="utf-8")
    for problem in comparison.problems:
        comparison.say(f"- {problem}")
    (folder / "compare.md").write_text("\n".join(comparison.text) + "\n", encoding="utf-8")
    comparison.scratch.cleanup()
    return 1 if comparison.problems else 0


if __name__ == "__main__":
    sys.exit(main())
