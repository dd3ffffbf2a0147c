"""Near-duplicates: MinHash signatures, banded buckets, union-find."""
import random

from .workers import batches_of

PRIME = 2_147_483_647
PERMUTATIONS = 18
ROWS = 3           # of a band
SHINGLE = 5        # tokens
SIMILAR = 0.7      # share of equal minima
SAMPLED = 2        # one hash in so many is looked at, the same ones everywhere


def permutations():
    source = random.Random(20150)
    return [(source.randrange(1, 1 << 29), source.randrange(PRIME)) for _ in range(PERMUTATIONS)]


def shingles(tokens):
    """The distinct hashes of all runs of SHINGLE tokens."""
    found = set()
    for start in range(max(1, len(tokens) - SHINGLE + 1)):
        h = 0
        for token in tokens[start:start + SHINGLE]:
            h = (h * 1_000_003 + token + 1) % PRIME
        found.add(h)
    return found


def signature(tokens, constants):
    found = shingles(tokens)
    hashes = [h for h in found if h % SAMPLED == 0] or list(found)
    return tuple([min([(a * h + b) % PRIME for h in hashes]) for a, b in constants])


class Groups:
    """Union-find; the smallest member stands for its group."""

    def __init__(self, size):
        self.parent = list(range(size))

    def find(self, member):
        while self.parent[member] != member:
            self.parent[member] = member = self.parent[self.parent[member]]
        return member

    def join(self, one, other):
        one, other = self.find(one), self.find(other)
        if one != other:
            self.parent[max(one, other)] = min(one, other)


def similarity(one, other):
    return sum([x == y for x, y in zip(one, other)]) / len(one)


def group(signatures):
    groups = Groups(len(signatures))
    for row in range(0, PERMUTATIONS, ROWS):
        buckets = {}
        for number, sign in enumerate(signatures):
            first = buckets.setdefault(sign[row:row + ROWS], number)
            if first != number and similarity(signatures[first], sign) >= SIMILAR:
                groups.join(first, number)
    return groups


def drop_duplicates(workers, encoded):
    """Returns (numbers of the passages to keep, how many were dropped)."""
    constants = permutations()

    def sign_batch(batch):
        return [signature(tokens, constants) for tokens in batch]

    results = workers.run("minhash", sign_batch, batches_of(encoded, 20))
    signatures = [sign for batch in results for sign in batch]
    groups = workers.alone("group", group, signatures)
    kept = [number for number in range(len(encoded)) if groups.find(number) == number]
    return kept, len(encoded) - len(kept)
