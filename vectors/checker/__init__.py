"""The checker of vectors/: what check.py is made of."""
