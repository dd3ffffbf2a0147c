# exit: 1
# Carets under expressions over several lines, under binary operators, subscripts and calls, with wide and combining characters.
import traceback


def show(function):
    try:
        function()
    except Exception:
        traceback.print_exc()


def operands(a, b):
    return (a.first +
            b.second
            * a.third)


class Numbers:
    first = 1
    second = 2
    third = None


data = {"rows": [{"name": "x", "value": None}]}
größe, 数 = "ä", None
show(lambda: operands(Numbers, Numbers))
show(lambda: data["rows"][0]["value"]["missing"])
show(lambda: data["rows"][0]["name"].upper().lower().strip().nothing)
show(lambda: max(
    len("abc"),
    int("10"),
    int("twelve"),
))
show(lambda: größe + "数字" + 数 + "后")
show(lambda: "👍🏽 é" + (1 / 0))
show(lambda: [1, 2, 3][
    "index"
])
show(lambda: -data)
show(lambda: 1 < "2" < 3)
show(lambda: "x" in 5)
show(lambda: print(*1, sep=""))
show(lambda: {**data, **[1]})
show(lambda: data.update(1 for _ in range(3)))
show(lambda: (yield_ for yield_ in 5))
result = operands(
    Numbers(),
    Numbers()
) if data else show(
    None
)
