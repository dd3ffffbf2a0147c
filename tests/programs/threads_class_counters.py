# Threads that write class attributes all the time, others that read them through the class, a subclass, an instance, super() and a
# metaclass: what is read never goes back, and is never another name's.
import threading

wrong = []


class Meta(type):
    level = 0


class Base(metaclass=Meta):
    number = 0
    text = ("text", 0)
    level = 0

    def which(self):
        return ("method", 0)


class Middle(Base):
    def get_number(self):
        return super().number

    def which(self):
        return super().which()


class Leaf(Middle):
    pass


class Own(Middle):
    number = -1


leaf, own = Leaf(), Own()
done = threading.Event()


def never_back(what, look):
    def body():
        last = 0
        for _ in range(2500):
            now = look()
            if not last <= now:
                wrong.append((what, last, now))
            last = now
    return body


def check_text():
    for _ in range(2500):
        for v in (Base.text, Leaf.text, leaf.text):
            if v[0] != "text":
                wrong.append(v)
        if own.number != -1 or Own.number != -1:
            wrong.append("own")
        last = leaf.which()
        if last[0] != "method":
            wrong.append(last)


def write():
    for n in range(1, 1500):
        Base.number = n
        Base.text = ("text", n)
        Meta.other = n
        Base.which = lambda self, n=n: ("method", n)


def flicker():
    # A name that comes and goes in a class of the middle, and one that only the writer of Base has.
    for n in range(300):
        Middle.text = ("text", "middle")
        Middle.passing = n
        del Middle.text
        if Leaf.passing != n or leaf.passing != n:
            wrong.append(("passing", n))


def together(*targets):
    threads = [threading.Thread(target=t) for t in targets]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


together(write,
         never_back("class", lambda: Base.number),
         never_back("subclass", lambda: Leaf.number),
         never_back("instance", lambda: leaf.number),
         never_back("super", lambda: leaf.get_number()),
         never_back("method", lambda: leaf.which()[1]),
         never_back("meta", lambda: getattr(Base, "other", 0)),
         check_text, flicker)
print(wrong, Base.number, leaf.number, Leaf.text, leaf.which(), Base.other, own.number)


# A name that becomes volatile while others are filling their caches with it: new classes, many times.
def race():
    class Counter:
        n = 0

    class Sub(Counter):
        pass

    o = Sub()

    def add():
        for k in range(1, 40):
            Counter.n = k

    def look():
        last = 0
        while last < 39:
            for now in (Counter.n, Sub.n, o.n):
                if now < last:
                    wrong.append((last, now))
                last = now

    together(add, look, look)
    if (Counter.n, Sub.n, o.n) != (39, 39, 39):
        wrong.append("end")


for _ in range(25):
    race()
print(wrong)
