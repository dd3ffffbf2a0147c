"""From bytes to passages of clean text, and from text to words."""
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from .workers import batches_of

PASSAGE = 1500   # characters, about

URL = re.compile(r"\b(?:https?|ftp)://[^\s<>\"')\]]+")
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,80}>")
HEX = re.compile(r"\b0[xX][0-9a-fA-F]+\b")
NUMBER = re.compile(r"\b\d+(?:[._]\d+)*(?:[eE][+-]?\d+)?\b")
RULE = re.compile(r"([-=*_#~.+])\1{4,}")
SPACES = re.compile(r"[ \t\f\v]+")
BLANK_LINES = re.compile(r"\n\s*\n+")
# URL and the like stand as words between private brackets, so that they survive the splitting.
WORD = re.compile(r"⟨\w+⟩|[A-Z]?[a-zß-öø-ÿ]+|[A-Z]+(?![a-z])|[^\W\d_]+|[^\w\s]")
ESCAPES = ((URL, "⟨url⟩"), (EMAIL, "⟨email⟩"), (TAG, "⟨tag⟩"), (HEX, "⟨hex⟩"), (NUMBER, "⟨number⟩"), (RULE, r"\1\1\1"))


@dataclass(frozen=True)
class Passage:
    name: str
    text: str
    words: tuple


def clean_text(text):
    if not text.isascii():
        text = plain_characters(unicodedata.normalize("NFKC", text))
    text = text.replace("\r\n", "\n")
    for pattern, replacement in ESCAPES:
        text = pattern.sub(replacement, text)
    return SPACES.sub(" ", text)


def plain_characters(text):
    """Drops accents, control characters and what has no meaning; keeps line ends."""
    kept = []
    for character in unicodedata.normalize("NFD", text):
        if character < "\x7f":
            kept.append(character)
            continue
        category = unicodedata.category(character)
        if category == "Mn" or category[0] == "C":
            continue
        kept.append(" " if category[0] == "Z" else character)
    return unicodedata.normalize("NFC", "".join(kept))


def split_words(text):
    return tuple(word.lower() for word in WORD.findall(text))


def split_passages(text):
    """Paragraphs, joined until a passage is long enough."""
    part, length = [], 0
    for paragraph in BLANK_LINES.split(text):
        paragraph = paragraph.strip()
        if not paragraph:
            continue
        part.append(paragraph)
        length += len(paragraph)
        if length >= PASSAGE:
            yield "\n\n".join(part)
            part, length = [], 0
    if part:
        yield "\n\n".join(part)


def decode(data, counts):
    if b"\0" in data[:4096]:
        counts["binary"] += 1
        return ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        counts["not UTF-8"] += 1
        return data.decode("latin-1")


def read_batch(files):
    passages, counts = [], Counter()
    for file in files:
        try:
            with open(file.path, "rb") as stream:
                data = stream.read()
        except OSError:
            counts["unreadable"] += 1
            continue
        counts["bytes"] += len(data)
        text = clean_text(decode(data, counts))
        counts["characters"] += len(text)
        counts["lines"] += text.count("\n")
        for number, part in enumerate(split_passages(text)):
            passages.append(Passage(f"{file.name}#{number}", part, split_words(part)))
    return passages, counts


def read_passages(workers, files):
    """Returns (passages, counts)."""
    passages, total = [], Counter()
    for part, counts in workers.run("read, clean", read_batch, batches_of(files, 60_000, lambda file: file.size)):
        passages.extend(part)
        total.update(counts)
    return passages, dict(sorted(total.items()))


def count_batch(passages):
    counts = Counter()
    for passage in passages:
        counts.update(passage.words)
    return counts


def count_words(workers, passages):
    total = Counter()
    for counts in workers.run("count words", count_batch, batches_of(passages, 100)):
        total.update(counts)
    return total
