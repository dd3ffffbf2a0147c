"""tokenize: comments, all newlines, positions, f-strings, what is an error."""
import io
import tokenize
srcs=["x = 1\n","x = 1","x # c\n","x # c","# only\n","# only","\n","","   \n","  # ind\nx\n","if a:\n    b\n  # mid\n    c\n\n# end\nd\n","if a:\n\tb\n","def f(\n  a, # c\n  b\n):\n\n  return [1,\n 2]\n","s = '''a\nb'''\n","s = '''a\nb''' + 'c' # z\n","f'a{x!r:>{w}}b{{c}}'\n","f'''\na{\nx\n}b\n'''\n","f'{x=}' 'y'\n","f'{a:{b}}'\n","f'{{'\n","f'{{}}'\n","t'a{b}'\n","rb'x' Rf'{a}\\n'\n","a \\\n b\n","if x:\n  y \\\n  z\n","x = (1,\n\n# c\n 2)\n","(","(\n","a = [1,\n2","'abc","'''abc","x = 'a\n","f'{a'\n","if 1:\n  a\n b\n","$\n","a ? b\n","a!b\n","!\n","`\n","0777\n","1_\n","1é\n","é = 1 # ü\n","π²\n","x;y\n","a->b:=c...d\n","))\n","(]\n","[)\n","\x0cx\n","  \x0c x\n","x\r\ny\r\n","x\r\n# c\r\n\r\ny","'''a\r\nb'''\r\n","a\\\r\nb\r\n","async def f(): await x\n","match x:\n  case 1: pass\n","if a:\n  if b:\n    c","if a:\n  if b:\n    c\n","if a:\n  if b:\n    c\n\n\n","if a:\n  b\nelse:\n  c\n","class A:\n\n  x=1\n\n  def f(self): # c\n\n    # d\n    return 1\n# e\n  # f\n","@d\ndef f(): pass\n","x = 1 if a else 2; # c\n","print(f'{a}' # c\n)\n","f'{a # c\n}'\n","f'{\"x\"}'\n","f'{x:a{y}b{z}c}'\n","f'\\N{DASH}{x}'\n","f'a\\\nb{c}\\\n'\n","u'x' b\"y\"\n","0x1F 1e5 1j 1.5 .5 1_000 0b1 0o7\n","a <>b\n","a <<= b >>= c **= d //= e\n","x = '''\n\n'''\n\ny\n","\ufeffx\n","a\0b\n","\\","\\\n","x\\y\n","if 1:\\\n  x\n","  x\n y\n","lambda: (yield)\n", "f\"{x:{'a'}}\"\n", "f'{x!r}'\n","f'{x:%Y-%m}'\n","f'''{x:\na}'''\n","f'a' f'b'\n", "'a' \\\n'b'\n","{\n'a': 1,\n}\n", "x = [\n    1,\n    # comment\n]\n", "def f():\n    '''doc\n    more'''\n    x\n","a=1;b=2\n","not in is\n", "x = 5 \n   \n", "f'{a}}'\n", "f'{'\n", "f'{}'\n", "f'{a:}}'\n", "('''a\n''', # c\n 1)\n"]
for s in srcs:
    print('##',ascii(s))
    try:
        for t in tokenize.generate_tokens(io.StringIO(s, newline='').readline): print('  ',tokenize.tok_name[t.type],tokenize.tok_name[t.exact_type],ascii(t.string),t.start,t.end,ascii(t.line))
    except tokenize.TokenError as e: print('  TokenError',ascii(e.args))
    except SyntaxError as e: print('  ',type(e).__name__,e.msg,e.lineno,e.offset,ascii(e.text), e.filename)
    except BaseException as e: print('  ',type(e).__name__,e)
for b in [b'x\n',b'# -*- coding: latin1 -*-\n\xe9 = 1\n',b'\xef\xbb\xbfx\n',b'\xc3\xa9 = "\xc3\xa9"\n', b'# coding: utf-16\n', b'x\n\xff\n']:
    print('##',b)
    try:
        for t in tokenize.tokenize(io.BytesIO(b).readline): print('  ',tokenize.tok_name[t.type],ascii(t.string),t.start,t.end,ascii(t.line))
    except BaseException as e: print('  ',type(e).__name__,ascii(e.args))
import _tokenize

for arguments in (
    {"readline": io.BytesIO(b"x").readline},
    {"readline": io.StringIO("x").readline, "encoding": "utf-8"},
    {"readline": lambda: 1 / 0},
    {"readline": iter(["x\n", "y"]).__next__},
):
    readline = arguments.pop("readline")
    try:
        print(list(_tokenize.TokenizerIter(readline, extra_tokens=True, **arguments)))
    except Exception as e:
        print(type(e).__name__, e)
