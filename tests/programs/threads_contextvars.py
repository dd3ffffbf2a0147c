# Context variables: each thread starts from its own context; copy_context, run, tokens; inheriting by hand.
import contextvars
import threading

user = contextvars.ContextVar("user", default="nobody")
depth = contextvars.ContextVar("depth")
user.set("main")
seen = {}


def work(name, context=None):
    def body():
        before = user.get()
        token = user.set(name)
        depth.set(len(name))
        for n in range(200):
            t = user.set(f"{name}{n}")
            user.reset(t)
        after = user.get()
        user.reset(token)
        seen[name] = (before, after, user.get(), depth.get())
    return (lambda: context.run(body)) if context else body


plain = contextvars.Context()
threads = [threading.Thread(target=work(n, plain.copy())) for n in ("a", "bb", "ccc")]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(dict(sorted(seen.items())), user.get())
try:
    depth.get()
except LookupError as error:
    print("LookupError", depth.get("default"))
context = contextvars.copy_context()
inherit = threading.Thread(target=work("dd", context))
inherit.start()
inherit.join()
print(seen["dd"], user.get(), context[depth], user in context, len(list(context)) >= 2, context.get(user))
busy, leave = threading.Event(), threading.Event()
t = threading.Thread(target=context.run, args=(lambda: (busy.set(), leave.wait()),))
t.start()
busy.wait()
try:
    context.run(print, "twice")
except RuntimeError as error:
    print("RuntimeError", "already entered" in str(error))
leave.set()
t.join()
token = user.set("x")
try:
    contextvars.copy_context().run(user.reset, token)
except ValueError as error:
    print("ValueError")
user.reset(token)
try:
    user.reset(token)
except RuntimeError as error:
    print("RuntimeError", "used" in str(error))
print(user.get(), user.name, token.var is user, token.old_value)
trail = []


def nested(n):
    user.set(f"level{n}")
    if n:
        contextvars.copy_context().run(nested, n - 1)
    trail.append(user.get())


contextvars.copy_context().run(nested, 4)
print(trail, user.get())
