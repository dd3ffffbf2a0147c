# An object with 2^28 references: counts must neither overflow nor free it.
class Popular:
    alive = 0

    def __init__(self):
        Popular.alive += 1

    def __del__(self):
        Popular.alive -= 1


target = Popular()
text = "shared " + str(Popular.alive)
references = [target] * (1 << 28)
print(len(references), references[0] is target, references[-1] is target)
references[12345] = text
print(references[12345], references[12346] is target)
del references
print(Popular.alive)
pair = [target, text]
print(pair[0] is target, pair[1])
del target, pair
import gc
gc.collect()
print(Popular.alive)
