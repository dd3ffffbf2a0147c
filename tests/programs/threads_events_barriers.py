# Events, barriers and semaphores.
import threading

go, log = threading.Event(), []


def waiter(i):
    go.wait()
    log.append(i)


threads = [threading.Thread(target=waiter, args=(i,)) for i in range(5)]
for t in threads:
    t.start()
print(log, go.is_set(), go.wait(0.01))
go.set()
for t in threads:
    t.join()
print(sorted(log), go.is_set(), go.wait())
go.clear()
print(go.is_set())
phases, lock = [], threading.Lock()
barrier = threading.Barrier(4, action=lambda: phases.append("action"))


def phased(me):
    for phase in range(3):
        with lock:
            phases.append(phase)
        barrier.wait()


threads = [threading.Thread(target=phased, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(phases, barrier.parties, barrier.n_waiting, barrier.broken)
broken = threading.Barrier(2)
try:
    broken.wait(timeout=0.01)
except threading.BrokenBarrierError:
    print("broken", broken.broken)
broken.reset()
print(broken.broken)
gate, inside, most = threading.Semaphore(2), 0, 0


def limited():
    global inside, most
    for _ in range(20):
        with gate:
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1


threads = [threading.Thread(target=limited) for _ in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(inside, 1 <= most <= 2, gate.acquire(), gate.acquire(), gate.acquire(blocking=False))
gate.release(2)
bounded = threading.BoundedSemaphore(1)
try:
    bounded.release()
except ValueError as error:
    print(error)
ping, pong, ticks = threading.Event(), threading.Event(), []


def player(mine, other, name):
    for i in range(5):
        mine.wait()
        mine.clear()
        ticks.append(f"{name}{i}")
        other.set()


a = threading.Thread(target=player, args=(ping, pong, "ping"))
b = threading.Thread(target=player, args=(pong, ping, "pong"))
a.start(); b.start(); ping.set(); a.join(); b.join()
print(ticks)
