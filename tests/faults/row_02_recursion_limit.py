"""Row 2: with no limit but the stacks, in the main thread and in others, recursion ends as RecursionError, never as a crash."""
import sys
import threading


def plain(n):
    return plain(n + 1)


class Special:
    def __repr__(self): return repr([self])
    def __hash__(self): return hash((self,))
    def __call__(self): return self()
    def __lt__(self, other): return sorted([self, other])
    def __len__(self): return len(self)
    def __format__(self, spec): return "{}".format(self)
    def __getattr__(self, name): return getattr(self, "a")


def smallest(x): return min([1, 2], key=smallest)
def executed(): exec("executed()")
def mapped(): return list(map(lambda x: mapped(), [1]))


s = Special()
CASES = [lambda: repr(s), lambda: hash(s), lambda: s(), lambda: sorted([s, s]), lambda: len(s), lambda: f"{s}", lambda: s.x,
         lambda: smallest(1), executed, mapped]
failures = []


def run(cases):
    for case in cases:
        try:
            case()
        except RecursionError as e:
            if "maximum recursion depth exceeded" not in str(e):
                failures.append(e)
        else:
            failures.append(case)
    if [len(str(i)) for i in (1, 22, 333)] != [1, 2, 3]:
        failures.append("unusable afterwards")


sys.setrecursionlimit(10**7)
run(CASES)
for size in (0, 64 << 10, 256 << 10, 4 << 20):
    threading.stack_size(size)
    threads = [threading.Thread(target=run, args=(CASES + [lambda: plain(0)] * (i == 0 == size),)) for i in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
assert not failures, failures
# Frames of Python functions take no machine stack: this many are no problem.
sys.setrecursionlimit(10**5)
run([lambda: plain(0)])
assert not failures, failures
for bad in (0, -1):
    try:
        sys.setrecursionlimit(bad)
    except ValueError as e:
        assert str(e) == "recursion limit must be greater or equal than 1", e
    else:
        raise AssertionError(bad)
