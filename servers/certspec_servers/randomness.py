"""randomness - everything random of one connection, from its scenario's seed."""

import hashlib


class SeededRandom:
    """A deterministic byte stream: SHAKE-256 of the seed and a block counter.

    The same seed gives the same bytes in every process. Not for real use: a seed is public.
    """

    BLOCK = 256

    def __init__(self, seed):
        self._seed = b"certspec servers\0" + seed.encode("utf-8", "surrogatepass")
        self._block = b""
        self._at = 0
        self._counter = 0

    def bytes(self, count):
        """bytes - the next `count` bytes of the stream."""
        while self._at + count > len(self._block):
            prefix = self._seed + b"\0" + self._counter.to_bytes(8, "big")
            self._block = self._block[self._at :] + hashlib.shake_256(prefix).digest(self.BLOCK)
            self._at = 0
            self._counter += 1
        taken = self._block[self._at : self._at + count]
        self._at += count
        return taken

    def number(self, below):
        """number - a number from 0 to `below` - 1; `below` is at most 2**32 (its bias is small)."""
        return int.from_bytes(self.bytes(8), "big") % below
