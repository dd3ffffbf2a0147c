# A traced frame catches an exception; what its unwinding drops raises and catches another one in other code before
# the frame goes on: the line it comes from is its own.
import sys

events = []


def tracer(frame, event, arg):
    events.append((frame.f_code.co_name, event, frame.f_lineno))
    return tracer


def far_away(n):
    try:
        return {}[n]
    except KeyError:
        return n


class Late:
    def __del__(self):
        far_away(1)
        sys.settrace(tracer)
        sys._getframe(1).f_trace = tracer


def catches(n):
    total = 0
    for i in range(n):
        try:
            pair = (Late(), 1 // 0)
        except ZeroDivisionError:
            total += 1
        total += 1
    return total


print(catches(3))
sys.settrace(None)
for event in events:
    print("~", *event)
