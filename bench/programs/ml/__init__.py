"""The stages of ml_pipeline.py, in their order: corpus, clean, bpe, minhash, features, dataset."""
