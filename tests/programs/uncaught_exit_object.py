# exit: 1
# SystemExit with an object: its text is printed; an exit during the handling of another exception shows only the text.


class Reason:
    def __init__(self, *parts):
        self.parts = parts

    def __str__(self):
        return "\n".join(map(str, self.parts))


class Leave(SystemExit):
    pass


def leave():
    raise Leave(Reason("first", "second", 3))


try:
    raise KeyError("hidden")
except KeyError as error:
    leave()
