"""Row 12: SIGINT interrupts Python loops and long native work, with CPython's report and exit by the signal."""
import os
import signal
import subprocess
import sys
import threading
import time

TAIPAN = os.environ.get("TAIPAN_TEST_PROGRAM", sys.executable)  # a script where that needs an emulator

CASES = {
    "loop": "while True: pass",
    "for": "for i in iter(int, 1): pass",
    "comprehension": "[0 for _ in iter(int, 1) if _]",
    "generator": "g = (x for x in iter(int, 1)); any(g)",
    "pow": "pow(3**20000, 3**200000, 7**30000)",
    "big product": "(3**5000000)**50",
    "factorial": "import math; math.factorial(10**7)",
    "regex": "import re; re.match('(a+)+b', 'a' * 60)",
    "regex search": "import re; re.search('(x+x+)+y', 'x' * 60)",
    "regex sub": "import re; re.sub('(a|a)*b', '', 'a' * 60)",
    "sort": "l = [[i % 1000, str(i)] for i in range(10**6)]\nwhile True: sorted(l)",
    "json": "import json; a = [[1.5, 2, 'x'] * 1000] * 10**6; json.dumps(a)",
    "repr": "repr([[0] * 1000] * 10**6)",
    "deepcopy": "import copy; copy.deepcopy([list(range(1000)) for _ in range(10**4)] * 1)\nwhile True: pass",
    "pickle": "import pickle; pickle.dumps([[str(i)] for i in range(10**5)])\nwhile True: pass",
    "finally": "try:\n  while True: pass\nfinally:\n  done.append(1)",
    "sleep": "import time; time.sleep(1000)",
    "lock": "import threading; l = threading.Lock(); l.acquire(); l.acquire()",
    "event": "import threading; threading.Event().wait()",
    "queue": "import queue; queue.Queue().get()",
    "simple queue": "import queue; queue.SimpleQueue().get()",
    "read": "import os; r, w = os.pipe(); os.read(r, 1)",
    "select": "import select; select.select([], [], [])",
    "recv": "import socket; a, b = socket.socketpair(); a.recv(1)",
}


def interrupted(source, done):
    """The main thread runs `source`; another one sends it SIGINT."""
    code = compile(source, "<case>", "exec")
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    try:
        exec(code, {"done": done})
    except KeyboardInterrupt:
        return time.monotonic() - begun
    finally:
        timer.join()
    raise AssertionError("not interrupted: " + source)


if __name__ == "__main__":
    done = []
    for source in CASES.values():
        assert interrupted(source, done) < 15, source   # much less; busy machines
    assert done == [1]

    # As a program: CPython's report, then the signal's own end, which a shell calls 130.
    program = "import sys\nprint('go', flush=True)\nwhile True:\n    pass\n"
    child = subprocess.Popen([TAIPAN, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "go\n"
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGINT, child.returncode
    assert errors.startswith("Traceback (most recent call last):\n  File \"<string>\", line "), errors
    assert errors.endswith("\nKeyboardInterrupt\n"), errors
    code = subprocess.run(["sh", "-c", '"$0" -c "import os, signal; os.kill(os.getpid(), signal.SIGINT)"; echo $?', TAIPAN],
                          capture_output=True, text=True)
    assert code.stdout == "130\n", code
