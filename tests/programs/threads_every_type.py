# One object of each built-in or native type under four threads that use and change it at the same time. What they get
# is not said (errors are allowed); that nothing breaks, and that what holds whoever came first does hold, is.
import array
import bisect
import collections
import contextvars
import copy
import functools
import gc
import heapq
import io
import itertools
import json
import operator
import queue
import random
import re
import sys
import threading
import types
import weakref

ROUNDS = 60
THREADS = 4
subjects = []


def subject(*operations):
    """Decorates the maker of one shared object; the operations get it, and a random number generator."""
    def add(make):
        subjects.append((make.__name__, make, operations))
        return make
    return add


def small(r):
    return r.randrange(8)


@subject(lambda o, r: o.append(r.random()), lambda o, r: o.pop(), lambda o, r: o.insert(small(r), [small(r)]),
         lambda o, r: o.sort(key=str), lambda o, r: o.__setitem__(slice(1, 3), [1, "two", (3,)]), lambda o, r: o[small(r)],
         lambda o, r: o.extend(o[:3]), lambda o, r: o.reverse(), lambda o, r: o.clear() if len(o) > 40 else None,
         lambda o, r: repr(o), lambda o, r: [*o], lambda o, r: o.remove(o[0]), lambda o, r: o.index(3), lambda o, r: o == [1],
         lambda o, r: o.copy(), lambda o, r: tuple(o), lambda o, r: o * 2, lambda o, r: del_item(o, small(r)),
         lambda o, r: sum(x for x in o if isinstance(x, int)), lambda o, r: list(map(repr, reversed(o))))
def a_list():
    return [1, "a", 2.5, (4,)]


def del_item(o, key):
    del o[key]


@subject(lambda o, r: o.__setitem__(small(r), [r.random()]), lambda o, r: o.pop(small(r)), lambda o, r: o.popitem(), lambda o, r: o[small(r)],
         lambda o, r: o.update({small(r): "u", "k": small(r)}), lambda o, r: o.setdefault(small(r), {}), lambda o, r: list(o.items()),
         lambda o, r: o.copy(), lambda o, r: repr(o), lambda o, r: o.clear() if r.random() < 0.1 else None, lambda o, r: {**o},
         lambda o, r: o | {1: 2}, lambda o, r: o == {}, lambda o, r: [k for k in o], lambda o, r: list(reversed(o.values())),
         lambda o, r: del_item(o, small(r)), lambda o, r: o.keys() & {1, 2, 3}, lambda o, r: json.dumps(o), lambda o, r: dict(o))
def a_dict():
    return {0: "zero", 1: [1], "k": None}


@subject(lambda o, r: o.add(small(r)), lambda o, r: o.discard(small(r)), lambda o, r: o.pop(), lambda o, r: o.update({10, "s", small(r)}),
         lambda o, r: o & {1, 2, 3}, lambda o, r: o.difference_update({2}), lambda o, r: sorted(o, key=str), lambda o, r: o.copy(),
         lambda o, r: o ^ {5}, lambda o, r: o.intersection_update(o | {4}), lambda o, r: frozenset(o), lambda o, r: repr(o), lambda o, r: 3 in o,
         lambda o, r: o.symmetric_difference_update({small(r)}), lambda o, r: o == {1}, lambda o, r: o.clear() if r.random() < 0.1 else None)
def a_set():
    return {1, 2, "three"}


@subject(lambda o, r: o.append(small(r)), lambda o, r: o.extend(b"abc"), lambda o, r: o.pop(), lambda o, r: o.__setitem__(0, 7), lambda o, r: bytes(o),
         lambda o, r: o.replace(b"a", b"bb"), lambda o, r: o.find(b"b"), lambda o, r: memoryview(o)[1:3].tobytes(), lambda o, r: o.clear(),
         lambda o, r: o.insert(0, 9), lambda o, r: o[1:5], lambda o, r: o.__delitem__(slice(0, 2)), lambda o, r: o + b"z", lambda o, r: o.hex(),
         lambda o, r: o.reverse(), lambda o, r: o.__iadd__(b"0123456789"), lambda o, r: o.split(b"c"), lambda o, r: o == b"", lambda o, r: repr(o))
def a_bytearray():
    return bytearray(b"abcdef")


