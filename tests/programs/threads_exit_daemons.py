"""The program ends while daemon threads run, sleep, wait and hold locks; exit functions still run."""
import atexit
import queue
import socket
import sys
import threading
import time

started = threading.Barrier(10)


def spin():
    started.wait()
    n = 0
    while True:
        n += 1


def spin_empty():
    started.wait()
    while True:
        pass


def allocate():
    started.wait()
    shared = {}
    while True:
        shared[len(shared) % 100] = [object() for _ in range(10)]


def sleep():
    started.wait()
    while True:
        time.sleep(0.001)


def wait_for_ever():
    started.wait()
    threading.Event().wait()


def receive():
    a, b = socket.socketpair()
    started.wait()
    a.recv(1)


def take():
    started.wait()
    queue.SimpleQueue().get()


def hold_lock():
    with lock:
        started.wait()
        time.sleep(1000)


def sort():
    started.wait()
    while True:
        sorted(range(100000), key=lambda x: -x)


lock = threading.Lock()
for f in spin, spin_empty, allocate, sleep, wait_for_ever, receive, take, hold_lock, sort:
    threading.Thread(target=f, daemon=True).start()
started.wait()


late = threading.Thread(target=lambda: (time.sleep(0.05), print('a thread that is waited for')))
atexit.register(lambda: print('exit function', sys.is_finalizing()))
print('end of the program')
late.start()
