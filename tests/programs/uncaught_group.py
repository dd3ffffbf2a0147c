# exit: 1
# A group of exceptions with tracebacks, notes, causes and groups within.


def fail(kind):
    try:
        raise kind(f"made for {kind.__name__}")
    except Exception as error:
        if kind is KeyError:
            error.add_note("a note on the key error\nof two lines")
        return error


def caused():
    try:
        try:
            [][1]
        except IndexError as error:
            raise ValueError("list was empty") from error
    except ValueError as error:
        return error


def inner():
    errors = [fail(KeyError), caused()]
    raise ExceptionGroup("inner", errors)


def outer():
    errors = [fail(TypeError)]
    try:
        inner()
    except ExceptionGroup as group:
        errors.append(group)
    errors.append(OSError(2, "No such file or directory", "missing.txt"))
    group = ExceptionGroup("outer", errors)
    group.add_note("noted on the group")
    raise group


outer()