@subject(lambda o, r: o.append(small(r)), lambda o, r: o.appendleft([1]), lambda o, r: o.pop(), lambda o, r: o.popleft(), lambda o, r: o.rotate(small(r)),
         lambda o, r: list(o), lambda o, r: o.extend([1, 2, 3]), lambda o, r: o[2], lambda o, r: o.__setitem__(1, "x"), lambda o, r: o.clear() if r.random() < 0.1 else None,
         lambda o, r: o.copy(), lambda o, r: o.remove(2), lambda o, r: o.insert(1, ()), lambda o, r: o.index(2), lambda o, r: o.count(1), lambda o, r: repr(o),
         lambda o, r: o.reverse(), lambda o, r: o.extendleft("ab"), lambda o, r: del_item(o, 0), lambda o, r: o == collections.deque(), lambda o, r: list(reversed(o)))
def a_deque():
    return collections.deque([1, 2, 3], maxlen=100)


@subject(lambda o, r: o.__setitem__(small(r), [1]), lambda o, r: o.pop(small(r)), lambda o, r: o.move_to_end(small(r)), lambda o, r: o.popitem(last=False),
         lambda o, r: list(o.items()), lambda o, r: o.copy(), lambda o, r: repr(o), lambda o, r: list(reversed(o)), lambda o, r: o.clear() if r.random() < 0.1 else None)
def an_ordered_dict():
    return collections.OrderedDict(a=1, b=2)


@subject(lambda o, r: o[small(r)].append(1), lambda o, r: o.pop(small(r)), lambda o, r: repr(o), lambda o, r: o.copy())
def a_defaultdict():
    return collections.defaultdict(list)


@subject(lambda o, r: o.update("abcab"), lambda o, r: o.most_common(2), lambda o, r: o.subtract("a"), lambda o, r: o + o)
def a_counter():
    return collections.Counter("abc")


@subject(lambda o, r: o.append(small(r)), lambda o, r: o.pop(), lambda o, r: o.extend([1, 2]), lambda o, r: o.tobytes(), lambda o, r: o[0], lambda o, r: o.tolist(),
         lambda o, r: o.reverse(), lambda o, r: o.insert(1, 5), lambda o, r: memoryview(o).tolist(), lambda o, r: o[1:3], lambda o, r: o.frombytes(b"\1" * 8),
         lambda o, r: o.byteswap(), lambda o, r: o.__delitem__(slice(0, 2)), lambda o, r: o.count(1), lambda o, r: o == o[:], lambda o, r: list(o))
def an_array():
    return array.array("q", [1, 2, 3])


class Plain:
    pass


class Slotted:
    __slots__ = ("a", "b", "__weakref__")


NAMES = ["n%d" % i for i in range(24)]


@subject(lambda o, r: setattr(o, r.choice(NAMES), [1]), lambda o, r: getattr(o, r.choice(NAMES)), lambda o, r: delattr(o, r.choice(NAMES)), lambda o, r: vars(o).copy() if r.random() < 0.1 else None,
         lambda o, r: hasattr(o, "n1"), lambda o, r: copy.copy(o), lambda o, r: o.__dict__.update(n3=4) if r.random() < 0.1 else None, lambda o, r: dir(o) if r.random() < 0.1 else None,
         lambda o, r: setattr(o, "__dict__", {"n2": 1}) if r.random() < 0.05 else None)
def an_instance():
    return Plain()


@subject(lambda o, r: setattr(o, r.choice("ab"), [small(r)]), lambda o, r: o.a, lambda o, r: delattr(o, "b"), lambda o, r: o.b, lambda o, r: weakref.ref(o)())
def an_instance_with_slots():
    return Slotted()


@subject(lambda o, r: setattr(o, r.choice(NAMES), [1]), lambda o, r: delattr(o, r.choice(NAMES)), lambda o, r: getattr(o(), r.choice(NAMES)), lambda o, r: o.__subclasses__(),
         lambda o, r: type("Sub", (o,), {}) and None, lambda o, r: list(vars(o)), lambda o, r: o.__mro__, lambda o, r: setattr(o, "__doc__", "d"), lambda o, r: isinstance(o(), o))
def a_class():
    return type("Made", (Plain,), {})


