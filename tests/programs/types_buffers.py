# Buffers and iterators of built-in types at their edges.
import array, collections, gc, struct, warnings, weakref


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


# complex items
data = struct.pack('ZfFZd<'.replace('<', ''), 1j, 1 + 2j, -0.5j)
print(data, struct.calcsize('<Zf'), struct.calcsize('2Zd'), struct.unpack('>Zd', struct.pack('>D', 2 - 1j)))
for f in ('Z', 'Zi', 'ZZf', 'Z f'):
    show(lambda: struct.calcsize(f))
for f in ('F', 'Zf', 'Zd', '@D', '<Zf'):
    show(lambda: memoryview(bytes(16)).cast(f).tolist())
a = array.array('Zd', [1 + 2j, 3])
m = memoryview(a)
print(m.format, m.itemsize, m.tolist(), m == array.array('Zf', [1 + 2j, 3]), m == array.array('d', [1, 3]))
m[0] = 5
m[1] = 2 - 1j
print(a)
show(lambda: m.__setitem__(0, '1j'))
show(lambda: m.__setitem__(0, None))
print(memoryview(array.array('Zf', [3])) == array.array('q', [3]), memoryview(array.array('Zd', [2**53])) == array.array('q', [2**53 + 1]))

# comparing
m = memoryview(b'abc')
for other in (m, b'abc', 'abc', 1, bytearray(b'abc')):
    print(type(other).__name__, m == other, other == m, m != other)
show(lambda: m < b'abd')
show(lambda: b'abd' >= m)
print(bytearray(b'abd') > m, bytearray(b'b') < b'c')
show(lambda: b'a' < [1])


# what the length of a separator may not do
class Sep(bytes):
    def __len__(self):
        change()
        return 1


ba = bytearray(b'abc')
m = memoryview(ba)
for change, f in ((ba.clear, ba.hex), (m.release, m.hex), (lambda: None, m.hex)):
    show(lambda: f(Sep(b':')))
show(lambda: ba.hex(b'::'))
show(lambda: ba.hex([1]))
show(lambda: ba.hex([1, 2]))
m.release()


# bytearray
b = bytearray(b'abcdefgh')
b[1:-1:2] = b''
print(b)
with memoryview(b):
    show(lambda: b.__setitem__(slice(0, 4, 2), b''))
    show(lambda: b.__init__('x', 'ascii'))
e = bytearray()
with memoryview(e):
    show(lambda: e.__init__('x', 'ascii'))
print(b, e)


class BadLength:
    def __iter__(self): return iter(b'ab')
    def __length_hint__(self): raise RuntimeError('hm')


show(lambda: b.extend(BadLength()))

# iterators let go of what they have gone through
done = []
for cls, args in ((tuple, ()), (bytes, ()), (bytearray, ()), (list, ()), (str, ()), (array.array, ('i',)), (tuple, ((1,),)), (array.array, ('b', b'a'))):
    for direction in (iter, reversed) if cls is not list else (iter,):
        class Seq(cls):
            def __del__(self):
                done.append(cls.__name__)
        it = direction(Seq(*args))
        print(len(list(it)), end=' ')
        gc.collect()
        print(done, list(it), it.__reduce__()[1:])
        done.clear()
r = reversed('ab')
next(r), next(r)
print(r.__reduce__()[1:], r.__length_hint__())
print(next(r, None), r.__reduce__()[1:])
d = collections.deque(range(10))
for direction in (iter, reversed):
    it = direction(d)
    next(it)
    d.append(1)
    show(lambda: next(it))
    print(it.__length_hint__())
    show(lambda: next(it))

# sets
s = set('ab')
ref = weakref.ref(s)
print(ref() is s)
del s
gc.collect()
print(ref())
f = frozenset('ab')
print([getattr(f, n)() is f for n in ('copy', 'union', 'intersection', 'difference')])


class Counting(int):
    hashed = 0

    def __hash__(self):
        Counting.hashed += 1
        return int.__hash__(self)


d = dict.fromkeys(map(Counting, range(5)))
Counting.hashed = 0
print(len(dict.fromkeys(set(d))), len(dict.fromkeys(frozenset(d), 1)), Counting.hashed)

# str
show(lambda: str(1, 2, 3, 4))
show(lambda: str(1, 2, 3, errors=4))
t = 'abcd'
print(t.__getnewargs__()[0] is t, t.__getnewargs__())
