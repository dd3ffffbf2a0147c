"""Runs a program in a process that has started a second thread: what that costs the first one.

  after_thread.py idle|ended PROGRAM [ARGUMENT ...]

idle: the thread waits as long as the program runs; ended: it has ended before the program begins.
bench/compare.py --set classic plain=taipan "ended=taipan bench/after_thread.py ended"
"""
import sys
import threading


def main():
    kind, program = sys.argv[1:3]
    if kind not in ("idle", "ended"):
        sys.exit("after_thread.py: idle or ended?")
    event = threading.Event()
    thread = threading.Thread(target=event.wait if kind == "idle" else event.set, daemon=True)
    thread.start()
    if kind == "ended":
        thread.join()
    sys.argv[:] = sys.argv[2:]
    with open(program, "rb") as file:
        code = compile(file.read(), program, "exec")
    exec(code, {"__name__": "__main__", "__file__": program})


main()
