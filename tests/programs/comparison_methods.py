# not under: publish
"""Comparison methods written in Python: as a value, in a jump, reflected, not implemented, raising, deep."""
import sys


class Version:
    def __init__(self, *parts):
        self.parts = parts

    def __eq__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self.parts == other.parts

    def __lt__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self.parts < other.parts

    def __gt__(self, other):
        print('gt', self.parts)
        if not isinstance(other, Version):
            return NotImplemented
        return other.parts < self.parts

    def __repr__(self):
        return f'Version{self.parts}'


def kinds(a, b):
    """Each comparison as a value and as a jump, with operands that live on and that do not."""
    yield a == b, a != b, a < b
    if a == b:
        yield 'eq'
    if not a == b:
        yield 'not eq'
    if a != b:
        yield 'ne'
    if a < b:
        yield 'lt'
    else:
        yield 'not lt'
    while a == b:
        yield 'again'
        a = Version(*a.parts, 0)
    yield (Version(1) == Version(1), Version(2) < Version(1))


for pair in [(Version(1), Version(2)), (Version(2), Version(2)), (Version(3), Version(2))]:
    print(list(kinds(*pair)))

for other in (1, 1.5, 'x', None):
    print(Version(1) == other, Version(1) != other, other == Version(1), end=' ')
    try:
        print(Version(1) < other)
    except TypeError as e:
        print(e)
    try:
        if Version(1) > other:
            print('greater')
    except TypeError as e:
        print(e)
    try:
        if Version(1) >= 5:
            print('greater')
    except TypeError as e:
        print(e)


class Answers:
    """Answers what it was given; an answer need not be a bool."""

    def __init__(self, answer):
        self.answer = answer

    def __eq__(self, other):
        return self.answer

    __lt__ = __ge__ = __eq__


class Undecided:
    def __init__(self, log):
        self.log = log

    def __bool__(self):
        self.log.append('asked')
        raise ValueError('undecided')

    def __del__(self):
        self.log.append('gone')


def jump(o, log):
    try:
        if o == 3:
            return 'yes'
        return 'no'
    except ValueError as e:
        return f'{e} {log}'


for answer in (0, 1, '', 'text', [], None, [0], 2.5):
    a = Answers(answer)
    print(a == 1, a < a, a >= 2, jump(a, None), 'equal' if a == a else 'different', not a == 7)
log = []
print(jump(Answers(Undecided(log)), log), log)


class Child(Version):
    """A subclass's reflected method is asked first."""

    def __eq__(self, other):
        print('child asked')
        return super().__eq__(other)

    def __lt__(self, other):
        return NotImplemented

    __hash__ = None


print(Version(1) == Child(1), Child(1) == Version(1))
try:
    print(Child(1) < Child(2))
except TypeError as e:
    print(e)
print(Version(1) > Child(0) if Version(1) == Child(1) else 'no')


class Deep:
    depth = 0

    def __eq__(self, other):
        Deep.depth += 1
        return self == other

    def __lt__(self, other):
        Deep.depth += 1
        if self < other:
            return True
        return False


sys.setrecursionlimit(500)
for test in (lambda: Deep() == Deep(), lambda: Deep() < Deep()):
    Deep.depth = 0
    try:
        test()
    except RecursionError as e:
        print(str(e).partition(' in ')[0], Deep.depth > 400)


class Counter:
    """The comparison is the condition at the bottom of a loop."""
    left = 100000

    def __ne__(self, other):
        self.left -= 1
        return self.left != other


c = Counter()
steps = 0
while c != 0:
    steps += 1
print(steps)


def change(kind):
    """A method given to the class, changed and taken away while the same comparison runs."""
    class Late:
        pass

    seen = []
    x, y = Late(), Late()
    for i in range(6):
        if i == 1:
            Late.__eq__ = lambda a, b: 'one'
        elif i == 3:
            Late.__eq__ = lambda a, b: NotImplemented
        elif i == 4:
            Late.__eq__ = kind('two')
        elif i == 5:
            del Late.__eq__
        seen.append((x == y, x == x))
    return seen


print(change(lambda v: lambda a, b: v))
print(change(lambda v: type('Callable', (), {'__call__': lambda self, *args: (v, len(args))})()))
try:
    Version(1) == 1 / 0
except ZeroDivisionError as e:
    print(e)
