"""What tools outside see of machine code: jit-PID.dump and perf, gdb, -X jit-log, -X stats.

  tools_check.py TAIPAN

perf and gdb are asked where they are installed and may look into a process.
"""
import collections
import os
import pathlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile

TAIPAN = shlex.split(sys.argv[1])
EMULATED = len(TAIPAN) > 1
PROGRAM = """\
import os, sys

def busy(n):
    total = 0
    for i in range(n):
        total += i & 7
    return total

def caller(n):
    return busy(n)

caller(int(sys.argv[1]))
if "fork" in sys.argv:
    child = os.fork()
    if child == 0:
        (lambda x: x)(1)
        os._exit(0)
    os.waitpid(child, 0)
    print(os.getpid(), child)
if "kill" in sys.argv:
    def stops(x):
        y = x + 1
        os.kill(os.getpid(), 5)
        return y
    stops(1)
"""


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=200, **options)


def taipan(program, *arguments, options=(), **more):
    done = run([*TAIPAN, "-X", "jit=t1", *options, program, *arguments], **more)
    assert done.returncode == 0, done
    return done


Code = collections.namedtuple("Code", "name address bytes lines")


def read_dump(path):
    """The code in a jitdump file; checks its form."""
    data = path.read_bytes()
    magic, version, size, machine, _, pid, _, flags = struct.unpack_from("=IIIIIIQQ", data)
    assert (magic, version, size, flags) == (0x4A695444, 1, 40, 0) and machine in (62, 183), data[:40]
    assert path.name == f"jit-{pid}.dump"
    codes, lines, at, time = [], [], size, 0
    while at < len(data):
        kind, size, now = struct.unpack_from("=IIQ", data, at)
        assert now >= time and size > 16 and at + size <= len(data)
        body, time, at = data[at + 16:at + size], now, at + size
        if kind == 2:
            address, count = struct.unpack_from("=QQ", body)
            lines, place = [], 16
            for _ in range(count):
                where, line, _ = struct.unpack_from("=QII", body, place)
                end = body.index(b"\0", place + 16)
                lines.append((where - address, line, body[place + 16:end].decode()))
                place = end + 1
            assert place == len(body)
        else:
            assert kind == 0, kind
            owner, thread, runs, lies, length, index = struct.unpack_from("=IIQQQQ", body)
            end = body.index(b"\0", 40)
            assert owner == pid and thread and runs == lies and index == len(codes) and len(body) == end + 1 + length
            assert all(offset < length for offset, _, _ in lines) and lines == sorted(lines, key=lambda entry: entry[0])
            codes.append(Code(body[40:end].decode(), runs, body[end + 1:], lines))
            lines = []
    return pid, codes


def check_jitdump(folder, program):
    done = taipan(program, "10", "fork", options=["-X", "perf_jit"], env={**os.environ, "JITDUMPDIR": str(folder)})
    parent, child = map(int, done.stdout.split())
    pid, codes = read_dump(folder / f"jit-{parent}.dump")
    named = {code.name: code for code in codes}
    assert pid == parent and "taipan::jit::stubs" in named
    busy = named[f"py::busy:{program}"]
    assert {line for _, line, _ in busy.lines} == {3, 4, 5, 6, 7} and {file for _, _, file in busy.lines} == {str(program)}
    assert busy.lines[0][:2] == (0, 3)
    lambdas = [code.name for code in read_dump(folder / f"jit-{child}.dump")[1]]
    assert lambdas == [f"py::<lambda>:{program}"], lambdas
    own = folder / "own"
    own.mkdir()
    taipan(program, "10", options=["-X", f"perf_jit={own}"])
    assert len(list(own.glob("jit-*.dump"))) == 1
    # Where nothing can be written the program runs on.
    done = taipan(program, "10", options=["-X", f"perf_jit={own}/absent"])
    assert re.fullmatch(r"taipan: -X perf_jit: .*absent/jit-\d+\.dump: No such file or directory\n", done.stderr), done.stderr


