"""The parts of tests/jit/fuzz.py: what programs are made of, how they are run and compared, how they are made small."""
