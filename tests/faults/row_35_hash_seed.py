"""Row 35: hashes of strings are random, or follow PYTHONHASHSEED: the values of CPython 3.15 (SipHash-1-3)."""
import os
import subprocess
import sys

TAIPAN = os.environ.get("TAIPAN_TEST_PROGRAM", sys.executable)  # a script where that needs an emulator

SHOW = "import sys; print(hash('abc'), hash(b'abc'), hash('\\u20ac' * 9), hash(''), sys.flags.hash_randomization)"
ERROR = ('Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be "random" or an integer in range [0; 4294967295]\n'
         "Python runtime state: preinitialized\n\n")


def run(seed, *flags, program=SHOW):
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONHASHSEED"}
    if seed is not None:
        environment["PYTHONHASHSEED"] = seed
    return subprocess.run([TAIPAN, *flags, "-c", program], env=environment, capture_output=True, text=True)


VALUES = {  # made with CPython 3.15
    "0": "-4594863902769663758 -4594863902769663758 -4782525139481521126 0 0", "1": "-4667308735975688587 -4667308735975688587 4799512083595522431 0 1",
    "42": "3869580338025362921 3869580338025362921 5290340256782425956 0 1", "4294967295": "-6122489556238538401 -6122489556238538401 4919135565739161031 0 1",
    " 5": "1824667261547333466 1824667261547333466 -5142235866264384224 0 1", "+5": "1824667261547333466 1824667261547333466 -5142235866264384224 0 1",
    "007": "-7459679063432183616 -7459679063432183616 388863078687013493 0 1",
}
for seed, expected in VALUES.items():
    done = run(seed)
    assert (done.stdout, done.stderr) == (expected + "\n", ""), (seed, done)
for seed, flags in [(None, ()), ("", ()), ("random", ()), ("0", ("-R",)), ("0", ("-E",)), ("0", ("-I",)), ("nonsense", ("-E",)), ("nonsense", ("-R",))]:
    first, second = run(seed, *flags), run(seed, *flags)
    assert first.returncode == second.returncode == 0, first
    assert first.stdout.split()[0] != second.stdout.split()[0], (seed, flags, first)
    assert first.stdout.endswith(" 0 1\n"), first
for bad in ("abc", "-1", "4294967296", "5 ", "0x10", " ", "1" * 30):
    done = run(bad)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", ERROR), (bad, done)
# Children of the program follow the environment, not its parent's key.
nested = run("42", program="import os, subprocess, sys; print(hash('abc')); sys.stdout.flush(); subprocess.run([os.environ.get('TAIPAN_TEST_PROGRAM', sys.executable), '-c', 'print(hash(\"abc\"))'])")
assert nested.stdout == "3869580338025362921\n" * 2, nested
# What strings decide: the order of a set, the hash of a tuple; and not of numbers.
order = [run(seed, program="print({'a', 'b', 'c', 'd'}, hash((1, 'a')), hash(1), hash(1.5), hash((1, 2)), hash(None))").stdout for seed in "001"]
assert order[0] == order[1] != order[2] and order[0].split()[-4:] == order[2].split()[-4:], order