def check_perf(folder, program):
    if EMULATED or not shutil.which("perf"):
        return "no perf"
    data, with_code = folder / "perf.data", folder / "perf.jit.data"
    record = run(["perf", "record", "-e", "cpu-clock", "-k", "1", "-o", data, *TAIPAN, "-X", "jit=t1", "-X", f"perf_jit={folder}", program, "3000000"])
    if record.returncode != 0:
        return "perf cannot record"
    inject = run(["perf", "inject", "--jit", "-i", data, "-o", with_code])
    assert inject.returncode == 0, inject
    report = run(["perf", "report", "-i", with_code, "--stdio", "-s", "sym,srcline"], env={**os.environ, "HOME": str(folder)})
    assert f"py::busy:{program}" in report.stdout, report
    lines = set(re.findall(rf"{program.name}:(\d+)", report.stdout))
    assert {"5", "6"} & lines, report.stdout
    return "perf"


def check_gdb(program):
    if EMULATED or not shutil.which("gdb"):
        return "no gdb"
    commands = ["set debuginfod enabled off", "run", "backtrace", "info symbol py::busy", "info line busy.py:6"]
    command = ["gdb", "-q", "-batch", *[word for c in commands for word in ("-ex", c)], "--args", *TAIPAN, "-X", "jit=t1", "-X", "jit-gdb"]
    done = run([*command, program, "10", "kill"])
    if "SIGTRAP" not in done.stdout:
        return "gdb cannot run it"
    # Through machine code and back into C++.
    trace = re.search(rf"in py::stops \(\) at {program}:23\n.*run_t1.*main", done.stdout, re.DOTALL)
    assert trace, done.stdout + done.stderr
    return "gdb"


def check_listing():
    """Two runs list the same: no address is shown as a number."""
    source = "import taipan, argparse; print(taipan.jit.dump(argparse.HelpFormatter.add_usage, 'asm', {!r}))"
    for target in "x64", "a64":
        first, second = (run([*TAIPAN, "-c", source.format(target)]).stdout for _ in range(2))
        assert first == second and f"t1 for {target}: HelpFormatter.add_usage" in first, (first, second)


def check_log(program):
    done = taipan(program, "10", options=["-X", "jit-log"])
    assert re.search(rf"^jit: t1 busy \({program}:3\): \d+ instructions, \d+ bytes, \d+ us$", done.stderr, re.MULTILINE), done.stderr


def check_log_of_little_memory():
    """Every line is an event of a known kind; and code that finds no room is refused by name."""
    source = """if 1:
        import taipan
        def many(n):
            space = {}
            exec(f"def f{n}(a, b, c):\\n" + "    a = (a + b) - (c - a)\\n" * 20 + "    return a", space)
            return space[f"f{n}"]
        functions = [many(n) for n in range(40)]
        refused = set()
        for f in functions:
            try:
                taipan.jit.compile(f)
            except taipan.jit.Declined as error:
                refused.add(str(error).partition(": ")[2])
            f(1, 2, 3)
        print(refused <= {"no code memory", "no room in the code memory just now"}, taipan.jit.counters()["bytes"] <= 128 << 10)"""
    for mode in "t1", "auto":
        done = run([*TAIPAN, "-X", f"jit={mode}", "-X", "jit-log", "-X", "jit-memory=128K", "-c", source])
        assert done.stdout == "True True\n" and done.returncode == 0, done
        events = collections.Counter()
        for line in done.stderr.splitlines():
            events[re.fullmatch(r"jit: (t1|declined|postponed|evicted|republished|freed) .* \(.*:\d+\): .+", line)[1]] += 1
        assert events["t1"] and events["evicted"] and events["t1"] >= events["freed"], events


def check_stats(program):
    done = taipan(program, "10", options=["-X", "stats"])
    counted = {text: int(n) for n, text in re.findall(r"^ *(\d+)  (.*)$", done.stderr, re.MULTILINE)}
    assert counted["nanoseconds spent compiling"] > 0 and counted["entries of machine code from the interpreter and C++"] > 0, counted


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    program = folder / "busy.py"
    program.write_text(PROGRAM)
    check_jitdump(folder, program)
    print(check_perf(folder, program), check_gdb(program), sep=", ")
    check_listing()
    check_log(program)
    check_log_of_little_memory()
    check_stats(program)
