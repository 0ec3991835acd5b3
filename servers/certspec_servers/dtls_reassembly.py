"""dtls_reassembly - handshake messages out of fragments that come in any order, twice or never
(RFC 6347, section 4.2)."""

import struct

from .encoding import DecodeError
from .ending import Ending
from .names import HANDSHAKE_NAMES, name_of
from .records import MESSAGE_LIMIT, HandshakeMessage

# Type and length of the message as one number, its own number, and the fragment's offset and length
# (three bytes each) as the upper two and the lower four of six.
FRAGMENT_HEADER = struct.Struct(">IHHI")
HEADER = FRAGMENT_HEADER.size
# Messages that may be waiting for one before them.
AHEAD = 16


def fragment_header(message_type, length, sequence, offset, fragment_length):
    """fragment_header - the 12 bytes before a fragment (section 4.2.2)."""
    return FRAGMENT_HEADER.pack(
        message_type << 24 | length & 0xFFFFFF,
        sequence & 0xFFFF,
        offset >> 8,
        (offset & 0xFF) << 24 | fragment_length,
    )


class Partial:
    """A message of which some bytes may still be missing."""

    def __init__(self, message_type, length):
        self.message_type = message_type
        self.length = length
        self._body = b""
        # What has come: [start, end) that neither touch nor overlap, in order.
        self._ranges = []

    def add(self, offset, data):
        """add - a fragment, at its place; ranges that touch become one."""
        start, end = offset, offset + len(data)
        if end - start == self.length:
            self._body, self._ranges = data, [(0, self.length)]
            return
        if isinstance(self._body, bytes):
            self._body = bytearray(self._body or self.length)
        self._body[start:end] = data
        apart = []
        for low, high in self._ranges:
            if high < start or end < low:
                apart.append((low, high))
            else:
                start, end = min(low, start), max(high, end)
        self._ranges = sorted([*apart, (start, end)])

    def whole(self):
        """whole - the body, or None."""
        return bytes(self._body) if self._ranges == [(0, self.length)] else None


class Reassembly:
    """The client's messages of one handshake after the other."""

    def __init__(self):
        self._next = 0
        self._partial = {}
        self._latest = None
        # (number, type) of the last message that our own last flight answers.
        self._answered = None

    def take(self, data):
        """take - the fragments of one record. Whether one of them begins a message that we have
        answered already: the client has not got our flight."""
        again = False
        while data:
            if len(data) < HEADER:
                raise Ending("decode", "a fragment without a whole header", "decode_error")
            number, sequence, upper, lower = FRAGMENT_HEADER.unpack_from(data)
            message_type, length = number >> 24, number & 0xFFFFFF
            offset, size = upper << 8 | lower >> 24, lower & 0xFFFFFF
            fragment, data = data[HEADER : HEADER + size], data[HEADER + size :]
            if len(fragment) < size or offset + size > length:
                raise DecodeError(f"fragment {offset}+{size} of {length} bytes does not fit")
            if (sequence, message_type) == self._answered and offset == 0:
                again = True
            elif self._next <= sequence < self._next + AHEAD:
                self._add(message_type, length, sequence, offset, fragment)
        return again

    def _add(self, message_type, length, sequence, offset, fragment):
        if length > MESSAGE_LIMIT:
            raise Ending("decode", f"a handshake message of {length} bytes", "illegal_parameter")
        if sequence not in self._partial:
            self._partial[sequence] = Partial(message_type, length)
        partial = self._partial[sequence]
        if (partial.message_type, partial.length) != (message_type, length):
            raise DecodeError(f"fragments of message {sequence} differ in type or length")
        partial.add(offset, fragment)

    def next_message(self):
        """next_message - the next HandshakeMessage in order, or None."""
        partial = self._partial.get(self._next)
        body = partial.whole() if partial else None
        if body is None:
            return None

        del self._partial[self._next]
        header = fragment_header(partial.message_type, len(body), self._next, 0, len(body))
        self._latest = (self._next, partial.message_type)
        self._next += 1
        name = name_of(HANDSHAKE_NAMES, partial.message_type, 2)
        return HandshakeMessage(name, body, header + body)

    def answered(self):
        """answered - all that has been read so far is being answered by a flight of ours."""
        self._answered = self._latest

    def restart(self):
        """restart - a handshake is over: the next one counts from 0."""
        self._next = 0
        self._partial = {}
