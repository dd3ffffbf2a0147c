"""Which files to read: the text files below some folders, in a mixed but fixed order, up to a number of bytes."""
import os
from collections import Counter
from dataclasses import dataclass

SUFFIXES = {".py", ".txt", ".rst", ".md", ".html", ".json", ".cfg", ".toml", ".c", ".h", ".css", ".xml", ""}
SKIPPED_FOLDERS = {"__pycache__", ".git"}
LARGEST = 1_000_000


@dataclass(frozen=True)
class File:
    name: str    # relative: begins with the given folder's own name
    path: str
    size: int


def text_hash(text):
    """FNV-1a over code points, 32 bits: the same on every interpreter and in every run."""
    h = 2166136261
    for character in text:
        h = ((h ^ ord(character)) * 16777619) & 0xFFFFFFFF
    return h


def choose_files(folders, max_bytes):
    """Returns (files, counts): what to read, and how many files were taken or passed over, by reason."""
    counts = Counter()
    files = []
    for folder in folders:
        files.extend(text_files(folder, counts))
    files.sort(key=lambda file: (text_hash(file.name), file.name))
    chosen, total = [], 0
    for file in files:
        if total + file.size > max_bytes:
            counts["beyond the limit"] += 1
            continue
        chosen.append(file)
        total += file.size
    counts["read"] = len(chosen)
    return chosen, dict(sorted(counts.items()))


def text_files(folder, counts):
    top = os.path.abspath(folder)

    def unreadable_folder(error):
        counts["unreadable folders"] += 1

    for parent, folders, names in os.walk(top, onerror=unreadable_folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() not in SUFFIXES:
                counts["not text by name"] += 1
                continue
            path = os.path.join(parent, name)
            relative = os.path.join(os.path.basename(top), os.path.relpath(path, top))
            try:
                size = os.stat(path).st_size
            except OSError:
                counts["dangling links"] += 1
                continue
            if not os.path.isfile(path) or not 0 < size <= LARGEST:
                counts["empty, too large or special"] += 1
                continue
            yield File(relative, path, size)
