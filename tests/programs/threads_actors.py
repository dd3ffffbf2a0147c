# Actors: each object lives in a thread of its own and is reached by messages only; replies are futures; supervisors start failed ones again.
import collections
import concurrent.futures
import functools
import queue
import threading


class Actor:
    def __init__(self, supervisor=None):
        self.inbox, self.supervisor, self.handled = queue.SimpleQueue(), supervisor, 0
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while (message := self.inbox.get()) is not None:
            method, args, reply = message
            self.handled += 1
            try:
                result = getattr(self, "on_" + method)(*args)
            except Exception as error:
                if self.supervisor:
                    self.supervisor.failed(self, error)
                reply.set_exception(error)
            else:
                reply.set_result(result)

    def ask(self, method, *args):
        reply = concurrent.futures.Future()
        self.inbox.put((method, args, reply))
        return reply

    def stop(self):
        self.inbox.put(None)
        self.thread.join()
        return self.handled


class Counter(Actor):
    def __init__(self, *args):
        self.counts = collections.Counter()
        super().__init__(*args)

    def on_add(self, word):
        if not word:
            raise ValueError("nothing to add")
        self.counts[word] += 1
        return self.counts[word]

    def on_top(self, n):
        return sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))[:n]

    def on_reset(self):
        self.counts.clear()


class Router(Actor):
    """Sends each word to the counter it belongs to."""

    def __init__(self, counters):
        self.counters = counters
        super().__init__()

    def on_route(self, word):
        return self.counters[sum(map(ord, word)) % len(self.counters)].ask("add", word)


class Supervisor:
    def __init__(self):
        self.lock, self.failures = threading.Lock(), []

    def failed(self, actor, error):
        with self.lock:
            self.failures.append(repr(error))


class Ring(Actor):
    """Passes a number on until it is zero."""

    def connect(self, other, done):
        self.other, self.done = other, done
        return self

    def on_pass(self, n):
        if n == 0:
            self.done.set_result(self.handled)
        else:
            self.other.ask("pass", n - 1)


supervisor = Supervisor()
counters = [Counter(supervisor) for _ in range(3)]
router = Router(counters)
text = "one two three two three three four four four four".split()


def client(words):
    for word in words:
        router.ask("route", word).result().result()


clients = [threading.Thread(target=client, args=(text,)) for _ in range(6)]
for c in clients:
    c.start()
for c in clients:
    c.join()
tops = [c.ask("top", 9).result() for c in counters]
print(sorted(sum(tops, []), key=lambda item: item[1]))
for bad in ([counters[0].ask("add", "")], [counters[1].ask("missing")]):
    try:
        bad[0].result()
    except Exception as error:
        print(type(error).__name__, error)
print(sorted(supervisor.failures), counters[0].ask("add", "more").result())
print(functools.reduce(lambda a, c: a + c.stop(), counters, 0), router.stop())
done = concurrent.futures.Future()
ring = [Ring() for _ in range(5)]
for here, there in zip(ring, ring[1:] + ring[:1]):
    here.connect(there, done)
ring[0].ask("pass", 500)
print(done.result(), [actor.stop() for actor in ring])
print(threading.active_count())
