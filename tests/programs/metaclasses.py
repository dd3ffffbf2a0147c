# Metaclasses, __prepare__, class creation hooks, dynamic types, __class_getitem__, instance checks.
class Order(type):
    @classmethod
    def __prepare__(meta, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"injected": 1}

    def __new__(meta, name, bases, namespace, **kw):
        cls = super().__new__(meta, name, bases, dict(namespace))
        cls.order = [n for n in namespace if not n.startswith("__")]
        return cls

    def __init__(cls, name, bases, namespace, **kw):
        super().__init__(name, bases, namespace)
        cls.options = kw

    def __len__(cls): return len(cls.order)
    def __iter__(cls): return iter(cls.order)
    def __contains__(cls, n): return n in cls.order
    def __getitem__(cls, n): return cls.order[n]
    def __repr__(cls): return f"<Order {cls.__name__}>"
    def __getattr__(cls, name): return "meta:" + name
    @property
    def shout(cls): return cls.__name__.upper()


class Fields(metaclass=Order, option=5):
    b = 1
    a = 2
    def method(self): return "m"


print(Fields, len(Fields), list(Fields), "a" in Fields, Fields[0], Fields.options, Fields.nothing, Fields.shout, Fields().method(), isinstance(Fields, Order), type(Fields).__name__)


class More(Fields, option=6): c = 3


print(More, list(More), More.options, More.b)
Dyn = type("Dyn", (More.__bases__[0],), {"x": 5, "f": lambda self: self.x}) if False else Order("Dyn", (Fields,), {"x": 5, "f": lambda self: self.x})
print(Dyn, Dyn().f(), Dyn.order)
Plain = type("Plain", (), {"__init__": lambda self, v: setattr(self, "v", v), "__repr__": lambda self: f"Plain {self.v}", "__slots__": ("v",)})
print(Plain(3), Plain.__name__, Plain.__module__)


class Check(type):
    def __instancecheck__(cls, obj): return hasattr(obj, "quack")
    def __subclasscheck__(cls, sub): return sub.__name__.startswith("Q")


class Duck(metaclass=Check): pass
class Quiet: quack = 1


print(isinstance(Quiet(), Duck), isinstance(5, Duck), issubclass(Quiet, Duck), issubclass(int, Duck), isinstance(5, (str, Duck)))


class Gen:
    def __class_getitem__(cls, item): return f"{cls.__name__}[{item}]"


print(Gen[5], Gen[1, 2], list[int], dict[str, int], list[int].__origin__, list[int].__args__, isinstance([], list), tuple[int, ...])


class Count(type):
    total = 0
    def __new__(meta, *args):
        meta.total += 1
        return super().__new__(meta, *args)


class C1(metaclass=Count): pass
class C2(C1): pass


print(Count.total, type(C2) is Count)
class M1(type): pass
class M2(type): pass
class A(metaclass=M1): pass
class B(metaclass=M2): pass
try:
    class AB(A, B): pass
except TypeError as error:
    print(error)


class M12(M1, M2): pass
class AB(A, B, metaclass=M12): pass
print(type(AB).__name__)
def factory(name, bases, namespace, **kw): return (name, bases, sorted(k for k in namespace if not k.startswith("__")), kw)
class NotAClass(metaclass=factory, k=1): x = 1
print(NotAClass)


class Final:
    def __init_subclass__(cls, **kw): raise TypeError(f"{cls.__name__}: final")


try:
    class Sub(Final): pass
except TypeError as error:
    print(error)


class Entries:
    def __mro_entries__(self, bases): return (dict,)


class FromEntries(Entries()): pass
print(FromEntries.__bases__, FromEntries.__orig_bases__[0].__class__.__name__, FromEntries(a=1))
for code in ["type('x', (), {}, 1)", "type()", "type(1, (), {})", "class K(metaclass=5): pass", "class K(int, metaclass=M1): pass; print(type(K))", "type('T', (bool,), {})", "class K(foo=1): pass", "type.__call__()"]:
    try:
        exec(code)
        print(code, "ok")
    except Exception as error:
        print(code, "->", type(error).__name__, error)
print(type(5), type(type), type(object), object.__class__, type.__mro__, int.__bases__, type.__bases__, isinstance(type, object), isinstance(object, type), callable(int), bool.__base__)