@subject(lambda o, r: next(o), lambda o, r: o.send(1), lambda o, r: o.throw(KeyError(1)), lambda o, r: o.gi_frame and o.gi_frame.f_locals, lambda o, r: o.gi_yieldfrom, lambda o, r: o.gi_running,
         lambda o, r: o.gi_frame and o.gi_frame.f_lineno, lambda o, r: o.close() if r.random() < 0.01 else None)
def a_generator():
    def inner():
        while True:
            try:
                got = yield [1, 2]
            except KeyError as e:
                kept = e
                yield kept

    def outer():
        while True:
            yield from inner()
    return outer()


for name, make in {
    "a_list_iterator": lambda: iter([1, 2, 3] * 50), "a_dict_iterator": lambda: iter(dict.fromkeys(range(150)).items()), "a_set_iterator": lambda: iter(set(range(150))),
    "a_range_iterator": lambda: iter(range(150)), "a_long_range_iterator": lambda: iter(range(2**70, 2**70 + 150)), "an_enumerate": lambda: enumerate([object()] * 150),
    "a_zip": lambda: zip([[i] for i in range(150)], "ab" * 75), "a_map": lambda: map(lambda v: [v], range(150)), "a_filter": lambda: filter(None, range(150)),
    "a_chain": lambda: itertools.chain([1] * 50, "ab" * 50), "a_chain_of_iterables": lambda: itertools.chain.from_iterable([[i] * 3 for i in range(50)]),
    "a_cycle": lambda: itertools.cycle([[1], [2], [3]]), "a_count": lambda: itertools.count(2**62 - 50), "a_repeat": lambda: itertools.repeat([1], 150),
    "an_islice": lambda: itertools.islice(itertools.count(), 150), "an_accumulate": lambda: itertools.accumulate([[i] for i in range(50)]),
    "a_product": lambda: itertools.product([1, 2, 3], "abc", [[], ()]), "permutations": lambda: itertools.permutations([[1], 2, 3, 4, 5]),
    "combinations": lambda: itertools.combinations("abcdefgh", 3), "a_groupby": lambda: itertools.groupby([1, 1, 2, 2, 3] * 30), "a_pairwise": lambda: itertools.pairwise([[i] for i in range(150)]),
    "a_batched": lambda: itertools.batched([[i] for i in range(150)], 3), "a_zip_longest": lambda: itertools.zip_longest([[i] for i in range(150)], "ab"), "a_compress": lambda: itertools.compress([[i] for i in range(150)], [1, 0, 1] * 50),
    "a_takewhile": lambda: itertools.takewhile(lambda v: True, [[i] for i in range(150)]), "a_starmap": lambda: itertools.starmap(lambda a, b: [a, b], [(1, 2)] * 150),
    "a_tee": lambda: itertools.tee([[i] for i in range(150)])[0], "a_reversed": lambda: reversed([[i] for i in range(150)]), "a_str_iterator": lambda: iter("abc" * 50), "a_tuple_iterator": lambda: iter(([1],) * 150),
    "a_bytes_iterator": lambda: iter(b"abc" * 50), "a_callable_iterator": lambda: iter(lambda: [1], 2), "a_sequence_iterator": lambda: iter(types.SimpleNamespace and collections.UserList([[1]] * 150)),
    "a_deque_iterator": lambda: iter(collections.deque([[i] for i in range(150)])), "a_re_scanner": lambda: re.finditer("a", "ab" * 150), "a_json_scan": lambda: iter([json.loads("[1, {}]")] * 150),
}.items():
    make.__name__ = name
    subject(lambda o, r: next(o), lambda o, r: next(o), lambda o, r: next(o, None), lambda o, r: operator.length_hint(o), lambda o, r: copy.copy(o) and None, lambda o, r: repr(o))(make)


@subject(lambda o, r: o.write("text\n" * small(r)), lambda o, r: o.read(3), lambda o, r: o.seek(small(r)), lambda o, r: o.getvalue(), lambda o, r: o.truncate(5), lambda o, r: o.readline(), lambda o, r: next(o))
def a_string_io():
    return io.StringIO("one\ntwo\n")


@subject(lambda o, r: o.write(b"text\n" * small(r)), lambda o, r: o.read(3), lambda o, r: o.seek(small(r)), lambda o, r: o.getvalue(), lambda o, r: o.truncate(5), lambda o, r: o.readline(),
         lambda o, r: bytes(o.getbuffer()), lambda o, r: o.readinto(bytearray(4)))
