"""Signals: handlers run in loops, also in empty ones; what the program ignores or handles from the start."""
import os
import signal
import time

print(signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGINT) is signal.default_int_handler)


class Stop(Exception):
    pass


def stop(number, frame):
    raise Stop(signal.Signals(number).name, frame.f_code.co_name)


def empty_loop():
    while True: pass  # one instruction that jumps to itself


def loop():
    n = 0
    while True:
        n += 1


def comprehension():
    return [x for x in iter(int, 1) if x]


def sleep():
    time.sleep(100)


signal.signal(signal.SIGALRM, stop)
for f in empty_loop, loop, comprehension, sleep:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        f()
    except Stop as e:
        print(e)

try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(10)
except KeyboardInterrupt as e:
    print(repr(e))

r, w = os.pipe()
os.close(r)
try:
    os.write(w, b'nobody reads')
except BrokenPipeError as e:
    print(e)
