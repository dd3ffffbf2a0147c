# A bounded buffer on a condition: producers and consumers, wait_for, notify_all, timeouts.
import threading


class Buffer:
    def __init__(self, size):
        self.items, self.size, self.changed = [], size, threading.Condition()
        self.most = 0

    def put(self, item):
        with self.changed:
            self.changed.wait_for(lambda: len(self.items) < self.size)
            self.items.append(item)
            self.most = max(self.most, len(self.items))
            self.changed.notify_all()

    def get(self):
        with self.changed:
            while not self.items:
                self.changed.wait()
            item = self.items.pop(0)
            self.changed.notify_all()
            return item


buffer, sums = Buffer(3), []


def produce(start, count):
    for i in range(start, start + count):
        buffer.put(i)


def consume():
    total = 0
    while (item := buffer.get()) is not None:
        total += item
    sums.append(total)


consumers = [threading.Thread(target=consume) for _ in range(3)]
producers = [threading.Thread(target=produce, args=(n * 1000, 200)) for n in range(3)]
for t in consumers + producers:
    t.start()
for t in producers:
    t.join()
for _ in consumers:
    buffer.put(None)
for t in consumers:
    t.join()
print(sum(sums), len(sums), buffer.items, buffer.most <= 3)
c = threading.Condition()
with c:
    print(c.wait(0.01), c.wait_for(lambda: False, 0.01), c.wait_for(lambda: "ready"))
for action in (c.notify, c.wait):
    try:
        action()
    except RuntimeError as error:
        print(error)
turn, order, whose = threading.Condition(), [], 0


def take_turns(me):
    global whose
    for _ in range(5):
        with turn:
            turn.wait_for(lambda: whose == me)
            order.append(me)
            whose = (whose + 1) % 3
            turn.notify_all()


threads = [threading.Thread(target=take_turns, args=(n,)) for n in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(order)
