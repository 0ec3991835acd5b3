"""encoding - the presentation language of TLS (RFC 8446, section 3): vectors and numbers.

A body too long for its length field is sent whole behind a length that has wrapped around: a script
may ask for that, and a client has to refuse it.
"""

import struct


class DecodeError(Exception):
    """A message of the client cannot be read; its text says what is missing where."""


def vector8(body):
    """vector8 - `body` behind a length of one byte."""
    return (len(body) & 0xFF).to_bytes(1, "big") + body


def vector16(body):
    """vector16 - `body` behind a length of two bytes."""
    return (len(body) & 0xFFFF).to_bytes(2, "big") + body


def vector24(body):
    """vector24 - `body` behind a length of three bytes."""
    return (len(body) & 0xFFFFFF).to_bytes(3, "big") + body


def uint16(number):
    """uint16 - two bytes, big-endian."""
    return number.to_bytes(2, "big")


def uint32(number):
    """uint32 - four bytes, big-endian."""
    return number.to_bytes(4, "big")


def uint16_list(numbers):
    """uint16_list - the numbers, two bytes each."""
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def extension(number, body):
    """extension - one Extension: type, length, body (RFC 8446, section 4.2)."""
    return number.to_bytes(2, "big") + vector16(body)


def extensions_of(pairs):
    """extensions_of - the scenario's [[type, hex], …] as wire bytes without an outer length."""
    return b"".join(extension(number, bytes.fromhex(body)) for number, body in pairs)


class Reader:
    """Reads one message from front to back; every short read is a DecodeError."""

    __slots__ = ("data", "at")

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        """take - the next `count` bytes."""
        end = self.at + count
        if end > len(self.data):
            raise DecodeError(f"{count} bytes wanted at {self.at} of {len(self.data)}")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def number(self, size):
        """number - an unsigned number of `size` bytes."""
        return int.from_bytes(self.take(size), "big")

    def vector(self, size):
        """vector - the bytes behind a length of `size` bytes."""
        start = self.at + size
        end = start + int.from_bytes(self.data[self.at : start], "big")
        if start > len(self.data) or end > len(self.data):
            raise DecodeError(f"vector up to {end} at {self.at} of {len(self.data)}")
        self.at = end
        return self.data[start:end]

    def uint16s(self):
        """uint16s - a tuple of two-byte numbers behind a two-byte length."""
        body = self.vector(2)
        if len(body) % 2:
            raise DecodeError(f"list of 16-bit numbers has {len(body)} bytes")
        return struct.unpack(f">{len(body) // 2}H", body)

    def vectors(self):
        """vectors - all that is left as [bytes, …], each behind a length of two bytes."""
        data, at = self.data, self.at
        found = []
        while at + 2 <= len(data):
            start = at + 2
            end = start + (data[at] << 8 | data[at + 1])
            if end > len(data):
                break
            found.append(data[start:end])
            at = end
        self.at = at
        if self.more():
            # No whole vector: this says why.
            self.vector(2)
        return found

    def entries(self):
        """entries - all that is left as [(number, bytes), …]: numbers of 16 bits, each before bytes
        behind their length of two, as extensions are (RFC 8446, section 4.2)."""
        data, at = self.data, self.at
        found = []
        while at + 4 <= len(data):
            start = at + 4
            end = start + (data[at + 2] << 8 | data[at + 3])
            if end > len(data):
                break
            found.append((data[at] << 8 | data[at + 1], data[start:end]))
            at = end
        self.at = at
        if self.more():
            # No whole entry: one of these says why.
            self.number(2)
            self.vector(2)
        return found

    def more(self):
        """more - whether bytes are left."""
        return self.at < len(self.data)

    def finish(self):
        """finish - DecodeError if bytes are left."""
        if self.more():
            raise DecodeError(f"{len(self.data) - self.at} bytes too many")
