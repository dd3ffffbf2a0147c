"""Every thread reads the same dict."""
from harness import run

TABLE = {f"key{i}": [i] for i in range(1000)}
KEYS = list(TABLE)


def work(number, size):
    table, keys, total = TABLE, KEYS, 0
    for _ in range(size):
        for key in keys:
            total += table[key][0]
        total += table.get("absent", 1) + ("key5" in table)
    return total


run("read_dict", work, 24_000)
