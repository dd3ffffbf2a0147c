"""Byte-pair encoding over characters: training on word counts, and encoding."""
import heapq
import threading
from collections import defaultdict
from dataclasses import dataclass, field

from .workers import batches_of

END = "·"          # closes a word
TRAINED_ON = 30_000   # distinct words: the most frequent ones


@dataclass
class Vocabulary:
    symbols: list
    ids: dict = field(default_factory=dict)      # symbol -> id
    ranks: dict = field(default_factory=dict)    # (left, right) -> place in the order of merges
    unknown: int = 0


def merge_word(parts, left, right):
    """parts with each `left right` joined."""
    merged, i, last = [], 0, len(parts) - 1
    joined = left + right
    while i <= last:
        if i < last and parts[i] == left and parts[i + 1] == right:
            merged.append(joined)
            i += 2
        else:
            merged.append(parts[i])
            i += 1
    return merged


class Trainer:
    """Keeps pair counts up to date from merge to merge; a heap with stale entries finds the largest."""

    def __init__(self, words):
        self.words = [list(word) + [END] for word, count in words]
        self.counts = [count for word, count in words]
        self.pairs = defaultdict(int)
        self.where = defaultdict(set)      # pair -> words that have had it
        for index in range(len(self.words)):
            self.add(index, 1)
        self.heap = [(-count, pair) for pair, count in self.pairs.items()]
        heapq.heapify(self.heap)

    def add(self, index, sign, changed=None):
        parts, count = self.words[index], sign * self.counts[index]
        for pair in zip(parts, parts[1:]):
            self.pairs[pair] += count
            if sign > 0:
                self.where[pair].add(index)
            if changed is not None:
                changed.add(pair)

    def best(self):
        while self.heap:
            count, pair = heapq.heappop(self.heap)
            if self.pairs.get(pair, 0) == -count and count < -1:
                return pair
        return None

    def merge(self, pair):
        changed = set()
        for index in sorted(self.where.pop(pair)):
            parts = self.words[index]
            merged = merge_word(parts, *pair)
            if len(merged) == len(parts):
                continue
            self.add(index, -1, changed)
            self.words[index] = merged
            self.add(index, 1, changed)
        self.pairs.pop(pair, None)
        changed.discard(pair)
        for other in changed:
            count = self.pairs[other]
            if count > 1:
                heapq.heappush(self.heap, (-count, other))
            elif not count:
                del self.pairs[other]


def train(workers, words, merges):
    frequent = sorted(words.items(), key=lambda item: (-item[1], item[0]))[:TRAINED_ON]
    return workers.alone("train BPE", train_on, frequent, merges)


def train_on(words, merges):
    alphabet = sorted({character for word, count in words for character in word} | {END})
    vocabulary = Vocabulary(["?", *alphabet])
    trainer = Trainer(words)
    for rank in range(merges):
        pair = trainer.best()
        if pair is None:
            break
        vocabulary.ranks[pair] = rank
        vocabulary.symbols.append(pair[0] + pair[1])
        trainer.merge(pair)
    for number, symbol in enumerate(vocabulary.symbols):
        vocabulary.ids.setdefault(symbol, number)
    return vocabulary


def encode_word(vocabulary, word):
    parts, ranks = list(word) + [END], vocabulary.ranks
    while len(parts) > 1:
        rank, pair = min((ranks.get(pair, len(ranks)), pair) for pair in zip(parts, parts[1:]))
        if rank == len(ranks):
            break
        parts = merge_word(parts, *pair)
    return [vocabulary.ids.get(part, vocabulary.unknown) for part in parts]


def encode_all(workers, vocabulary, passages):
    """For each passage the list of its tokens' numbers."""
    own = threading.local()

    def encode_batch(batch):
        try:
            known = own.known
        except AttributeError:
            known = own.known = {}
        encoded = []
        for passage in batch:
            tokens = []
            for word in passage.words:
                part = known.get(word)
                if part is None:
                    part = known[word] = encode_word(vocabulary, word)
                tokens.extend(part)
            encoded.append(tokens)
        return encoded

    results = workers.run("encode", encode_batch, batches_of(passages, 50))
    return [tokens for batch in results for tokens in batch]
