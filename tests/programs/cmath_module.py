"""cmath: values, branch cuts, which special values are errors."""
import cmath, math
inf,nan=math.inf,math.nan
vals=[0.0,-2.5,710.5,inf,-inf,nan]
def s(z):
    f=lambda x: 'nan' if x!=x else '%.10g'%x if abs(x)>1e-15 and abs(x)!=inf else '0' if abs(x)<1 else 'inf'  # no signs of nothing and of everything
    return f(z.real)+','+f(z.imag)
for n in "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh".split():
    fn=getattr(cmath,n)
    for a in vals:
        for b in vals:
            try: r=s(fn(complex(a,b)))
            except Exception as e: r=type(e).__name__+' '+str(e)
            print(n,a,b,r)
for a in vals:
    for b in vals:
        for n in "phase polar isfinite isinf isnan".split():
            try: r=getattr(cmath,n)(complex(a,b))
            except Exception as e: r=type(e).__name__+' '+str(e)
            print(n,a,b,r)
        try: r=s(cmath.rect(a,b))
        except Exception as e: r=type(e).__name__+' '+str(e)
        print('rect',a,b,r)
class C:
    def __complex__(s): return 3+4j
class F:
    def __float__(s): return 2.0
class I:
    def __index__(s): return 7
class B:
    def __complex__(s): return 3
for e in ["cmath.sqrt('a')","cmath.sqrt(C())","cmath.sqrt(F())","cmath.sqrt(I())","cmath.sqrt(B())","cmath.sqrt(True)","cmath.sqrt(10**400)","cmath.log(8,2)","cmath.log(8,0)","cmath.log(0,2)","cmath.log(8,1)","cmath.log(1,None)","cmath.isclose(1,1+1e-12j)","cmath.isclose(1,2,rel_tol=-1)","cmath.isclose(inf,inf)","cmath.isclose(inf,complex(inf,1))","cmath.isclose(1,1.1,abs_tol=.2)","cmath.isclose('a',1)","cmath.rect('a',1)","cmath.rect(1)","cmath.phase('a')","cmath.e,cmath.pi,cmath.tau,cmath.inf,cmath.infj","cmath.nanj","cmath.polar(3+4j)","cmath.polar(1e308+1e308j)","cmath.isclose(1e300j,1e300j*(1+1e-10),rel_tol=1e-9,abs_tol=0)"]:
    try: print(e,eval(e))
    except Exception as x: print(e,type(x).__name__,x)
for z in (complex(-1, 0.0), complex(-1, -0.0)):  # both sides of the cut
    print(cmath.sqrt(z), cmath.phase(z), cmath.log(z).imag)
