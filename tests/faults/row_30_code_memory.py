"""Row 30: machine code that does not fit. Cold code is evicted and freed; what the program prints stays the same."""
import os
import re
import subprocess
import sys

PROGRAM = """
import threading
names = {}
for n in range(200):
    exec(f'''
def f{n}(x):
    total = 0
    for i in range(x):
        total += i ^ {n}
    return total
''', names)
functions = [names[f"f{n}"] for n in range(200)]
results = []
def work():
    results.append(sum(f(40) for _ in range(8) for f in functions))
threads = [threading.Thread(target=work) for _ in range(3)]
for t in threads: t.start()
for t in threads: t.join()
work()
print(*results)
"""
EXPECTED = " ".join([str(8 * sum(i ^ n for n in range(200) for i in range(40)))] * 4)
TAIPAN = os.environ.get("TAIPAN_TEST_PROGRAM", sys.executable)


def run(*flags):
    done = subprocess.run([TAIPAN, "-X", "jit-log", *flags, "-c", PROGRAM], capture_output=True, text=True)
    if "this build has no JIT" in done.stderr:
        sys.exit(0)
    assert done.returncode == 0, (flags, done.returncode, done.stderr[-2000:])
    assert done.stdout.strip() == EXPECTED, (flags, done.stdout)
    return [len(re.findall(rf"^jit: {event} ", done.stderr, re.MULTILINE)) for event in ("t1", "freed")]


# No room for anything; for some functions; for most; for all.
assert run("-X", "jit=t1", "-X", "jit-memory=0") == [0, 0]
for mode in "t1", "auto":
    for size in "8K", "64K", "0.25":
        compiled, freed = run("-X", f"jit={mode}", "-X", f"jit-memory={size}")
        assert compiled >= freed, (mode, size, compiled, freed)
        assert mode != "t1" or size != "64K" or freed > 50, (mode, size, compiled, freed)
compiled, freed = run("-X", "jit=t1")
assert compiled >= 200 and freed == 0, (compiled, freed)
for nonsense in "x", "-1", "1G", "":
    done = subprocess.run([TAIPAN, "-X", f"jit-memory={nonsense}", "-c", "pass"], capture_output=True, text=True)
    assert done.returncode != 0 and "jit-memory" in done.stderr, (nonsense, done)
