# What built-in types and functions show of themselves: signatures, descriptors, struct sequences.
import copy, inspect, os, sys, time, types, weakref


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


for f in (abs, pow, round, input, print, format, compile, open, bool, float, complex, int.__round__, b''.center,
          bytearray.translate, property.__set_name__, BaseException.add_note, object.__subclasshook__, types.FunctionType,
          type(None), types.GenericAlias, types.MappingProxyType):
    show(lambda: inspect.signature(f))
for f in ('str.find', 'bytes.count', 'bytearray.startswith'):
    show(lambda: eval(f).__text_signature__)
print('abcab'.find('b', 2), 'abcab'.find('b', None, 1), b'abcab'.count(b'a', 1), bytearray(b'ab').endswith(b'a', 0, 1))
show(lambda: 'abc'.find())
show(lambda: 'abc'.find('a', 1, 2, 3))
show(lambda: b'abc'.count('a'))

print(type.__prepare__(), type.__prepare__(1, 2, 3, k=4))
show(lambda: object.__subclasshook__())
print(object.__subclasshook__(int))
show(lambda: property().__set_name__(1))
show(lambda: property().__set_name__(1, name='x'))
show(lambda: input(1, 2))
show(lambda: input(prompt=2))
print(type(len).__module__, type(lambda: 0).__module__, type(len))
print(types.MemberDescriptorType, inspect.ismemberdescriptor(types.FunctionType.__globals__))
print(types.GetSetDescriptorType, inspect.isgetsetdescriptor(types.FunctionType.__code__))
show(lambda: setattr(show, '__globals__', {}))
print(show.__closure__, show.__builtins__ is __builtins__.__dict__, show.__globals__ is globals())
print('__str__' in vars(bytes), str(b'a'), str(bytearray(b'b')), '%s' % b'c')
print((5).__sizeof__() > 0, (i for i in ()).__sizeof__() > 0)
print(weakref.ProxyType.__hash__, weakref.CallableProxyType.__hash__)
show(lambda: hash(weakref.proxy(show)))
print(UnicodeTranslateError('x', 0, 1, 'why').encoding)
try:
    1 / 0
except ZeroDivisionError as e:
    print(dir(e.__traceback__))


# struct sequences
st = time.struct_time
show(lambda: st())
show(lambda: st(range(9), 5))
show(lambda: st(range(9), None))
show(lambda: st(range(9), {}, 3))
show(lambda: st(range(8)))
show(lambda: st(range(12)))
show(lambda: st(range(9), {'tm_zone': 'a'}).tm_zone)
show(lambda: st(range(9), {'tm_year': 3}))
show(lambda: st(range(9), {'other': 3}))
show(lambda: st(range(10), {'tm_zone': 'a'}))
show(lambda: st(sequence=range(9), dict={'tm_zone': 'a'}))
show(lambda: os.stat_result(range(10), {'st_dev': 3}))
print(st.__match_args__)
print(os.stat_result.__match_args__)
show(lambda: st(range(9)).__replace__(tm_zone='Q').tm_zone)
show(lambda: copy.replace(st(range(9), {'tm_zone': 'f'}), tm_mon=7).tm_zone)
show(lambda: copy.replace(st(range(9)), tm_mon=7))
show(lambda: st(range(9)).__replace__(other='Q', a=4, tm_mon=5))
show(lambda: st(range(9)).__replace__(5))
show(lambda: os.stat_result(range(10)).__replace__(st_mode=3))
for f in (lambda: tuple.__new__(type(sys.flags)), lambda: type(sys.flags).__new__(type(sys.flags)),
          lambda: tuple.__new__(type(sys.version_info), range(5)), lambda: type(sys.flags)(),
          lambda: object.__new__(type(len)), lambda: object.__new__(types.FunctionType)):
    show(f)

# functions
import ast, pickle
for f in (str.maketrans, bytes.maketrans, dict.fromkeys, len, [].append):
    print(f.__qualname__, f.__module__, type(f.__self__).__name__, repr(f).partition(' at ')[0])
print(pickle.loads(pickle.dumps(str.maketrans)) == str.maketrans, str.maketrans('a', 'b'))
show(lambda: str.maketrans())


def plain(): pass


show(lambda: delattr(plain, '__dict__'))
plain.__dict__ = {'a': 1}
print(plain.a)

# what ast objects must be
store, load = ast.Name('x', ast.Store()), ast.Name('x', ast.Load())
none = ast.arguments([], [], None, [], [], None, [])
for e in (ast.ListComp(store, [ast.comprehension(load, load, [], 0)]), ast.GeneratorExp(store, [ast.comprehension(store, load, [], 0)]),
          ast.SetComp(load, [ast.comprehension(store, store, [], 0)]), ast.ListComp(load, []),
          ast.Lambda(ast.arguments([], [ast.arg('x', store)], None, [], [None], None, [load]), load),
          ast.Lambda(ast.arguments([], [], None, [], [load], None, []), load),
          ast.Lambda(ast.arguments([], [], None, [], [], None, [load]), load)):
    show(lambda: compile(ast.fix_missing_locations(ast.Expression(e)), '<s>', 'eval'))
show(lambda: compile(ast.fix_missing_locations(ast.Module([ast.Try([ast.Pass()], [], [], [])], [])), '<s>', 'exec'))
