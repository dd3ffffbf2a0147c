"""Every thread stores the same shared strings into containers of its own."""
from harness import run

WORDS = [f"shared word {i}" for i in range(500)]


class Box:
    def __init__(self, word):
        self.word = word


def work(number, size):
    words, total = WORDS, 0
    for _ in range(size):
        mine = []
        table = {}
        for word in words:
            mine.append(word)
            table[word] = word
        box = Box(words[0])
        for word in words:
            box.word = word
        mine[:] = words
        total += len(mine) + len(table) + len(box.word)
    return total


run("store_strings", work, 12_000)