def a_bytes_io():
    return io.BytesIO(b"one\ntwo\n")


@subject(lambda o, r: o.write(b"x" * 9), lambda o, r: o.flush(), lambda o, r: o.seek(0), lambda o, r: o.read(5), lambda o, r: o.tell(), lambda o, r: o.peek(1))
def a_buffered_stream():
    return io.BufferedRandom(io.BytesIO(b"0123456789"), 16)


@subject(lambda o, r: o.write("äx" * 9), lambda o, r: o.flush(), lambda o, r: o.seek(0), lambda o, r: o.read(5), lambda o, r: o.readline(), lambda o, r: o.tell())
def a_text_stream():
    return io.TextIOWrapper(io.BytesIO("zeile\nzwei\n".encode() * 20), "utf-8")


@subject(lambda o, r: o.put(small(r)), lambda o, r: o.get_nowait(), lambda o, r: o.qsize(), lambda o, r: o.empty())
def a_simple_queue():
    return queue.SimpleQueue()


@subject(lambda o, r: o.put_nowait(small(r)), lambda o, r: o.get_nowait(), lambda o, r: o.qsize())
def a_queue():
    return queue.Queue(20)


@subject(lambda o, r: o(small(r)), lambda o, r: o.cache_info(), lambda o, r: o.cache_clear() if r.random() < 0.1 else None, lambda o, r: o(str(small(r))))
def an_lru_cache():
    return functools.lru_cache(5)(lambda v: [v])


@subject(lambda o, r: o(small(r)), lambda o, r: o.cache_info())
def an_unbounded_cache():
    return functools.cache(lambda v: [v])


@subject(lambda o, r: o(3), lambda o, r: repr(o), lambda o, r: o.__setstate__((print, (1,), {}, {"x": 1})) if False else o.args, lambda o, r: setattr(o, "note", [1]), lambda o, r: vars(o))
def a_partial():
    return functools.partial(max, 1, 2)


@subject(lambda o, r: o.set(small(r)), lambda o, r: o.get(), lambda o, r: o.reset(o.set([1])), lambda o, r: contextvars.copy_context().run(o.set, 5), lambda o, r: list(contextvars.copy_context()))
def a_context_variable():
    return contextvars.ContextVar("v", default=0)


@subject(lambda o, r: o.run(len, "abc"), lambda o, r: list(o.items()), lambda o, r: o.copy().run(len, ()))
def a_context():
    return contextvars.copy_context()


@subject(lambda o, r: o.random(), lambda o, r: o.randrange(100), lambda o, r: o.getstate()[1][:3], lambda o, r: o.seed(small(r)), lambda o, r: o.getrandbits(200), lambda o, r: o.setstate(random.Random(1).getstate()))
def a_random():
    return random.Random(4)


@subject(lambda o, r: o.match("aab").span(), lambda o, r: o.findall("aabbaab"), lambda o, r: o.sub(lambda m: m[0].upper(), "aab"), lambda o, r: o.scanner("aab").search())
def a_pattern():
    return re.compile("(a+)(b)")


@subject(lambda o, r: o.match(), lambda o, r: o.search())
def a_scanner():
    return re.compile("a").scanner("ab" * 200)


@subject(lambda o, r: o[small(r)], lambda o, r: o.tolist(), lambda o, r: o[1:3].release(), lambda o, r: o.__setitem__(1, 7), lambda o, r: o.cast("B").tobytes(), lambda o, r: o.release() if r.random() < 0.02 else None, lambda o, r: hash(o))
def a_memoryview():
    return memoryview(bytearray(16))


@subject(lambda o, r: o.data, lambda o, r: o.add(Plain()), lambda o, r: len(o), lambda o, r: list(o), lambda o, r: o.discard(1))
def a_weak_set():
    return weakref.WeakSet()


@subject(lambda o, r: o.__setitem__(small(r), Plain()), lambda o, r: o.get(small(r)), lambda o, r: list(o.items()), lambda o, r: o.pop(1), lambda o, r: len(o))
def a_weak_value_dictionary():
    return weakref.WeakValueDictionary()


@subject(lambda o, r: o.referent(), lambda o, r: weakref.ref(o.target, lambda w: None), lambda o, r: weakref.getweakrefs(o.target), lambda o, r: weakref.proxy(o.target), lambda o, r: setattr(o, "target", Slotted()), lambda o, r: setattr(o, "referent", weakref.ref(o.target)))
def weak_references():
    o = Plain()
    o.target = Slotted()
    o.referent = weakref.ref(o.target)
    return o


