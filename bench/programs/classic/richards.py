"""A small operating system's scheduler: classes, method calls, linked packets, state flags."""
import sys

IDLE, WORKER, SERVER_A, SERVER_B, DRIVER_A, DRIVER_B = range(6)
JOB, BLOCK = "job", "block"


class Packet:
    def __init__(self, kind, home):
        self.kind = kind
        self.home = home
        self.owner = home
        self.letters = [0, 0, 0, 0]
        self.next = None

    def append_to(self, queue):
        self.next = None
        if queue is None:
            return self
        last = queue
        while last.next is not None:
            last = last.next
        last.next = self
        return queue


class Task:
    def __init__(self, system, number, priority):
        self.system = system
        self.number = number
        self.priority = priority
        self.queue = None
        self.waiting = False
        self.held = False
        system.add(self)

    def ready(self):
        return not self.held and (not self.waiting or self.queue is not None)

    def take(self):
        packet = self.queue
        if packet is not None:
            self.queue = packet.next
            packet.next = None
        return packet

    def step(self):
        """Does a piece of work; the system then looks for the most urgent ready task."""
        raise NotImplementedError


class Idle(Task):
    def __init__(self, system, number, rounds):
        super().__init__(system, number, 0)
        self.control = 1
        self.rounds = rounds

    def step(self):
        self.rounds -= 1
        if self.rounds < 0:
            self.held = True
            self.system.stopped = True
        elif self.control & 1:
            self.control = (self.control >> 1) ^ 0xD008
            self.system.release(DRIVER_B)
        else:
            self.control >>= 1
            self.system.release(DRIVER_A)


class Worker(Task):
    def __init__(self, system, number):
        super().__init__(system, number, 10)
        self.target = SERVER_A
        self.letter = 0

    def step(self):
        packet = self.take()
        if packet is None:
            self.waiting = True
            return
        self.waiting = False
        self.target = SERVER_B if self.target == SERVER_A else SERVER_A
        for i in range(4):
            self.letter = self.letter % 26 + 1
            packet.letters[i] = 64 + self.letter
        self.system.send(packet, self, self.target)


class Server(Task):
    def __init__(self, system, number, driver):
        super().__init__(system, number, 20)
        self.driver = driver
        self.jobs = None
        self.blocks = None
        self.done = 0

    def step(self):
        packet = self.take()
        if packet is not None:
            if packet.kind is JOB:
                self.jobs = packet.append_to(self.jobs)
            else:
                self.blocks = packet.append_to(self.blocks)
        job = self.jobs
        self.waiting = packet is None
        if job is None:
            return
        if self.done == 4:
            self.done = 0
            self.jobs = job.next
            self.waiting = False
            self.system.send(job, self, WORKER)
        elif self.blocks is not None:
            block = self.blocks
            self.blocks = block.next
            block.letters[0] = job.letters[self.done]
            self.done += 1
            self.waiting = False
            self.system.send(block, self, self.driver)


class Driver(Task):
    def __init__(self, system, number):
        super().__init__(system, number, 50)
        self.pending = None

    def step(self):
        if self.pending is not None:
            packet, self.pending = self.pending, None
            self.system.send(packet, self, packet.home)
            return
        self.pending = self.take()
        self.waiting = self.pending is None
        if self.pending is not None:
            self.held = True
            self.system.holds += 1


class System:
    def __init__(self, rounds):
        self.tasks = {}
        self.order = []
        self.stopped = False
        self.sent = self.holds = self.steps = 0
        Idle(self, IDLE, rounds)
        worker = Worker(self, WORKER)
        worker.queue = Packet(JOB, WORKER).append_to(Packet(JOB, WORKER).append_to(None))
        for number, driver in ((SERVER_A, DRIVER_A), (SERVER_B, DRIVER_B)):
            server = Server(self, number, driver)
            for _ in range(3):
                server.queue = Packet(BLOCK, number).append_to(server.queue)
        Driver(self, DRIVER_A)
        Driver(self, DRIVER_B)

    def add(self, task):
        self.tasks[task.number] = task
        self.order.append(task)
        self.order.sort(key=lambda other: -other.priority)

    def send(self, packet, sender, receiver):
        self.sent += 1
        packet.owner = sender.number
        task = self.tasks[receiver]
        task.queue = packet.append_to(task.queue)

    def release(self, number):
        self.tasks[number].held = False

    def run(self):
        while not self.stopped:
            for task in self.order:
                if task.ready():
                    self.steps += 1
                    task.step()
                    break


def main(rounds):
    system = System(rounds)
    system.run()
    print(f"richards {rounds}: {system.steps} {system.sent} {system.holds}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 250_000)
