"""_csv: dialects and their errors, what writers quote, what readers make of lines, limits."""
import _csv

for n in ('reader','writer','register_dialect','unregister_dialect','get_dialect','list_dialects','field_size_limit'):
    f=getattr(_csv,n); print(n, f.__text_signature__)
for k in dir(_csv): 
    if k[:5]=='QUOTE': print(k,getattr(_csv,k))
def t(s):
    try:
        r=eval(s)
        print(s,'->',type(r).__name__ if isinstance(r,_csv.Dialect) else r)
    except BaseException as e: print(s,'!!',type(e).__name__,e)
for s in ["_csv.Dialect(delimiter='ab')","_csv.Dialect(delimiter='')","_csv.Dialect(delimiter=None)","_csv.Dialect(delimiter=3)","_csv.Dialect(delimiter='\\n')","_csv.Dialect(delimiter=' ')","_csv.Dialect(delimiter=' ',skipinitialspace=True)","_csv.Dialect(quotechar='')","_csv.Dialect(quotechar=None)","_csv.Dialect(quotechar=None,quoting=0)","_csv.Dialect(quotechar=None,quoting=3)","_csv.Dialect(quotechar=3)","_csv.Dialect(quotechar='ab')","_csv.Dialect(escapechar='')","_csv.Dialect(escapechar='ab')","_csv.Dialect(escapechar=4)","_csv.Dialect(escapechar='\\n')","_csv.Dialect(lineterminator=None)","_csv.Dialect(lineterminator=4)","_csv.Dialect(quoting=9)","_csv.Dialect(quoting=-1)","_csv.Dialect(quoting='a')","_csv.Dialect(quoting=None)","_csv.Dialect(quoting=1.0)","_csv.Dialect(strict=2).strict","_csv.Dialect(1,2)","_csv.Dialect('nope')","_csv.Dialect(3)","_csv.Dialect(None)","_csv.Dialect(object())","_csv.Dialect(delimiter=',',quotechar=',')","_csv.Dialect(delimiter=',',escapechar=',')","_csv.Dialect(quotechar=',',escapechar=',',delimiter=';')","_csv.Dialect(delimiter=';',lineterminator=';')","_csv.Dialect(quotechar=';',lineterminator=';')","_csv.Dialect(escapechar=';',lineterminator=';')","_csv.Dialect(quotechar=' ')","_csv.Dialect(quotechar=' ',skipinitialspace=1)","_csv.Dialect(escapechar=' ',skipinitialspace=1)","_csv.reader()","_csv.reader(1)","_csv.reader([],'nope')","_csv.reader([],1,2)","_csv.reader([], dialect='excel')","_csv.writer()","_csv.writer(1)","_csv.writer([],'x')","_csv.get_dialect('x')","_csv.register_dialect()","_csv.register_dialect('a')","_csv.register_dialect(1)","_csv.register_dialect('a',1,2)","_csv.register_dialect('a',delimiter=';')","_csv.get_dialect('a').delimiter","_csv.list_dialects()","_csv.unregister_dialect('zz')","_csv.unregister_dialect('a')","_csv.field_size_limit()","_csv.field_size_limit('a')","_csv.field_size_limit(None)","_csv.field_size_limit(10)","_csv.field_size_limit(-1)","_csv.field_size_limit(131072)","_csv.Dialect().delimiter","_csv.Reader()","_csv.Writer()","next(_csv.reader([b'a']))","next(_csv.reader([3]))","list(_csv.reader(['a\\0b']))","_csv.reader([]).line_num","_csv.Dialect(_csv.Dialect(delimiter=';')).delimiter","_csv.Dialect(quoting=True).quoting","_csv.Dialect(doublequote='').doublequote","_csv.Dialect(strict=[]).strict","_csv.get_dialect([])","_csv.Dialect(quotechar='\\r')","_csv.Dialect(delimiter='\\r')","_csv.Dialect(quotechar='\\n',lineterminator='x')","_csv.Dialect(escapechar='\\r')","_csv.Dialect(lineterminator='')","_csv.Dialect('excel')","_csv.Dialect(delimiter='\u20ac').delimiter","setattr(_csv.Dialect(),'zzz','x')","setattr(_csv.Dialect(),'strict','x')","setattr(_csv.reader([]),'line_num',1)","setattr(_csv.reader([]),'dialect',1)"]: t(s)
import io
def w(*rows,**kw):
    class F:
        def __init__(s): s.o=[]
        def write(s,x): s.o.append(x); return len(x)
    f=F()
    try:
        wr=_csv.writer(f,**kw)
        r=[wr.writerow(x) for x in rows]
    except BaseException as e: r=(type(e).__name__,str(e))
    print(rows,kw,'=>',f.o,r)
