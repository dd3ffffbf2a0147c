"""Writes what the job has made: one JSON line a passage, the vocabulary, the summary."""
import hashlib
import json
import os

from .workers import batches_of

COMPACT = (",", ":")


def write(workers, folder, vocabulary, passages, encoded, weighed, summary):
    """Writes the three files; adds tokens, bytes and checksum of the dataset to the summary."""
    def render_batch(batch):
        lines = []
        for number, top, vector in batch:
            passage, tokens = passages[number], encoded[number]
            row = {"id": passage.name, "text": passage.text, "tokens": tokens, "terms": top, "features": vector,
                   "ratio": round(len(tokens) / max(1, len(passage.text)), 4)}
            lines.append(json.dumps(row, ensure_ascii=False, separators=COMPACT) + "\n")
        return "".join(lines)

    os.makedirs(folder, exist_ok=True)
    rendered = workers.run("render", render_batch, batches_of(weighed, 40))
    workers.alone("write", write_dataset, os.path.join(folder, "dataset.jsonl"), rendered, summary)
    summary["tokens"] = sum(len(encoded[number]) for number, top, vector in weighed)
    longest = sorted(set(vocabulary.symbols), key=lambda symbol: (-len(symbol), symbol))[:12]
    summary["longest_symbols"] = " ".join(longest)
    with open(os.path.join(folder, "vocabulary.json"), "w", encoding="utf-8") as stream:
        json.dump({"symbols": vocabulary.symbols, "merges": [list(pair) for pair in vocabulary.ranks]}, stream,
                  ensure_ascii=False, indent=1)
    with open(os.path.join(folder, "summary.json"), "w", encoding="utf-8") as stream:
        json.dump(summary, stream, ensure_ascii=False, indent=2, sort_keys=True)


def write_dataset(path, rendered, summary):
    digest, size = hashlib.sha256(), 0
    with open(path, "w", encoding="utf-8", errors="surrogatepass") as stream:
        for part in rendered:
            stream.write(part)
            data = part.encode("utf-8", "surrogatepass")
            digest.update(data)
            size += len(data)
    summary["dataset_bytes"] = size
    summary["dataset_sha256"] = digest.hexdigest()
