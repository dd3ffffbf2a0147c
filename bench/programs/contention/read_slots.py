"""Every thread reads slots of the same instances."""
from harness import run


class Node:
    __slots__ = ("name", "weight", "following")

    def __init__(self, name, following):
        self.name = name
        self.weight = len(name)
        self.following = following


HEAD = None
for i in range(100):
    HEAD = Node(f"node{i}", HEAD)


def work(number, size):
    total = 0
    for _ in range(size):
        node = HEAD
        while node is not None:
            total += node.weight
            if node.name is None:
                total += 1
            node = node.following
    return total


run("read_slots", work, 400_000)
