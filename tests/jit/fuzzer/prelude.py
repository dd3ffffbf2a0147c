"""What every generated program begins with: ways to show values, helpers that the grammar calls, a base class."""

PRELUDE = r'''
import math, sys

class Own(Exception): pass
class OwnChild(Own, ValueError): pass

def cut(text): return text if len(text) < 300 else text[:200] + '...' + str(len(text))

def text_of(value, depth=3):
    if depth == 0: return '...'
    if isinstance(value, (set, frozenset)): return type(value).__name__ + str(sorted(text_of(v, depth - 1) for v in value))
    if type(value) is list: return '[' + ', '.join([text_of(v, depth - 1) for v in value]) + ']'
    if type(value) is tuple: return '(' + ', '.join([text_of(v, depth - 1) for v in value]) + ',)'
    if type(value) is dict: return '{' + ', '.join([text_of(k, 1) + ': ' + text_of(v, depth - 1) for k, v in value.items()]) + '}'
    if isinstance(value, Base): return value.show(depth)
    if isinstance(value, BaseException): return describe(value)
    return repr(value)

shown = 0
quiet = False   # once objects are shared between threads or through globals, when they die is not said
def show(tag, *values):
    global shown
    shown += 1
    if shown < 3000: print(tag, cut(' '.join([text_of(v) for v in values])))

def describe(error, depth=3):
    lines, at = [], error.__traceback__
    while at is not None and len(lines) < 5:
        lines.append((at.tb_frame.f_code.co_name, at.tb_lineno))
        at = at.tb_next
    text = type(error).__name__ + ':' + cut(str(error)) + ' ' + str(lines)
    if depth and error.__cause__ is not None: text += ' from (' + describe(error.__cause__, depth - 1) + ')'
    elif depth and error.__context__ is not None: text += ' after (' + describe(error.__context__, depth - 1) + ')'
    if isinstance(error, BaseExceptionGroup): text += str([describe(e, 1) for e in error.exceptions])
    return text

def cap(value):
    kind = type(value)
    if kind is int or kind is bool:
        if value > 1 << 66: return (1 << 61) + value % 1000
        if value < -(1 << 66): return -(1 << 61) - value % 1000
    elif kind is str or kind is tuple or kind is list: return value[:12]
    elif kind is dict and len(value) > 9: return {k: value[k] for k in list(value)[:9]}
    return value

def add(a, b, c=0): return a + b + c
def spread(first, *rest, k=1, **more): return first + len(rest) + k + len(more)
def keep(thing, result): return result

def gen_count(n, step):
    at = 0
    for i in range(n):
        yield at
        at += step

def gen_send(n):
    total = 0
    for i in range(n):
        total += (yield i) or 1
    return total

class Noisy:
    def __init__(self, name): self.name = name
    def __del__(self):
        if quiet is False: show(own + 'del', self.name)

class Guard:
    def __init__(self, name, swallow): self.name, self.swallow = name, swallow
    def __enter__(self): show('enter', self.name); return self
    def __exit__(self, kind, error, at):
        show('exit', self.name, kind and kind.__name__)
        return bool(self.swallow)

class Pause:
    def __init__(self, value): self.value = value
    def __await__(self): return (yield self.value)

async def pause(value): return (await Pause(value)) or value

class AsyncGuard:
    def __init__(self, name): self.name = name
    async def __aenter__(self): await Pause(('in', self.name))
    async def __aexit__(self, kind, error, at): await Pause(('out', self.name))

async def async_count(n):
    for i in range(n):
        await Pause(i)
        yield i

class Base:
    a = 1; b = 2; c = 3; f = 0.5; s = 'base'; next = None
    def __init__(self, a=0): self.a = a; self.l = [a]
    def show(self, depth=2):
        parts = []
        for name in ('a', 'b', 'c', 'f', 's', 'l', 'next'):
            try: parts.append(name + '=' + text_of(getattr(self, name), depth - 1))
            except AttributeError: parts.append(name + '?')
        return type(self).__name__ + '(' + ', '.join(parts) + ')'
    def __repr__(self): return self.show(2)
    def __format__(self, spec): return 'o'
    def m0(self, x): return self.a + x
    def m1(self, x, y=2): return x - y
    @staticmethod
    def st(x): return x + 1
    @classmethod
    def cl(cls, x): return cls.b + x
    @property
    def p(self): return self.a
    @p.setter
    def p(self, value): self.b = value
    def __call__(self, x): return self.a - x

G0 = 5; G1 = 1 << 60; S0 = 'glob'; T0 = (1, 2, 3)
'''
