"""TF-IDF weights and hashed feature vectors of the passages kept."""
import heapq
import math
from collections import Counter

from .corpus import text_hash
from .workers import batches_of

DIMENSIONS = 512
TOP = 8


def document_frequencies(workers, passages, kept):
    def count_batch(batch):
        counts = Counter()
        for number in batch:
            counts.update(set(passages[number].words))
        return counts

    total = Counter()
    for counts in workers.run("frequencies", count_batch, batches_of(kept, 100)):
        total.update(counts)
    return total


def weigh(workers, passages, kept):
    """For each passage kept (number, top terms, feature vector as [index, value] pairs)."""
    frequencies = document_frequencies(workers, passages, kept)
    inverse = {word: math.log((1 + len(kept)) / (1 + count)) for word, count in frequencies.items()}
    places = {}   # word -> (dimension, sign); filled by all threads, each with the same answer

    def place(word):
        found = places.get(word)
        if found is None:
            h = text_hash(word)
            found = places[word] = (h % DIMENSIONS, 1.0 if h & 0x10000 else -1.0)
        return found

    def weigh_batch(batch):
        return [(number, *weigh_passage(passages[number].words, inverse, place)) for number in batch]

    results = workers.run("weigh", weigh_batch, batches_of(kept, 40))
    return [row for batch in results for row in batch]


def weigh_passage(words, inverse, place):
    counts = Counter(words)
    weights = {word: (1.0 + math.log(count)) * inverse[word] for word, count in counts.items()}
    top = heapq.nsmallest(TOP, weights.items(), key=lambda item: (-round(item[1], 9), item[0]))
    vector = [0.0] * DIMENSIONS
    for word in sorted(weights):
        index, sign = place(word)
        vector[index] += sign * weights[word]
    norm = math.sqrt(math.fsum([value * value for value in vector])) or 1.0
    sparse = [[index, round(value / norm, 4)] for index, value in enumerate(vector) if value]
    return [[word, round(weight, 4)] for word, weight in top if word.isalpha()], sparse
