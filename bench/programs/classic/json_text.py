"""JSON: building, writing, reading and walking documents."""
import json
import sys


def document(seed):
    return {
        "id": seed, "name": f"item {seed}", "tags": [f"tag{(seed * i) % 17}" for i in range(8)],
        "price": seed * 1.25, "stock": None if seed % 5 else 0, "active": seed % 2 == 0,
        "text": "line one\nline \"two\" \t \u00e9\u20ac " * 3,
        "history": [{"at": 1_700_000_000 + seed * i, "delta": i - 5, "note": "é" * (i % 3)} for i in range(12)],
        "nested": {"a": {"b": {"c": [[], {}, [seed, [seed, [seed]]]]}}},
    }


def size_of(node):
    if isinstance(node, dict):
        return sum([len(key) + size_of(value) for key, value in node.items()])
    if isinstance(node, list):
        return 1 + sum([size_of(value) for value in node])
    return len(node) if isinstance(node, str) else 1


def main(count):
    total = length = 0
    for seed in range(count):
        source = document(seed)
        text = json.dumps(source)
        pretty = json.dumps(source, indent=1, sort_keys=True, ensure_ascii=False) if seed % 4 == 0 else ""
        back = json.loads(text)
        assert back == source
        length += len(text) + len(pretty)
        total += size_of(back)
    print(f"json {count}: {length} {total}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 22_000)
