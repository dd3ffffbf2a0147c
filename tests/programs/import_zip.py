# Importing from zip archives, running folders and archives; __main__'s loader.
import contextlib, importlib, io, os, pkgutil, runpy, sys, tempfile, zipfile

print(type(__loader__).__name__, __loader__.name, __loader__.path == __file__)

with tempfile.TemporaryDirectory() as folder:
    archive = os.path.join(folder, 'code.zip')
    with zipfile.ZipFile(archive, 'w') as z:
        z.writestr('plain.py', 'value = 1\n')
        z.writestr('package/__init__.py', 'from . import inner\n')
        z.writestr('package/inner.py', 'import os\nwhere = os.path.relpath(__file__, %r)\n' % folder)
        z.writestr('package/data.txt', 'some data')
        z.writestr('bad.py', 'import plain\n1 / 0\n')
        z.writestr('deep/below/module.py', 'name = __name__\n')
        z.writestr('__main__.py', 'import sys, plain\nprint(__name__, plain.value, sys.path[0].endswith("code.zip"))\n')
    before = list(sys.path)
    sys.path.insert(0, archive)
    import plain
    import package
    print(plain.value, type(plain.__loader__).__name__, package.inner.where)
    print(pkgutil.get_data('package', 'data.txt'), sorted(m.name for m in pkgutil.iter_modules([archive])))
    try:
        import bad
    except ZeroDivisionError as e:
        print(type(e).__name__, e)
    try:
        import not_there
    except ImportError as e:
        print(e)
    sys.path[0] = os.path.join(archive, 'deep/below')
    import module
    print(module.name)
    sys.path[:] = before
    del sys.modules['plain']
    try:
        import plain
    except ImportError as e:
        print(e)
    runpy.run_path(archive, run_name='__main__')
    import zipimport
    print([h.__name__ for h in sys.path_hooks].index('zipimporter'), zipimport.zipimporter in sys.path_hooks)

    sub = os.path.join(folder, 'sub')
    os.mkdir(sub)
    with open(os.path.join(sub, '__main__.py'), 'w') as f:
        f.write('print(__name__, __file__[-11:])\n')
    runpy.run_path(sub, run_name='there')
    with open(os.path.join(folder, 'no.zip'), 'w') as f:
        f.write('no archive')
    sys.path.insert(0, os.path.join(folder, 'no.zip'))
    try:
        import plain
    except ImportError as e:
        print(e)
    sys.path[:] = before

# how modules show themselves: by their spec, else their loader or file
import types
m = types.ModuleType('foo')
print(m, sys)
m.__file__ = '/some/foo.py'
print(m)
del m.__file__
m.__loader__ = int
print(m)
m.__spec__ = importlib.machinery.ModuleSpec('other', None, origin='somewhere')
print(m)
m.__spec__.has_location = True
print(m)
m.__spec__.origin = None
print(m)
del m.__name__, m.__spec__, m.__loader__
print(m)

# a native module imported a second time
import struct
old = sys.modules.pop('_struct')
import _struct
print(_struct is old)
try:
    struct.pack('b', 1000)
except struct.error as e:
    print(e)
