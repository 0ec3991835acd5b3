"""quic_records - QUIC v1 in the place of a record layer (RFC 9000, RFC 9001): it offers what
records.py lists, so that the handshake of TLS 1.3 runs over CRYPTO frames.

Not there, as a peer on loopback needs none of it: congestion and flow control, address validation
(and its limit of three times what was received), migration, key update, 0-RTT, Retry.
"""

import time

from . import quic_packets as wire
from .encoding import Reader, extension, vector8, vector16
from .ending import Ending
from .names import ALERT_LEVELS, ALERTS, EXTENSIONS, HANDSHAKE_NAMES, alert_text, name_of
from .protection import BadRecord
from .quic_protection import TAG, initial_keys, keys_of_secret
from .records import MESSAGE_LIMIT, Alert, ApplicationData, HandshakeMessage

FATAL, WARNING = ALERT_LEVELS["fatal"], ALERT_LEVELS["warning"]
CLOSE_NOTIFY = ALERTS["close_notify"]
# A datagram with an Initial packet has at least this size (RFC 9000, section 14.1).
DATAGRAM = 1200
CRYPTO_PIECE = 1000
# What a packet has beside its frames, at most.
OVERHEAD = 1 + 4 + 2 * (1 + 20) + 1 + 2 + wire.NUMBER + TAG
ACK_ROOM = 64
# A packet is lost when one so much later has been acknowledged (RFC 9002, section 6.1.1).
REORDERING = 3
RETRANSMIT_LIMIT = 60.0
WAITING_PACKETS = 64
# RFC 9000, section 18.2: transport parameters.
ORIGINAL_DESTINATION_CONNECTION_ID, INITIAL_SOURCE_CONNECTION_ID = 0x00, 0x0F
LIMITS = {0x04: 1 << 24, 0x05: 1 << 22, 0x06: 1 << 22, 0x07: 1 << 22, 0x08: 100, 0x09: 100}
QUIC_TRANSPORT_PARAMETERS = 0x39
FIRST_CLIENT_STREAM, FIRST_SERVER_STREAM = 0, 1


class Space:
    """One encryption level: keys, packet numbers, and what is on its way."""

    def __init__(self):
        self.read = self.write = None
        self.next_number = 0
        self.largest_received = -1
        self.received = set()
        self.owes_ack = False
        # Frames to send; {packet number: frames} that nobody has acknowledged.
        self.queue = []
        self.outstanding = {}
        self.crypto_sent = 0
        self.crypto = wire.ByteStream()
        self.messages = bytearray()

    def requeue(self, numbers):
        """requeue - the frames of lost packets go out again, before all others."""
        lost = [frame for number in sorted(numbers) for frame in self.outstanding.pop(number)]
        self.queue[:0] = lost

    def acknowledge(self, numbers):
        """acknowledge - takes an ACK; packets well before it are lost."""
        known = [number for number in self.outstanding if number in numbers]
        for number in known:
            del self.outstanding[number]
        if numbers:
            newest = max(numbers)
            self.requeue([n for n in self.outstanding if n + REORDERING <= newest])
        return bool(known)


