# compile() of single statements and of incomplete ones, with codeop's flags; codeop itself; warnings before errors.
import codeop, warnings
warnings.simplefilter('ignore')

for src in ("if 1:\n  pass", "if 1:\n  pass\n", "if 1:\n  pass\n\n", "def f():\n  return 1", "x=1", "x=1\n","if 1: pass","if 1: pass\n","class C:\n  def f(s):\n    pass\n","for i in x: pass", "if 1:\n pass\nelse:", "if 1:\n pass\nelse:\n pass\n","try:\n pass\n","with a:\n  b\n", "@d\ndef f(): pass","a;b","if 1:\n  if 2:\n    x\n  y", "(\n1", "x = '''", "\n", "# c", "if 1:\n  pass\n# c", "if 1:\n  pass\n  # c","if 1:\n","if 1:","def f(","1+","x = 1; y","x\ny","x\n\n\n","async def f():\n  pass\n","match x:\n case 1: pass\n","match x:\n case 1: pass","while 1: pass\n\n","class A: x=1;","\n\nx\n","if 1:\n\n","if 1:\n  pass\n  ","x \\","if 1:\n  x \\\n","[1,\n#c\n", "return","try: pass\n","try:\n  pass\nfinally:\n  pass", "","  x\n", "f\"{","\"abc"):
  for mode in ('single','exec'):
    for fl in (0,0x200,0x4000,0x4200):
        try: compile(src,'<s>',mode,fl); r='ok'
        except SyntaxError as e: r=type(e).__name__+':'+e.msg
        print(repr(src),mode,hex(fl),r)
for src in ("if 1:\n  pass", "if 1:\n  pass\n", "1+", '"abc', "'a\\", "def f():", "@d", "@d\ndef f():pass", "x=1", "(1,", "# c", "",
            "try:\n pass\nexcept:\n pass\n", "class A:\n x\n\n", "foo bar", "1\n2"):
    try:
        print(repr(src), codeop.compile_command(src) is not None)
    except SyntaxError as e:
        print(repr(src), type(e).__name__, e.msg)
for src in ("'\\e' + (", "'\\e' 1", "1or 2 3", "x y\n'\\e'"):
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter('always')
        try:
            compile(src, '<s>', 'exec')
        except SyntaxError as e:
            print(repr(src), e.msg, [str(w.message) for w in log])
