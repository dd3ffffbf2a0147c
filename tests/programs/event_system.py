# not under: publish
# An event system: publishers, weak listeners, priorities, wildcard topics, a scheduler on a heap, a replayable log.
import collections
import fnmatch
import functools
import heapq
import itertools
import weakref


class Event:
    __slots__ = ("topic", "data", "stopped", "time")

    def __init__(self, topic, time, /, **data):
        self.topic, self.time, self.data, self.stopped = topic, time, data, False

    def __getattr__(self, name):
        try:
            return self.data[name]
        except KeyError:
            raise AttributeError(f"event {self.topic!r} has no {name!r}", name=name, obj=self) from None

    def __repr__(self):
        return f"<{self.topic} at {self.time}{''.join(f' {k}={v!r}' for k, v in sorted(self.data.items()))}>"

    def stop(self):
        self.stopped = True


class Bus:
    def __init__(self):
        self.listeners = collections.defaultdict(list)
        self.order = itertools.count()
        self.errors = []

    def on(self, pattern, *, priority=0, once=False):
        def register(function):
            if hasattr(function, "__self__"):
                reference = weakref.WeakMethod(function)
            else:
                reference = lambda: function
            self.listeners[pattern].append((-priority, next(self.order), once, reference))
            return function
        return register

    def emit(self, event):
        matching = [(entry, pattern) for pattern, entries in self.listeners.items() if fnmatch.fnmatchcase(event.topic, pattern) for entry in entries]
        for entry, pattern in sorted(matching, key=lambda pair: pair[0][:2]):
            _, _, once, reference = entry
            listener = reference()
            if listener is None or once:
                self.listeners[pattern].remove(entry)
            if listener is None:
                continue
            try:
                listener(event)
            except Exception as error:
                self.errors.append((event.topic, repr(error)))
            if event.stopped:
                break
        return event


@functools.total_ordering
class Job:
    def __init__(self, when, action, every=None):
        self.when, self.action, self.every, self.cancelled = when, action, every, False

    def __eq__(self, other):
        return self.when == other.when

    def __lt__(self, other):
        return self.when < other.when


class Scheduler:
    def __init__(self, bus):
        self.bus, self.now, self.queue, self.ties = bus, 0, [], itertools.count()

    def at(self, when, topic, every=None, **data):
        job = Job(when, functools.partial(Event, topic, **data), every)
        heapq.heappush(self.queue, (job, next(self.ties)))
        return job

    def run(self, until):
        while self.queue and self.queue[0][0].when <= until:
            job, _ = heapq.heappop(self.queue)
            if job.cancelled:
                continue
            self.now = job.when
            yield self.bus.emit(job.action.func(job.action.args[0], self.now, **job.action.keywords))
            if job.every:
                job.when += job.every
                heapq.heappush(self.queue, (job, next(self.ties)))
        self.now = until


class Sensor:
    def __init__(self, name):
        self.name, self.readings = name, []

    def receive(self, event):
        self.readings.append((event.time, event.value))


bus = Bus()
log = []
inside, outside = Sensor("inside"), Sensor("outside")
bus.on("temperature.inside")(inside.receive)
bus.on("temperature.*", priority=-5)(outside.receive)


@bus.on("*", priority=10)
def record(event):
    log.append(event)


@bus.on("temperature.*", priority=5)
def limit(event):
    if event.value > 30:
        event.stop()
        bus.emit(Event("alarm", event.time, cause=event.topic, value=event.value))


@bus.on("alarm", once=True)
def first_alarm(event):
    print("first alarm:", event)


@bus.on("tick")
def broken(event):
    return event.missing


scheduler = Scheduler(bus)
tick = scheduler.at(5, "tick", every=10)
for when, place, value in [(1, "inside", 20), (3, "outside", 5), (12, "inside", 31), (12, "outside", 35), (20, "inside", 22)]:
    scheduler.at(when, f"temperature.{place}", value=value)
print(sum(1 for _ in scheduler.run(16)), scheduler.now, len(scheduler.queue))
tick.cancelled = True
del outside
for event in scheduler.run(100):
    print("late:", event)
print(inside.readings)
for event in log:
    print(event, "(stopped)" if event.stopped else "")
print(bus.errors, {pattern: len(entries) for pattern, entries in bus.listeners.items()})
replayed = collections.Counter(event.topic.split(".")[0] for event in log)
print(replayed.most_common(), replayed.total(), Job(1, None) <= Job(1, None), Job(1, None) > Job(2, None))
