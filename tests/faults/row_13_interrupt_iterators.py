"""Row 13: SIGINT interrupts native loops over native iterators that never end, where no Python code runs."""
from row_12_interrupt import interrupted

BEGIN = "import array, collections, functools, heapq, io, itertools, math, operator, statistics\nfrom itertools import count, cycle, repeat\n"
CASES = [
    "sum(repeat(1))", "sum(repeat(1.5))", "sum(cycle([1]))", "sum(range(10**15))", "sum(iter(int, 1))", "-1 in count()", "any(repeat(0))",
    "all(repeat(1))", "min(count())", "max(repeat(1))", "min(repeat(1), key=int)", "collections.deque(count(), maxlen=0)",
    "collections.deque(repeat(0), maxlen=5)", "next(filter(None, repeat(0)))", "next(itertools.islice(count(), 10**15, None))",
    "next(itertools.dropwhile(bool, repeat(1)))", "next(itertools.filterfalse(None, repeat(1)))",
    "next(itertools.compress(count(), repeat(0)))", "sum(itertools.starmap(int, repeat((1,))))", "next(itertools.chain.from_iterable(repeat(())))",
    "sum(map(len, itertools.product(range(10**4), repeat=4)))", "collections.deque(itertools.combinations(range(200), 10), maxlen=0)",
    "collections.deque(itertools.permutations(range(20)), maxlen=0)", "collections.deque(itertools.groupby(repeat(0), None), maxlen=0)",
    "collections.deque(itertools.batched(count(), 3), maxlen=0)", "collections.deque(itertools.accumulate(repeat(0)), maxlen=0)",
    "collections.deque(itertools.tee(count())[0], maxlen=0)", "collections.deque(zip(count(), enumerate(repeat(1))), maxlen=0)",
    "collections.Counter(repeat(1))", "functools.reduce(operator.or_, repeat(1))", "operator.indexOf(repeat(1), 2)", "operator.countOf(repeat(1), 2)",
    "0.5 in range(10**15)", "{1}.isdisjoint(repeat(2))", "{1}.difference(repeat(2))", "set(repeat(1))", "dict(repeat((1, 2)))", "dict.fromkeys(repeat(2))",
    "math.prod(repeat(1))", "math.sumprod(repeat(1), repeat(1))", "heapq.nsmallest(3, repeat(1))", "io.StringIO().writelines(repeat(''))",
    "list(repeat(None))", "tuple(repeat(None))", "''.join(repeat('a'))", "b''.join(repeat(b''))", "bytes(repeat(1))", "bytearray().extend(repeat(1))",
    "array.array('b').extend(repeat(1))", "[].extend(repeat(1))", "a, *b = repeat(1)", "print(*repeat(1))", "'a' in iter(str, 1)",
]
for source in CASES:
    assert interrupted(BEGIN + source, []) < 15, source
