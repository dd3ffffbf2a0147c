# Classes: instances, class attributes, methods of every kind, inheritance, super, special attributes.
class Animal:
    """An animal."""
    kingdom = "animalia"
    count = 0

    def __init__(self, name, legs=4):
        self.name = name
        self.legs = legs
        Animal.count += 1

    def speak(self):
        return f"{self.name} makes a sound"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"

    @classmethod
    def make(cls, *args):
        return cls(*args)

    @staticmethod
    def is_alive():
        return True

    @property
    def description(self):
        return f"{self.name} on {self.legs} legs"

    @description.setter
    def description(self, text):
        self.name, legs = text.split(":")
        self.legs = int(legs)

    @description.deleter
    def description(self):
        self.name = "nobody"


class Dog(Animal):
    def __init__(self, name, trick=None):
        super().__init__(name)
        self.trick = trick

    def speak(self):
        return super().speak() + ": woof"


class Puppy(Dog):
    kingdom = "puppies"

    def speak(self):
        return Dog.speak(self).replace("woof", "wif")


a, d, p = Animal("Worm", 0), Dog("Rex", "roll"), Puppy.make("Bo")
print(a, d, p, Animal.count, a.speak(), d.speak(), p.speak(), sep="\n")
print(a.kingdom, d.kingdom, p.kingdom, Animal.is_alive(), p.is_alive(), d.description, type(p).mro())
d.description = "Max:3"; print(d, d.legs); del d.description; print(d.name)
d.kingdom = "own"; print(d.kingdom, Dog.kingdom); del d.kingdom; print(d.kingdom); Animal.kingdom = "changed"; print(d.kingdom, p.kingdom)
print(isinstance(p, Animal), issubclass(Puppy, Dog), issubclass(Dog, Puppy), isinstance(p, (int, Dog)), type(p) is Puppy, Puppy.__bases__, Puppy.__name__, Puppy.__mro__[-1], Animal.__doc__, Dog.__doc__)
print(sorted(vars(p).items(), key=str), p.__dict__ is vars(p), hasattr(p, "tail"), getattr(p, "tail", "none"), getattr(p, "name"))
setattr(p, "tail", 1); print(p.tail); delattr(p, "tail"); print(hasattr(p, "tail"))
speak = p.speak; p.name = "Later"; print(speak(), speak.__self__ is p, speak.__func__ is Puppy.speak, Animal.speak(d))
p.speak = lambda: "instance function"; print(p.speak()); del p.speak; print(p.speak())


def shout(self):
    return self.speak().upper()


Animal.shout = shout; print(d.shout(), p.shout()); del Animal.shout; print(hasattr(d, "shout"))
for code in ["a.missing", "a.description_", "del a.missing", "Animal()", "Dog('x', 'y', 'z')", "Animal.speak()", "a.is_alive(1)", "Animal.make()", "del a.name; a.name", "a()", "a[0]", "len(a)", "a + 1", "1 + a", "a < a", "for _ in a: pass", "a.description.setter", "object().x", "object().x = 1", "Animal.description = 5; a.description"]:
    try:
        exec(code)
        print(code, "ok")
    except Exception as error:
        print(code, "->", type(error).__name__, error)


class Empty: pass


class Outer:
    class Inner:
        def who(self):
            return self.__class__.__qualname__
    items = [i * 2 for i in range(3)]
    total = sum(items)
    if total > 3:
        def extra(self): return "extra"
    for name in ("x", "y"):
        exec(f"{name} = {name!r} * 2")


print(Outer.Inner().who(), Outer.items, Outer.total, Outer().extra(), Outer.x, Outer.name, Outer.__qualname__, Empty.__dict__.get("__doc__"), Empty() == Empty(), Empty() != Empty())
e = Empty(); e.a = 1; f = Empty(); f.b = 2; e.__dict__["c"] = 3; print(e.c, e.__dict__, f.__dict__); e.__dict__ = {"z": 26}; print(e.z, hasattr(e, "a"))


class A:
    def hi(self): return "A"


class B:
    def hi(self): return "B"

    def only_b(self): return "only B"


e.__class__ = A; print(e.hi(), type(e).__name__, e.z); e.__class__ = B; print(e.hi(), e.only_b()); A.hi = B.hi; print(A().hi())


class Private:
    def __init__(self): self.__secret = 1; self._open = 2
    def reveal(self): return self.__secret


print(Private().reveal(), Private().__dict__, hasattr(Private(), "__secret"), Private()._Private__secret)
many = [Empty() for _ in range(100)]
for i, m in enumerate(many):
    setattr(m, f"attr{i % 10}", i); m.common = i
print(sum(m.common for m in many), many[37].attr7, many[5].__dict__)
wide = Empty()
for i in range(200): setattr(wide, f"w{i}", i)
for i in range(0, 200, 2): delattr(wide, f"w{i}")
print(len(vars(wide)), wide.w199, hasattr(wide, "w0"), sum(vars(wide).values()))
