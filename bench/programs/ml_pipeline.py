"""Prepares text for machine learning: the main job.

  ml_pipeline.py [--threads N] [--max-bytes N] [--output FOLDER] [FOLDER ...]

Reads the text files below the folders (default: the standard library's sources and the machine's documentation),
cleans and splits them into passages, trains a BPE vocabulary and encodes, finds near-duplicates with MinHash, weighs
terms with TF-IDF, hashes features, and writes `dataset.jsonl`, `vocabulary.json` and `summary.json` below the output
folder. What it writes and prints depends on the input alone: not on the number of threads, not on the interpreter.
Times go to standard error.
"""
import argparse
import os
import sys
import tempfile
import time

from ml import bpe, clean, corpus, dataset, features, minhash
from ml.workers import Workers

DEFAULT_MAX_BYTES = 60_000_000   # about a minute for CPython


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="read the text files below these folders")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--max-bytes", type=int, default=DEFAULT_MAX_BYTES, metavar="N", help="stop reading after N bytes")
    parser.add_argument("--merges", type=int, default=2000, metavar="N", help="size of the BPE vocabulary")
    parser.add_argument("--output", default=os.path.join(tempfile.gettempdir(), "ml_pipeline"), metavar="FOLDER")
    return parser.parse_args()


def default_folders():
    folders = [os.path.dirname(os.path.abspath(os.__file__)), "/usr/share/doc"]
    return [folder for folder in folders if os.path.isdir(folder)]


def run(options):
    folders = options.folders or default_folders()
    workers = Workers(options.threads)
    with workers:
        files, found = corpus.choose_files(folders, options.max_bytes)
        passages, cleaned = clean.read_passages(workers, files)
        words = clean.count_words(workers, passages)
        vocabulary = bpe.train(workers, words, options.merges)
        encoded = bpe.encode_all(workers, vocabulary, passages)
        kept, duplicates = minhash.drop_duplicates(workers, encoded)
        weighed = features.weigh(workers, passages, kept)
        summary = {
            "files": found,
            "text": cleaned,
            "passages": len(passages),
            "distinct_words": len(words),
            "vocabulary": len(vocabulary.symbols),
            "duplicates": duplicates,
            "kept": len(kept),
        }
        dataset.write(workers, options.output, vocabulary, passages, encoded, weighed, summary)
    return summary, workers.times


def main():
    options = parse_arguments()
    start = time.perf_counter()
    summary, times = run(options)
    total = time.perf_counter() - start
    for name, value in summary.items():
        print(f"{name}: {value}")
    for stage, seconds in times:
        print(f"{stage:<12} {seconds:8.2f} s", file=sys.stderr)
    print(f"{'all':<12} {total:8.2f} s with {options.threads} threads, output in {options.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
