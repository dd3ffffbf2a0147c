"""Row 18: what __del__ and weakref callbacks raise goes to sys.unraisablehook with CPython's texts; each __del__ runs once."""
import gc
import io
import os
import subprocess
import sys
import threading
import weakref

TAIPAN = os.environ.get("TAIPAN_TEST_PROGRAM", sys.executable)  # a script where that needs an emulator

# The reports on stderr.
PROGRAM = '''
import weakref
class A:
    def __del__(self): 1/0
class B: pass
def callback(ref): raise ValueError("in callback")
A()
b = B()
r = weakref.ref(b, callback)
del b
def g():
    try: yield
    finally: raise KeyError("in finally")
x = g(); next(x); del x
print("end")
'''
REPORT = '''Exception ignored while calling deallocator <function A.__del__ at 0xX>:
Traceback (most recent call last):
  File "<string>", line 4, in __del__
ZeroDivisionError: division by zero
Exception ignored while calling weakref callback <function callback at 0xX>:
Traceback (most recent call last):
  File "<string>", line 6, in callback
ValueError: in callback
Exception ignored while closing generator <generator object g at 0xX>:
Traceback (most recent call last):
  File "<string>", line 12, in g
GeneratorExit

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "<string>", line 13, in g
KeyError: 'in finally'
'''
import re
done = subprocess.run([TAIPAN, "-c", PROGRAM], capture_output=True, text=True)
assert (done.returncode, done.stdout) == (0, "end\n"), done
errors = "".join(line for line in re.sub("0x[0-9a-f]+", "0xX", done.stderr).splitlines(True) if "~" not in line and not line.startswith("    "))
assert errors == REPORT, errors

# The hook's argument; a hook that raises.
seen = []
class Raises:
    def __del__(self): raise OSError("deleted")
sys.unraisablehook = lambda u: seen.append((u.exc_type, str(u.exc_value), u.object, u.err_msg.split(" <")[0]))
Raises()
gc.collect()   # a shared object's end waits for a checkpoint
assert seen == [(OSError, "deleted", None, "Exception ignored while calling deallocator")], seen
def bad_hook(u): raise RuntimeError("hook")
sys.unraisablehook = bad_hook
old, sys.stderr = sys.stderr, io.StringIO()
Raises()
gc.collect()
text, sys.stderr = sys.stderr.getvalue(), old
sys.unraisablehook = sys.__unraisablehook__
assert text.startswith("Exception ignored in sys.unraisablehook: <function bad_hook at 0x") and text.endswith("\nRuntimeError: hook\n"), text
sys.unraisablehook = sys.__unraisablehook__

# Racing drops of the last references.
count = [0]
lock = threading.Lock()
class Counted:
    def __del__(self):
        with lock:
            count[0] += 1
N = 2000
def race(boxes, barrier):
    barrier.wait()
    for box in boxes:
        box.clear()
boxes = []
for _ in range(N):
    o = Counted()
    boxes.append([[o] for _ in range(3)])
    del o
barrier = threading.Barrier(3)
threads = [threading.Thread(target=race, args=([b[i] for b in boxes], barrier)) for i in range(3)]
for t in threads: t.start()
for t in threads: t.join()
for _ in range(3): gc.collect()
assert count[0] == N, count

# Resurrection: finalised once, usable after, its weak references gone only when it is.
alive = []
runs = []
class Phoenix:
    def __del__(self):
        runs.append(1)
        alive.append(self)
p = Phoenix()
p.name = "p"
del p
gc.collect()
assert alive[0].name == "p" and len(runs) == 1
r = weakref.ref(alive[0])
alive.clear()
for _ in range(3): gc.collect()
assert len(runs) == 1 and r() is None and not alive
cycle = Phoenix()
cycle.me = cycle
del cycle
gc.collect()
assert len(runs) == 2 and alive[0].me is alive[0]
alive[0].me = None
alive.clear()
for _ in range(3): gc.collect()
assert len(runs) == 2
