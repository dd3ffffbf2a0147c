# not under: publish
# The ends of several objects at once: none interrupts another, what one drops itself ends inside it.
log = []


class Ends:
    alive = 0

    def __init__(self, name, child=None):
        self.name, self.child = name, child
        Ends.alive += 1

    def __del__(self):
        n = Ends.alive
        for i in range(3):
            len(log)
        log.append(self.name)
        self.child = None
        for i in range(3):
            len(log)
        Ends.alive = n - 1 - (self.name == "outer")
        log.append("/" + self.name)


def three():
    a, b, c = Ends("a"), Ends("b"), Ends("c")
    keep = {1: a, 2: b, 3: c}
    del a, b, c
    keep.clear()


three()
print(all(log[log.index(name) + 1] == "/" + name for name in "abc"), Ends.alive)
log.clear()
pair = [Ends("outer", Ends("inner")), Ends("last")]
pair.clear()
inner = log.index("inner")
print(log[inner - 1], log[inner + 1:inner + 3], log[log.index("last") + 1], Ends.alive)
