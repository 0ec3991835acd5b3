"""quic_packets - packets and frames of QUIC v1 on the wire (RFC 9000, sections 16, 17 and 19)."""

from typing import NamedTuple

from .encoding import DecodeError, Reader

VERSION = 1
INITIAL, HANDSHAKE, APPLICATION = LEVELS = (0, 1, 2)
LEVEL_NAMES = ("Initial", "Handshake", "1-RTT")
# Packet types of long headers (section 17.2); 0-RTT and Retry are none that a server reads.
LEVEL_OF_TYPE = {0: INITIAL, 2: HANDSHAKE}
TYPE_OF_LEVEL = {INITIAL: 0, HANDSHAKE: 2}
CONNECTION_ID = 8
NUMBER = 4

PADDING, PING, ACK, ACK_ECN, CRYPTO = 0x00, 0x01, 0x02, 0x03, 0x06
STREAM, STREAM_LAST = 0x08, 0x0F
STREAM_FIN, STREAM_LENGTH, STREAM_OFFSET = 1, 2, 4
CLOSE, CLOSE_APPLICATION, HANDSHAKE_DONE = 0x1C, 0x1D, 0x1E
PATH_CHALLENGE, PATH_RESPONSE = 0x1A, 0x1B
# Frames that only move limits or identifiers: type to the form of its fields, v: a variable-length
# integer, b: bytes behind one, c: bytes behind one byte, 8 and 16: so many bytes.
OTHER_FRAMES = {
    0x04: "vvv",  # RESET_STREAM
    0x05: "vv",  # STOP_SENDING
    0x07: "b",  # NEW_TOKEN
    0x10: "v",  # MAX_DATA
    0x11: "vv",  # MAX_STREAM_DATA
    0x12: "v",  # MAX_STREAMS
    0x13: "v",
    0x14: "v",  # DATA_BLOCKED
    0x15: "vv",  # STREAM_DATA_BLOCKED
    0x16: "v",  # STREAMS_BLOCKED
    0x17: "v",
    0x18: "vvc6",  # NEW_CONNECTION_ID
    0x19: "v",  # RETIRE_CONNECTION_ID
    0x1B: "8",  # PATH_RESPONSE
}
WIDTHS = {"8": 8, "6": 16}

TRANSPORT_ERRORS = {
    0x00: "NO_ERROR",
    0x01: "INTERNAL_ERROR",
    0x02: "CONNECTION_REFUSED",
    0x03: "FLOW_CONTROL_ERROR",
    0x04: "STREAM_LIMIT_ERROR",
    0x05: "STREAM_STATE_ERROR",
    0x06: "FINAL_SIZE_ERROR",
    0x07: "FRAME_ENCODING_ERROR",
    0x08: "TRANSPORT_PARAMETER_ERROR",
    0x09: "CONNECTION_ID_LIMIT_ERROR",
    0x0A: "PROTOCOL_VIOLATION",
    0x0B: "INVALID_TOKEN",
    0x0C: "APPLICATION_ERROR",
    0x0D: "CRYPTO_BUFFER_EXCEEDED",
    0x0E: "KEY_UPDATE_ERROR",
    0x0F: "AEAD_LIMIT_REACHED",
    0x10: "NO_VIABLE_PATH",
}
CRYPTO_ERROR = 0x100


def variable(number):
    """variable - a variable-length integer (section 16)."""
    if number < 1 << 6:
        return bytes((number,))
    if number < 1 << 14:
        return (1 << 14 | number).to_bytes(2, "big")
    if number < 1 << 30:
        return (2 << 30 | number).to_bytes(4, "big")
    return (3 << 62 | number).to_bytes(8, "big")


class QuicReader(Reader):
    """A Reader that knows variable-length integers."""

    def variable(self):
        """variable - the next variable-length integer."""
        first = self.number(1)
        value = first & 0x3F
        return value << 8 * ((1 << (first >> 6)) - 1) | self.number((1 << (first >> 6)) - 1)

    def behind_variable(self):
        """behind_variable - the bytes behind a variable-length integer."""
        return self.take(self.variable())


class Packet(NamedTuple):
    """A packet as it came: `data` from its first byte to its last, its number at `at`."""

    level: int
    destination: bytes
    source: bytes
    data: bytes
    at: int


def split_datagram(datagram, id_length=CONNECTION_ID):
    """split_datagram - the Packets of a datagram (section 12.2), as far as they are ours to read:
    the rest is dropped. Packets with a short header have a connection id of `id_length` bytes."""
    packets = []
    try:
        _split(datagram, id_length, packets)
    except DecodeError:
        pass
    return packets


