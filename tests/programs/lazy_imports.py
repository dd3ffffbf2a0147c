# Lazy imports (PEP 810): when they import, what sys.lazy_modules says, modes, filters, errors.
import os, sys, tempfile, types

folder = tempfile.TemporaryDirectory()
sys.path.insert(0, folder.name)


def write(name, text):
    path = os.path.join(folder.name, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as f:
        f.write(text)


def loaded():
    return sorted(n for n in sys.modules if n.partition('.')[0] in ('lz', 'lz_one', 'lz_bad', 'lz_all'))


def pending():
    return sorted(n for n in sys.lazy_modules if n.partition('.')[0] in ('lz', 'lz_one', 'lz_bad', 'lz_all'))


write('lz/__init__.py', 'x = 42\nlazy from . import c\n')
for m in 'abcd':
    write(f'lz/{m}.py', f'print("running {m}")\nname = __name__\nvalue = "{m}"\n')
write('lz_one.py', 'print("running one")\nvalue = 1\n')
write('lz_bad.py', 'raise ValueError("bad")\n')
write('lz_all.py', 'import lz_one\nfrom lz_one import value\ntry:\n    import lz.d\nexcept ImportError: pass\n')

lazy import lz_one
print(loaded(), pending(), globals()['lz_one'])
try:
    globals()['lz_one'].value
except AttributeError as e:
    print(e)
print(lz_one.value, type(globals()['lz_one']).__name__, loaded(), pending())

lazy import lz.a
lazy import lz.b
print(loaded(), pending())
print(lz.x, loaded(), pending())
print(lz.b.value, loaded(), pending())
print(lz.a.value, loaded(), pending())
print(repr(vars(lz)['c']), lz.c.value, pending())

lazy import lz.d as d
print(globals()['d'])
print(d.name, type(globals()['d']).__name__)
lazy from lz import x, nothing
print(globals()['x'], globals()['nothing'], pending())
try:
    nothing
except ImportError as e:
    print(type(e).__name__, str(e).partition(' (')[0], type(e.__cause__).__name__)
print(globals()['nothing'])

for _ in range(2):
    lazy import lz_bad
    try:
        lz_bad
    except ValueError as e:
        print(type(e).__name__, e, type(e.__cause__).__name__)
print(loaded(), pending())
lazy import lz.missing
try:
    lz.missing
except ModuleNotFoundError as e:
    print(e)

# the function
for name in list(sys.modules):
    if name.startswith('lz'):
        del sys.modules[name]
holder = [__lazy_import__('lz_one'), __lazy_import__('lz', fromlist=('a',))]
print(holder, types.LazyImportType)
print(holder[0].resolve().value, holder[1].resolve().a.value)
for args, kw in (((1,), {}), (('sys', 3), {}), (('sys',), {'fromlist': (1,)}), (('sys',), {'level': -1}), (('',), {})):
    try:
        __lazy_import__(*args, **kw)
    except (TypeError, ValueError) as e:
        print(type(e).__name__)


# filter and mode
def note(importer, name, fromlist):
    seen.append((importer, name, fromlist))
    return name != 'lz_one'


seen = []
del sys.modules['lz_one']
sys.set_lazy_imports_filter(note)
lazy import lz_one
lazy from lz import b, x as y
sys.set_lazy_imports_filter(None)
print(seen, type(globals()['lz_one']).__name__, type(globals()['b']).__name__)
for mode in ('none', 'on', 1):
    try:
        sys.set_lazy_imports(mode)
    except (TypeError, ValueError) as e:
        print(type(e).__name__)
for name in list(sys.modules):
    if name.startswith('lz'):
        del sys.modules[name]
sys.set_lazy_imports('all')
print(sys.get_lazy_imports())
import lz_all
sys.set_lazy_imports('normal')
print(loaded())
print(lz_all.value, loaded())
print({k: type(v).__name__ for k, v in vars(lz_all).items() if k[0] != '_'})
exec('__lazy_modules__ = ["lz.a"]\nimport lz.a\nimport lz.b', space := {})
print(type(space['lz']).__name__)

for source in ('def f():\n    lazy import a', 'class C:\n    lazy from a import b', 'try:\n    lazy from a import b\nfinally: pass',
               'lazy from a import *', 'def f():\n    lazy from a import *'):
    try:
        compile(source, '<s>', 'exec')
    except SyntaxError as e:
        print(e.msg)


def inside():
    try:
        exec('lazy import lz_one')
    except SyntaxError as e:
        print('SyntaxError' if 'only allowed at module level' in str(e) else e)


inside()
folder.cleanup()