class QuicRecords:
    """QUIC over a DatagramTransport."""

    def __init__(self, transport, version, random, log, scenario):
        """`version`: names.Version; `log(direction, message, length, detail)`; `scenario`: for its
        `fragment`, `retransmit` and `transport_parameters`."""
        self.transport = transport
        self._log = log
        self._scenario = scenario
        self._fragment = scenario["fragment"]
        self._spaces = [Space() for _ in wire.LEVELS]
        self._level = wire.INITIAL
        self._own_id = random.bytes(wire.CONNECTION_ID)
        self._client_id = self._original_id = None
        self._first_timeout = self._timeout = scenario["retransmit"]
        self._retransmit_at = None
        # Packets that have come before their keys, by level.
        self._waiting = [[] for _ in wire.LEVELS]
        self._streams = {}
        self._stream = None
        self._stream_sent = 0
        self._events = []

    # Sending.

    def set_fragment(self, fragment):
        """set_fragment - from here on, this is the scenario's `fragment`."""
        self.flush()
        self._fragment = fragment

    def send_handshake(self, message_type, body):
        """send_handshake - in CRYPTO frames at the level whose keys came last."""
        raw = bytes((message_type,)) + (len(body) & 0xFFFFFF).to_bytes(3, "big") + body
        space = self._spaces[self._level]
        room = self._datagram_size() - OVERHEAD - ACK_ROOM
        size = max(min(self._fragment.get("record") or CRYPTO_PIECE, room), 1)
        for start in range(0, len(raw), size):
            piece = raw[start : start + size]
            space.queue.append(wire.crypto_frame(space.crypto_sent, piece))
            space.crypto_sent += len(piece)
        return raw

    def send_change_cipher_spec(self):
        """send_change_cipher_spec - nothing: QUIC has none (RFC 9001, section 8.4)."""

    def send_alert(self, level, description):
        """send_alert - a fatal one closes the connection by CRYPTO_ERROR (RFC 9001, section 4.8),
        close_notify as an application does; other warnings cannot be said."""
        if level == FATAL:
            self.send_frames(wire.close_frame(wire.CRYPTO_ERROR + description))
        elif description == CLOSE_NOTIFY:
            ready = self._spaces[wire.APPLICATION].write is not None
            self.send_frames(wire.close_frame(0, application=ready))

    def send_application_data(self, data):
        """send_application_data - on the client's first stream, else on one of our own. A stream
        needs 1-RTT keys; without them the data goes nowhere."""
        if self._stream is None:
            self._stream = FIRST_SERVER_STREAM
        size = self._datagram_size() - OVERHEAD - ACK_ROOM
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            frame = wire.stream_frame(self._stream, self._stream_sent, piece)
            self._spaces[wire.APPLICATION].queue.append(frame)
            self._stream_sent += len(piece)

    def send_frames(self, frames):
        """send_frames - any frames, in a packet of their own at the current level; never again."""
        self.flush()
        self._send_packet(self._level, [], frames)

    def send_record(self, content_type, body):
        """send_record - nothing: QUIC has no records."""
        self._log("sent", "record", 0, "dropped: QUIC has no records")

    def send_raw(self, data):
        """send_raw - a datagram that is none of ours."""
        self.flush()
        self.transport.send(data)

    def _datagram_size(self):
        return self._fragment.get("segment") or DATAGRAM

    def flush(self):
        """flush - all that waits, and the acknowledgements that are owed."""
        delay, first = self._fragment.get("delay"), True
        for level, space in enumerate(self._spaces):
            while space.write and (space.queue or space.owes_ack):
                if delay and not first:
                    self.transport.sleep(delay)
                self._send_packet(level, self._next_frames(space))
                first = False

    def _next_frames(self, space):
        """_next_frames - as many of the queue as fit into a datagram, one at least."""
        room = self._datagram_size() - OVERHEAD - ACK_ROOM
        frames = []
        while space.queue and (not frames or room >= len(space.queue[0])):
            frames.append(space.queue.pop(0))
            room -= len(frames[-1])
        return frames

    def _send_packet(self, level, frames, unreliable=b""):
        space = self._spaces[level]
        if space.write is None or self._client_id is None:
            return
        payload = b""
        if space.owes_ack:
            payload = wire.ack_frame(space.received)
            space.owes_ack = False
        payload += b"".join(frames) + unreliable
        if level == wire.INITIAL:
            padding = DATAGRAM - OVERHEAD + 2 * 20 - len(self._client_id) - len(self._own_id)
            payload = payload.ljust(padding, b"\0")
        number = space.next_number
        space.next_number += 1
        header = wire.packet_header(
            level, self._client_id, self._own_id, number, len(payload) + TAG
        )
        if frames:
            space.outstanding[number] = frames
            self._retransmit_at = time.monotonic() + self._timeout
        self.transport.send(space.write.protect(header, number, payload))

    def _take_timeout(self):
        """_take_timeout - whatever is not acknowledged goes out again."""
        self._log("sent", "packets", 0, "again: no acknowledgement")
        for space in self._spaces:
            space.requeue(list(space.outstanding))
        self._timeout = min(self._timeout * 2, RETRANSMIT_LIMIT)
        self._retransmit_at = None
        self.flush()

    # Keys.

    def write_secret(self, epoch, suite, secret):
        """write_secret - a TLS 1.3 traffic secret; what follows goes out at its level."""
        level = wire.HANDSHAKE if epoch == "handshake" else wire.APPLICATION
        if self._spaces[level].write is None:
            self._spaces[level].write = keys_of_secret(suite, secret)
            self._level = level

    def read_secret(self, epoch, suite, secret):
        """read_secret - the same for what is received, and for packets that came too early."""
        level = wire.HANDSHAKE if epoch == "handshake" else wire.APPLICATION
        if self._spaces[level].read is not None:
            return
        self._spaces[level].read = keys_of_secret(suite, secret)
        waiting, self._waiting[level] = self._waiting[level], []
        for packet in waiting:
            self._take_packet(packet)

    # Handshakes.

    def start_handshake(self):
        """start_handshake - nothing: there is only one."""

    def handshake_complete(self):
        """handshake_complete - HANDSHAKE_DONE; nothing of the handshake is sent again (RFC 9001,
        sections 4.1.2 and 4.9.2)."""
        for level in (wire.INITIAL, wire.HANDSHAKE):
            self._spaces[level].queue = []
            self._spaces[level].outstanding = {}
        self._spaces[wire.APPLICATION].queue.append(wire.variable(wire.HANDSHAKE_DONE))
        self._timeout = self._first_timeout
        self.flush()

    def finish(self):
        """finish - nothing: the client closes."""

    def skip_early_data(self, limit):
        """skip_early_data - 0-RTT packets are not read anyway."""

    def encrypted_extensions(self, client_hello):
        """encrypted_extensions - quic_transport_parameters, and the first protocol that the client
        offers: QUIC must agree on one (RFC 9001, section 8.1)."""
        parameters = {
            ORIGINAL_DESTINATION_CONNECTION_ID: self._original_id,
            INITIAL_SOURCE_CONNECTION_ID: self._own_id,
        }
        parameters.update((number, wire.variable(limit)) for number, limit in LIMITS.items())
        for number, body in self._scenario["transport_parameters"]:
            parameters[number] = bytes.fromhex(body)
        encoded = b"".join(
            wire.variable(number) + wire.variable(len(body)) + body
            for number, body in parameters.items()
        )
        extensions = extension(QUIC_TRANSPORT_PARAMETERS, encoded)
        protocols = client_hello.extension("application_layer_protocol_negotiation")
        if protocols is not None:
            first = Reader(Reader(protocols).vector(2)).vector(1)
            number = EXTENSIONS["application_layer_protocol_negotiation"]
            extensions += extension(number, vector16(vector8(first)))
        return extensions

    # Receiving.

    def receive(self, until=None):
        """receive - the next thing the client sends; flushes before it waits, so that what answers
        a packet goes with its acknowledgement. Raises Idle after `until`."""
        while True:
            event = self._next_message() or (self._events.pop(0) if self._events else None)
            if event:
                return event
            self.flush()
            datagram = self.transport.receive_with_timer(
                until, lambda: self._retransmit_at, self._take_timeout
            )
            self._take_datagram(datagram)

    def _next_message(self):
        for space in self._spaces:
            pending = space.messages
            if len(pending) < 4:
                continue
            end = 4 + int.from_bytes(pending[1:4], "big")
            if end > MESSAGE_LIMIT:
                raise Ending("decode", f"a handshake message of {end} bytes", "illegal_parameter")
            if len(pending) < end:
                continue
            raw = bytes(pending[:end])
            del pending[:end]
            name = name_of(HANDSHAKE_NAMES, raw[0], 2)
            self._log("received", name, end - 4, "")
            return HandshakeMessage(name, raw[4:], raw)
        return None

    def _take_datagram(self, datagram):
        for packet in wire.split_datagram(datagram):
            if self._original_id is None and packet.level == wire.INITIAL:
                self._original_id = packet.destination
                self._client_id = packet.source
                keys = initial_keys(packet.destination)
                self._spaces[wire.INITIAL].read = keys.client
                self._spaces[wire.INITIAL].write = keys.server
            self._take_packet(packet)

    def _take_packet(self, packet):
        space = self._spaces[packet.level]
        if space.read is None:
            if len(self._waiting[packet.level]) < WAITING_PACKETS:
                self._waiting[packet.level].append(packet)
            return

        try:
            number, payload = space.read.unprotect(
                packet.data, packet.at, space.largest_received
            )
        except BadRecord as error:
            text = f"{wire.LEVEL_NAMES[packet.level]} dropped: {error}"
            self._log("received", "packet", len(packet.data), text)
            return
        if number in space.received:
            return

        space.received.add(number)
        space.largest_received = max(space.largest_received, number)
        self._take_frames(packet.level, payload)

    def _take_frames(self, level, payload):
        reader = wire.QuicReader(payload)
        space = self._spaces[level]
        while reader.more():
            kind = reader.variable()
            if kind not in (wire.PADDING, wire.ACK, wire.ACK_ECN, wire.CLOSE,
                            wire.CLOSE_APPLICATION):  # fmt: skip
                space.owes_ack = True
            if kind in (wire.ACK, wire.ACK_ECN):
                self._take_ack(space, wire.acked_numbers(reader, kind == wire.ACK_ECN))
            elif kind == wire.CRYPTO:
                space.crypto.add(reader.variable(), reader.behind_variable())
                space.messages += space.crypto.take()
            elif wire.STREAM <= kind <= wire.STREAM_LAST:
                self._take_stream(reader, kind)
            elif kind in (wire.CLOSE, wire.CLOSE_APPLICATION):
                self._take_close(reader, kind == wire.CLOSE_APPLICATION)
            elif kind == wire.PATH_CHALLENGE:
                space.queue.append(wire.variable(wire.PATH_RESPONSE) + reader.take(8))
            elif kind in wire.OTHER_FRAMES:
                wire.read_over(reader, kind)
            elif kind not in (wire.PADDING, wire.PING):
                raise Ending("protocol", f"a frame of type {kind:#x}", "unexpected_message")

    def _take_ack(self, space, numbers):
        if not space.acknowledge(numbers):
            return
        self._timeout = self._first_timeout
        waiting = any(each.outstanding for each in self._spaces)
        self._retransmit_at = time.monotonic() + self._timeout if waiting else None

    def _take_stream(self, reader, kind):
        stream = reader.variable()
        offset = reader.variable() if kind & wire.STREAM_OFFSET else 0
        if kind & wire.STREAM_LENGTH:
            data = reader.behind_variable()
        else:
            data = reader.take(len(reader.data) - reader.at)
        # Answers go where the client has begun, unless we have begun elsewhere.
        if self._stream is None and stream & 3 == FIRST_CLIENT_STREAM:
            self._stream = stream
        arrived = self._streams.setdefault(stream, wire.ByteStream())
        arrived.add(offset, data)
        whole = arrived.take()
        if whole:
            self._log("received", "ApplicationData", len(whole), f"stream {stream}")
            self._events.append(ApplicationData(whole))

    def _take_close(self, reader, application):
        """_take_close - CONNECTION_CLOSE: an alert where it is one (RFC 9001, section 4.8), a
        close_notify where nothing was wrong."""
        code = reader.variable()
        if not application:
            reader.variable()
        reason = reader.behind_variable().decode("utf-8", "replace")
        self._retransmit_at = None
        for space in self._spaces:
            space.queue, space.outstanding = [], {}
        if wire.CRYPTO_ERROR <= code < wire.CRYPTO_ERROR + 0x100 and not application:
            alert = Alert(FATAL, code - wire.CRYPTO_ERROR)
        elif application or code == 0:
            alert = Alert(WARNING, CLOSE_NOTIFY)
        else:
            name = wire.TRANSPORT_ERRORS.get(code, f"{code:#x}")
            self._log("received", "CONNECTION_CLOSE", 0, f"{name} {reason}".strip())
            raise Ending("alert", f"the client closes the connection: {name} {reason}".strip())
        text = alert_text(alert.level, alert.description)
        self._log("received", "CONNECTION_CLOSE", 0, f"{text} {reason}".strip())
        self._events.append(alert)