for q in range(6):
    w(['a','b c','d"e','f,g',None,'',3,4.5,True,'x\ny','x\ry',' lead','\\',"'"],quoting=q)
    w(['a','b c','d"e','f,g',None,'',3,4.5,True,'x\ny','x\ry',' lead','\\'],quoting=q,escapechar='\\')
    w(['a','d"e','f,g\\'],quoting=q,escapechar='\\',doublequote=False)
    w([''],[None],[],[1],quoting=q)
    w([' a','b ',' '],[' '],quoting=q,skipinitialspace=True)
    w(['a b',''],quoting=q,delimiter=' ')
    w([' ',''],quoting=q,delimiter=' ',skipinitialspace=True)
    w(['a!b"c'],quoting=q,lineterminator='!')
    w(['"'],quoting=q,quotechar=None) if q in(0,3) else 0
    w(['a'],['"'],quoting=q,doublequote=False)
w(5); w('abc'); w({1:2}); w(None)
w([int],escapechar=None)
class B:
    def __repr__(self): return 'B'
    def __str__(self): raise ValueError('bad')
w([B()])
try: _csv.writer(io.StringIO()).writerows(3)
except Exception as e: print(repr(e))
try: _csv.writer(io.StringIO()).writerows([[1],2])
except Exception as e: print(repr(e))
print(_csv.writer(io.StringIO()).writerows([[1],[2]]))
w(['a\0b'],[1e300,float('nan'),-0.0,10**30])
def r(*lines,**kw):
    rd=None
    try:
        rd=_csv.reader(list(lines),**kw)
        out=[]
        for x in rd: out.append(x)
        print(lines,kw,'=>',out,rd.line_num)
    except BaseException as e: print(lines,kw,'=>',out if rd else None,type(e).__name__,e, rd and rd.line_num)
for st in (False,True):
    for q in range(6):
        r('a,b,"c d","e""f",,"",3,4.5, 1,"5" ','x','',quoting=q,strict=st)
        r('1,"2",,"",3','-1.5e3, "7",nan',quoting=q,strict=st)
        r('"abc',quoting=q,strict=st); r('"abc\n','def"\n',quoting=q,strict=st); r('"a"b,c',quoting=q,strict=st); r('a"b"c',quoting=q,strict=st); r('1,a\\,b,"\\"",\\','x',quoting=q,strict=st,escapechar='\\'); r('1\\\n2','\\\n','3',quoting=q,strict=st,escapechar='\\')
        r(' "a", b,  "c"',quoting=q,strict=st,skipinitialspace=True)
        r('a\nb',quoting=q,strict=st); r('a\r\n',quoting=q,strict=st); r('a\rb',quoting=q,strict=st); r('a\r\nb',quoting=q,strict=st); r('"a\r\nb"\r',quoting=q,strict=st)
        r('"a""b"c,"d" "e"',quoting=q,strict=st,doublequote=False); r('"a\\"b"',quoting=q,strict=st,doublequote=False,escapechar='\\')
        r('"a','','b"',quoting=q,strict=st); r('',quoting=q,strict=st); r('\n',quoting=q,strict=st); r(',',quoting=q,strict=st); r('"',quoting=q,strict=st); r('""',quoting=q,strict=st); r('a,',quoting=q,strict=st); r('\\',quoting=q,strict=st,escapechar='\\'); r('"\\',quoting=q,strict=st,escapechar='\\'); r('a b  c',quoting=q,strict=st,delimiter=' ');r('a b  c',quoting=q,strict=st,delimiter=' ',skipinitialspace=True); r("'a','b'",quoting=q,strict=st,quotechar="'")
        r('"\u20ac",\U0001f600,\xe9',quoting=q,strict=st)
_csv.field_size_limit(5)
r('abcde'); r('abcdef'); r('"abcdef"'); r('abc,def,ghi,j','1234567')
_csv.field_size_limit(131072)
def g():
    yield 'a'
    1/0
try: list(_csv.reader(g()))
except Exception as e: print(repr(e))
rd=_csv.reader(['a','b'])
print(next(rd),rd.line_num,rd.dialect.delimiter,iter(rd) is rd,next(rd))
try: next(rd)
except StopIteration as e: print('stop',rd.line_num)
