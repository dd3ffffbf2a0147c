# memoryview: items, slices, casts, release, formats, classes with __buffer__.
def plain(text):
    """without addresses"""
    return text.split(' at 0x')[0]


def e(s, **names):
    try:
        print(ascii(s), '->', plain(ascii(eval(s, dict(globals(), **names)))))
    except BaseException as x:
        print(ascii(s), '->', type(x).__name__, ascii(str(x)), getattr(x, '__notes__', ''))


m=memoryview(b'abcdef'); ba=bytearray(b'abcdef'); w=memoryview(ba)
m2=memoryview(bytes(range(12))).cast('B',(3,4)); f=memoryview(b'\x00\x00\x00\x00\x00\x00\xf8?\x00\x00\x00\x00\x00\x00\x04@\x00\x00\x00\x00\x00\x00\x0c@').cast('d'); i=memoryview(b'\x01\x00\x00\x00\xfe\xff\xff\xff\x03\x00\x00\x00\x04\x00\x00\x00').cast('i')
rel=memoryview(b'x'); rel.release()
c=memoryview(b'abc').cast('c')
b_=memoryview(b'\0\1\2').cast('?')
z0=memoryview(b'a').cast('B',[])


for s in [
    'm',
    'm[0]',
    'm[10]',
    "m['a']",
    'm[1:3]',
    'm[::2]',
    'm[::-1].tolist()',
    'm[1.0]',
    'm[10**30]',
    'm.format,m.itemsize,m.ndim,m.shape,m.strides,m.suboffsets,m.readonly,m.nbytes,m.obj,m.contiguous,m.c_contiguous,m.f_contiguous',
    'len(m)',
    'len(m2)',
    'm2.shape,m2.strides,m2.contiguous,m2.f_contiguous',
    'm2[0]',
    'm2[1,2]',
    'm2[1,9]',
    'm2[3,0]',
    'm2[0,0,0]',
    'm2[0:1]',
    'm2[0:1].tolist()',
    'm2[0:1,0]',
    'm2[0:1,0:1]',
    'm2.tolist()',
    'm2.tobytes()',
    "m2.tobytes('F')",
    "m2.tobytes('A')",
    "m2.tobytes('x')",
    'm2.tobytes(order=None)',
    'f.tolist()',
    'f[0]',
    "f.tobytes('C')",
    'i.tolist()',
    'i[1:3].tolist()',
    'i[::2].tobytes()',
    'i[::-1].tobytes()',
    'c.tolist()',
    'c[0]',
    'b_.tolist()',
    'z0[()]',
    'z0[0]',
    'z0.tolist()',
    'len(z0)',
    'z0.shape',
    'iter(z0)',
    'list(iter(m))',
    'list(iter(m2))',
    "m==b'abcdef'",
    "m=='abcdef'",
    "m==memoryview(b'abcdef')",
    'm==i',
    'i==i',
    'm<m',
    'm2==m2',
    'm2==m',
    "hash(m)==hash(b'abcdef')",
    'hash(w)',
    'hash(i)',
    'm.hex()',
    "m.hex(':',2)",
    'm2.hex()',
    'm2.T',
    "m.cast('i')",
    "m.cast('z')",
    "m.cast('B',(2,3)).tolist()",
    "m.cast('B',(2,2))",
    "m.cast('B',5)",
    "m.cast('B',(0,6))",
    "m.cast('B',('a',))",
    'm.cast(1)',
    "i.cast('d')",
    "i.cast('B').tolist()",
    "m[::2].cast('B')",
    "m2.cast('B').tolist()",
    "m2.cast('i')",
    "m2.cast('B',(4,3))",
    "m.cast('B',shape=[6])",
    "m.cast('@i')",
    "m.cast('<i')",
    "m.cast('2B')",
    'memoryview(1)',
    'memoryview()',
    "memoryview(object=b'a')",
    "memoryview(b'a',1)",
    'm.toreadonly()',
    'w.toreadonly().readonly',
    'w.toreadonly()[0:1]',
    'rel',
    'rel[0]',
    'rel.tolist()',
    'rel.format',
    'len(rel)',
    'rel==rel',
    'rel==m',
    'hash(rel)',
    'rel.release()',
    'iter(rel)',
    'rel.obj',
    'rel.hex()',
    "rel.cast('B')",
    'bytes(rel)',
    'm.index(99)',
    'm.index(1)',
    'm.count(97)',
    "m.index('a')",
    'i.index(3)',
    'f.count(2.5)',
    'm2.index(1)',
    'm2.count(1)',
    '97 in m',
    "b'a' in m",
    '1000 in m',
    "m+b'a'",
    'm*2',
    'bytes(m[::2])',
    "b''.join([m[::2]])",
    'bytearray(m2)',
    'memoryview(m)',
    'memoryview(m) is m',
    'm.obj is memoryview(m).obj',
    'repr(m)[:22]',
    'm.__class_getitem__(int)',
    'memoryview[int]',
    'm.tolist(1)',
    "memoryview._from_flags(b'a',0)",
    "memoryview._from_flags(b'a',1)",
    'm[...]',
    'm2[...]',
    'm2[0,...]',
    "w.__setitem__(slice(0,2),memoryview(b'xy'))",
    'w',
    'bytes(w)',
    'w.__setitem__(slice(0,2),[1,2])',
    "w.__setitem__(slice(0,2),'ab')",
    'w.__setitem__(slice(0,2),i)',
    'w.__delitem__(0)',
    'm2[-1,-1]',
    'm2[-4,0]',
    'list(reversed(m))',
    'm.__enter__()is m',
    'm.__exit__(None,None,None)',
    'm',
    'm[0]',
    'w.format',
    'memoryview(memoryview(ba)[1:4])[0]',
    'ba.append(1)',
    'm.nbytes',
]:
    e(s)


for fmt in 'cbB?hHiIlLqQnNfdPeFDg':
    try:
        n=dict(c=1,b=1,B=1,h=2,H=2,i=4,I=4,f=4,e=2).get(fmt, 1 if fmt == '?' else 16 if fmt in 'FDg' else 8)
        mm=memoryview(bytearray(n)).cast(fmt); print(fmt, mm.tolist(), mm.itemsize)
        for v in (1,1.5,-1,'a',b'a',b'ab',10**30,True,None,1j):
            try: mm[0]=v; print('   ',v,mm[0])
            except BaseException as x: print('   ',v,type(x).__name__,x)
    except BaseException as x: print(fmt,type(x).__name__,x)


class E:
    def __buffer__(self, flags): print('buf',flags); return memoryview(b'hello')
    def __release_buffer__(self, v): print('rel',v.tobytes())
mm=memoryview(E()); print(mm.tobytes(), len(mm)); mm.release(); print(bytes(E()))
class E2:
    def __buffer__(self, flags): return 1
e("memoryview(E2())",E2=E2)
e("b'a'.__buffer__(0)"); e("b'a'.__buffer__(1)"); e("b'a'.__buffer__('a')");e("bytearray(b'a').__release_buffer__(memoryview(b'a'))");
with memoryview(b'abc') as q: print(q[0])
e("q[0]",q=q)
x=memoryview(bytearray(b'abc')); y=memoryview(x); x.release(); print(y[0])