def in_flight(o, r):
    try:
        raise o
    except Exception as e:
        e.__context__, e.__traceback__
        return e


@subject(in_flight, lambda o, r: o.with_traceback(None), lambda o, r: o.add_note("n"), lambda o, r: setattr(o, "__cause__", ValueError()), lambda o, r: repr(o.__traceback__), lambda o, r: o.args, lambda o, r: setattr(o, "args", ([1],)),
         lambda o, r: o.__traceback__ and o.__traceback__.tb_frame.f_locals, lambda o, r: o.__traceback__ and o.__traceback__.tb_frame.clear())
def an_exception():
    return KeyError("k")


def template(a, b=2, *, c=3):
    return a, b, c


@subject(lambda o, r: o(1), lambda o, r: setattr(o, "__defaults__", ([5],)), lambda o, r: setattr(o, "__kwdefaults__", {"c": [1]}), lambda o, r: setattr(o, "__code__", template.__code__), lambda o, r: setattr(o, "note", [1]),
         lambda o, r: o.__annotations__, lambda o, r: setattr(o, "__name__", "n"), lambda o, r: repr(o), lambda o, r: o.__dict__.copy())
def a_function():
    return types.FunctionType(template.__code__, {"__builtins__": __builtins__})


@subject(lambda o, r: o.cell_contents, lambda o, r: setattr(o, "cell_contents", [small(r)]), lambda o, r: delattr(o, "cell_contents"), lambda o, r: repr(o), lambda o, r: o == types.CellType(1))
def a_cell():
    return types.CellType([1])


@subject(lambda o, r: setattr(o, r.choice(NAMES), [1]), lambda o, r: getattr(o, r.choice(NAMES)), lambda o, r: delattr(o, r.choice(NAMES)), lambda o, r: repr(o), lambda o, r: o == types.SimpleNamespace())
def a_simple_namespace():
    return types.SimpleNamespace(n1=1)


@subject(lambda o, r: setattr(o, r.choice(NAMES), [1]), lambda o, r: getattr(o, r.choice(NAMES)), lambda o, r: delattr(o, r.choice(NAMES)), lambda o, r: exec("n4 = len(dir())", vars(o)))
def a_module():
    return types.ModuleType("made")


@subject(lambda o, r: heapq.heappush(o, small(r)), lambda o, r: heapq.heappop(o), lambda o, r: heapq.heapreplace(o, 3), lambda o, r: bisect.insort(o, small(r)), lambda o, r: heapq.heapify(o))
def a_heap():
    return [3, 1, 2]


@subject(lambda o, r: o.acquire(False), lambda o, r: o.release(), lambda o, r: o.locked(), lambda o, r: repr(o))
def a_lock():
    return threading.Lock()


@subject(lambda o, r: setattr(o, "x", [1]), lambda o, r: o.x, lambda o, r: vars(o), lambda o, r: delattr(o, "x"))
def thread_locals():
    return threading.local()


@subject(lambda o, r: o[r.randrange(3)], lambda o, r: o.__getitem__(0).append(1), lambda o, r: hash(o[1]), lambda o, r: o + (1,), lambda o, r: o == o)
def a_tuple():
    return ([1], "t", (2,))


@subject(lambda o, r: o.get(1), lambda o, r: list(o), lambda o, r: o | {2: 3}, lambda o, r: repr(o))
def a_mapping_proxy():
    return types.MappingProxyType({1: 2})


def run(name, shared, operations, seed, unexpected):
    r = random.Random(seed)
    for _ in range(ROUNDS):
        operation = r.choice(operations)
        try:
            operation(shared, r)
        except (Exception, RuntimeWarning) as e:
            if isinstance(e, (SystemError, MemoryError)):
                unexpected.append((name, repr(e)))


def main():
    unexpected = []
    barrier = threading.Barrier(THREADS)
    made = [(name, make(), operations) for name, make, operations in subjects]

    def work(number):
        for i, (name, shared, operations) in enumerate(made):
            barrier.wait()
            run(name, shared, operations, number * 1000 + i, unexpected)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.clear()
    gc.collect()
    print(unexpected, len(subjects))


main()
