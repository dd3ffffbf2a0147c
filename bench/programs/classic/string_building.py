"""Text made piece by piece: joining, formatting, concatenation, replacing, translating, encoding."""
import sys


def table(rows):
    lines = []
    for i in range(rows):
        lines.append(f"{i:>6} | {i * i:<12,} | {i / 7:9.3f} | {'even' if i % 2 == 0 else 'odd':^6} | {i:#06x}")
    return "\n".join(lines)


def csv_text(rows):
    """Grown by +=, a block of lines at a time."""
    blocks, text = [], ""
    for i in range(rows):
        text += str(i) + "," + "name" + str(i % 100) + "," + repr(i * 0.5) + "\n"
        if i % 50 == 0:
            blocks.append(text)
            text = ""
    return "".join(blocks) + text


def caesar(text, shift):
    letters = "abcdefghijklmnopqrstuvwxyz"
    return text.translate(str.maketrans(letters, letters[shift:] + letters[:shift]))


def reversed_words(text):
    return " ".join([word[::-1].capitalize() for word in text.split()])


def main(rows):
    words = "the quick brown fox jumps over the lazy dog äöü € 😀 " * 20
    total = 0
    for round_ in range(10):
        first = table(rows)
        second = csv_text(rows)
        third = caesar(words, round_ + 1)
        fourth = reversed_words(words)
        total += len(first) + len(second) + len(third) + len(fourth)
        total += second.count("name7") + first.find("odd") + len(first.replace(" ", "").splitlines())
        total += sum([len(field) for line in second.split("\n") for field in line.split(",")])
        total += len(fourth.encode("utf-8")) + len(fourth.upper()) + fourth.count("Eht")
        total += sum([ord(c) for c in third if c.isalpha()])
    print(f"string_building {rows}: {total}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 45_000)
