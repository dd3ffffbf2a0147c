# t-strings: Template and Interpolation; the module _string.
import _string
import string.templatelib as tl


def e(s, **names):
    try:
        print(ascii(s), '->', ascii(eval(s, dict(globals(), **names))).split(' at 0x')[0])
    except BaseException as x:
        print(ascii(s), '->', type(x).__name__, ascii(str(x)), getattr(x, '__notes__', ''))


T = tl.Template
I = tl.Interpolation
a = 5


for s in [
    "t''",
    "t'a{a}b'",
    "t'a{a!r:>5}b'",
    'T()',
    "T('a','b')",
    "T('a',I(1,'x'),I(2,'y'),'b','c')",
    'T(1)',
    'T(a=1)',
    'I()',
    'I(1)',
    'I(1,2)',
    "I(1,'a','x')",
    "I(1,'a',None)",
    "I(1,'a','r',3)",
    "I(1,'a','r','s')",
    "I(value=1,expression='e',conversion='s',format_spec='f')",
    "I(1,'a',1)",
    "t'{a}'.strings",
    "t'{a}'.interpolations",
    "t'{a}'.values",
    "t'a'+t'b{a}c'+t'd'",
    "t'a'+'b'",
    "'b'+t'a'",
    "t'a'+1",
    "list(t'a{a}b')",
    "list(t'{a}{a}')",
    "list(t'')",
    "t'{a}'==t'{a}'",
    "len(t'a')",
    "t'a'.__reduce__()",
    "t'{a}'.interpolations[0].__reduce__()",
    "iter(t'a').__reduce__()",
    "type('X',(T,),{})",
    "type('X',(I,),{})",
    "t'{a}'.interpolations[0]==I(5,'a')",
    'I[int]',
    'T[int]',
    "tl.convert(1,'r')",
    "tl.convert('\xe9','a')",
    'tl.convert(1,None)',
    "tl.convert(1,'x')",
    "T('a') + T('b')",
    "T('a','b').strings",
    "T(I(1,'x')).strings",
    "T(I(1,'x'),I(2,'x')).strings",
    "I(1,'a').__match_args__",
    "t'{a}'.strings is t'{a}'.strings",
    'I(1)',
    "I(1,conversion='r')",
    "I(1,'e','r','s',5)",
    "next(iter(t''))",
]:
    e(s)

print(list(_string.formatter_parser('a{b!r:c{d}}e{{}}f{}')))
for name in 'a.b[c][0].d', '0', '', 'a[x', '7.x':
    first, rest = _string.formatter_field_name_split(name)
    try:
        print(repr(first), list(rest))
    except ValueError as x:
        print(repr(first), x)
e("_string.formatter_parser(1)")
e("_string.formatter_field_name_split(1)")
e("list(_string.formatter_parser('{'))")