def _split(datagram, id_length, packets):
    while datagram:
        if not datagram[0] & 0x80:
            at = 1 + id_length
            packets.append(Packet(APPLICATION, datagram[1:at], b"", datagram, at))
            break
        reader = QuicReader(datagram)
        first, version = reader.number(1), reader.number(4)
        destination, source = reader.vector(1), reader.vector(1)
        level = LEVEL_OF_TYPE.get(first >> 4 & 3)
        if version != VERSION or level is None:
            break
        if level == INITIAL:
            reader.behind_variable()
        length = reader.variable()
        end = reader.at + length
        if end > len(datagram):
            raise DecodeError(f"a packet of {end} bytes in {len(datagram)}")
        packets.append(Packet(level, destination, source, datagram[:end], reader.at))
        datagram = datagram[end:]


def packet_header(level, destination, source, number, payload_length):
    """packet_header - up to and with the packet number, which has NUMBER bytes; `payload_length`:
    with the tag."""
    tail = number.to_bytes(NUMBER, "big")
    if level == APPLICATION:
        return bytes((0x40 | NUMBER - 1,)) + destination + tail
    header = bytes((0xC0 | TYPE_OF_LEVEL[level] << 4 | NUMBER - 1,))
    header += VERSION.to_bytes(4, "big")
    header += bytes((len(destination),)) + destination + bytes((len(source),)) + source
    if level == INITIAL:
        header += variable(0)
    length = NUMBER + payload_length
    return header + (1 << 14 | length).to_bytes(2, "big") + tail


def crypto_frame(offset, data):
    """crypto_frame - section 19.6."""
    return variable(CRYPTO) + variable(offset) + variable(len(data)) + data


def stream_frame(stream, offset, data):
    """stream_frame - section 19.8, with offset and length."""
    kind = STREAM | STREAM_LENGTH | STREAM_OFFSET
    return variable(kind) + variable(stream) + variable(offset) + variable(len(data)) + data


def close_frame(code, application=False, reason=b""):
    """close_frame - CONNECTION_CLOSE (section 19.19); in no particular frame type's name."""
    kind = variable(CLOSE_APPLICATION) if application else variable(CLOSE)
    return (
        kind + variable(code) + (b"" if application else b"\0") + variable(len(reason)) + reason
    )


def ack_frame(numbers):
    """ack_frame - section 19.3, of a set of packet numbers; without delay."""
    ranges = []
    for number in sorted(numbers, reverse=True):
        if ranges and ranges[-1][0] == number + 1:
            ranges[-1][0] = number
        else:
            ranges.append([number, number])
    (low, high), rest = ranges[0], ranges[1:]
    out = variable(ACK) + variable(high) + variable(0) + variable(len(rest)) + variable(high - low)
    for next_low, next_high in rest:
        out += variable(low - next_high - 2) + variable(next_high - next_low)
        low = next_low
    return out


def acked_numbers(reader, with_ecn):
    """acked_numbers - a set, of an ACK frame behind its type. DecodeError if it makes no sense."""
    high = reader.variable()
    reader.variable()
    count = reader.variable()
    numbers = set()
    low = high + 2
    for i in range(count + 1):
        high = high if i == 0 else low - reader.variable() - 2
        low = high - reader.variable()
        if low < 0 or high - low > 1 << 20:
            raise DecodeError("an ACK frame's range makes no sense")
        numbers.update(range(low, high + 1))
    if with_ecn:
        for _ in range(3):
            reader.variable()
    return numbers


def read_over(reader, kind):
    """read_over - one frame of OTHER_FRAMES behind its type."""
    for form in OTHER_FRAMES[kind]:
        if form == "v":
            reader.variable()
        elif form == "b":
            reader.behind_variable()
        elif form == "c":
            reader.vector(1)
        else:
            reader.take(WIDTHS[form])


class ByteStream:
    """Bytes with offsets that come in any order: CRYPTO and STREAM frames."""

    def __init__(self):
        self._taken = 0
        self._pieces = {}

    def add(self, offset, data):
        """add - a piece; the longest of those at one place is kept."""
        if len(self._pieces.get(offset, b"")) < len(data):
            self._pieces[offset] = data

    def take(self):
        """take - the bytes that follow on what was taken before, b"" if there are none."""
        taken = b""
        for offset in sorted(self._pieces):
            if offset > self._taken:
                break
            piece = self._pieces.pop(offset)[self._taken - offset :]
            taken += piece
            self._taken += len(piece)
        return taken
