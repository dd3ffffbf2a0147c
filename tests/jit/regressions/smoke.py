# The shape of a regression: what it prints is compared among `-X jit=off`, `t1` and `auto` (nothing has differed here).
def total(values):
    result = 0
    for value in values:
        result += value
    return result


print([total([i, 2.5, 1 << 61]) for i in range(60)][-3:])
