"""dtls_records - the record layer of DTLS 1.0 and 1.2 (RFC 6347): epochs, message fragments,
flights that are sent again. It offers what records.py lists."""

import struct
import time

from .dtls_reassembly import HEADER as MESSAGE_HEADER
from .dtls_reassembly import Reassembly, fragment_header
from .ending import Ending
from .names import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, HANDSHAKE_TYPES
from .names import CONTENT_TYPES, alert_text
from .protection import BadRecord, Plaintext, protection_of_key_block
from .records import Alert, ApplicationData, ChangeCipherSpec

# Content type, version, epoch and sequence number as one, length.
RECORD_HEADER = struct.Struct(">BHQH")
HEADER = RECORD_HEADER.size
# What a datagram and a fragment hold unless the script says more: below any path MTU.
DATAGRAM = 1400
RECORD_PLAINTEXT = 1300
RETRANSMIT_LIMIT = 60.0
# A record's number: the epoch in the upper 16 bits, the sequence number below.
SEQUENCE = (1 << 48) - 1


class WriteEpoch:
    """The records of one epoch that we send: protection, and the next sequence number."""

    def __init__(self, number, protection):
        self.number = number
        self.protection = protection
        self.sequence = 0

    def seal(self, content_type, wire_version, plaintext):
        """seal - one record as it goes onto the wire."""
        full = self.number << 48 | self.sequence
        self.sequence += 1
        content_type, fragment = self.protection.seal(content_type, wire_version, full, plaintext)
        return RECORD_HEADER.pack(content_type, wire_version, full, len(fragment)) + fragment


class DtlsRecords:
    """DTLS over a DatagramTransport."""

    def __init__(self, transport, version, random, log, scenario):
        """`version`: names.Version; `log(direction, message, length, detail)`; `scenario`: for its
        `fragment` and `retransmit`."""
        self.transport = transport
        # Whether the client's ChangeCipherSpec is what must come next; set by the handshake.
        self.change_cipher_spec_is_next = lambda: True
        self._version = version
        self._random = random
        self._log = log
        self._fragment = scenario["fragment"]
        self._write = WriteEpoch(0, Plaintext())
        self._send_sequence = 0
        self._coalesced = bytearray()
        self._datagrams = []
        # The flight that is sent again: (WriteEpoch, content type, plaintext) of each record.
        self._flight = []
        self._flight_is_over = False
        self._first_timeout = self._timeout = scenario["retransmit"]
        self._retransmit_at = None
        self._read_epoch = 0
        self._read = Plaintext()
        self._seen = set()
        # Records of the next epoch that have come before its keys.
        self._early = []
        self._held_change_cipher_spec = None
        self._nothing_missing = False
        self._reassembly = Reassembly()
        self._events = []

    # Sending.

    def set_fragment(self, fragment):
        """set_fragment - from here on, this is the scenario's `fragment`."""
        self.flush()
        self._fragment = fragment

    def _send_record(self, epoch, content_type, plaintext):
        record = epoch.seal(content_type, self._version.wire, plaintext)
        room = self._fragment.get("segment") or DATAGRAM
        if not self._datagrams or len(self._datagrams[-1]) + len(record) > room:
            self._datagrams.append(bytearray())
        self._datagrams[-1] += record

    def _send_in_flight(self, content_type, plaintext):
        """_send_in_flight - a record that is sent again when it seems lost."""
        self._flight.append((self._write, content_type, plaintext))
        self._send_record(self._write, content_type, plaintext)

    def _begin_flight(self):
        """_begin_flight - what is sent now answers all that has been received."""
        if self._flight_is_over:
            self._flight = []
            self._flight_is_over = False
            self._timeout = self._first_timeout
        self._reassembly.answered()

    def _record_size(self):
        return self._fragment.get("record") or RECORD_PLAINTEXT

    def send_handshake(self, message_type, body):
        """send_handshake - in fragments (RFC 6347, section 4.2.3); the transcript has the message
        as if it were one (section 4.2.6)."""
        self._begin_flight()
        length, sequence = len(body), self._send_sequence
        self._send_sequence += 1
        if message_type != HANDSHAKE_TYPES["HelloVerifyRequest"]:
            self._retransmit_at = time.monotonic() + self._timeout
        whole = fragment_header(message_type, length, sequence, 0, length) + body
        if len(whole) <= self._record_size() and not self._fragment.get("coalesce"):
            self._send_coalesced()
            self._send_in_flight(HANDSHAKE, whole)
        else:
            self._send_in_fragments(message_type, body, sequence)
        return whole

    def _send_in_fragments(self, message_type, body, sequence):
        """_send_in_fragments - a message that is more than a record, or that shares one."""
        size = max(self._record_size() - MESSAGE_HEADER, 1)
        for start in range(0, max(len(body), 1), size):
            piece = body[start : start + size]
            header = fragment_header(message_type, len(body), sequence, start, len(piece))
            if len(self._coalesced) + len(header) + len(piece) > self._record_size():
                self._send_coalesced()
            self._coalesced += header + piece
            if not self._fragment.get("coalesce"):
                self._send_coalesced()

    def _send_coalesced(self):
        if self._coalesced:
            self._send_in_flight(HANDSHAKE, bytes(self._coalesced))
            self._coalesced = bytearray()

    def send_change_cipher_spec(self):
        """send_change_cipher_spec - part of the flight, but no message of its own number."""
        self._begin_flight()
        self._send_coalesced()
        self._send_in_flight(CHANGE_CIPHER_SPEC, b"\1")

    def send_alert(self, level, description):
        """send_alert - one alert, by numbers; it is never sent again."""
        self.send_record(ALERT, bytes((level, description)))

    def send_application_data(self, data):
        """send_application_data - in as many records as needed."""
        for start in range(0, len(data), self._record_size()):
            self.send_record(APPLICATION_DATA, data[start : start + self._record_size()])

    def send_record(self, content_type, body):
        """send_record - one record of any type under the current keys."""
        self._send_coalesced()
        self._send_record(self._write, content_type, body)

    def send_frames(self, data):
        """send_frames - nothing: frames are QUIC's."""
        self._log("sent", "frames", 0, "dropped: there are none but in QUIC")

    def send_raw(self, data):
        """send_raw - a datagram that is no record of ours."""
        self._send_coalesced()
        self._datagrams += [bytearray(data), bytearray()]

    def flush(self):
        """flush - writes out all datagrams that are waiting."""
        self._send_coalesced()
        datagrams, self._datagrams = self._datagrams, []
        delay = self._fragment.get("delay")
        for i, datagram in enumerate(filter(None, datagrams)):
            if i and delay:
                self.transport.sleep(delay)
            self.transport.send(datagram)

    def _retransmit(self, why):
        """_retransmit - the last flight once more, with new sequence numbers (section 4.2.4)."""
        if not self._flight:
            return
        self._log("sent", "flight", len(self._flight), f"again: {why}")
        for epoch, content_type, plaintext in self._flight:
            self._send_record(epoch, content_type, plaintext)
        self.flush()

    def _take_timeout(self):
        self._retransmit("nothing came back")
        self._timeout = min(self._timeout * 2, RETRANSMIT_LIMIT)
        self._retransmit_at = time.monotonic() + self._timeout

    # Keys.

    def write_keys(self, suite, keys, encrypt_then_mac):
        """write_keys - (mac_key, key, iv): the next epoch of what is sent."""
        self._send_coalesced()
        protection = protection_of_key_block(
            self._version.tls, suite, keys, self._random, encrypt_then_mac
        )
        self._write = WriteEpoch(self._write.number + 1, protection)

    def read_keys(self, suite, keys, encrypt_then_mac):
        """read_keys - the same for what is received, and for what came too early."""
        self._read = protection_of_key_block(
            self._version.tls, suite, keys, self._random, encrypt_then_mac
        )
        self._read_epoch += 1
        self._seen = set()
        early, self._early = self._early, []
        for record in early:
            self._take_record(*record)

    # Handshakes.

    def start_handshake(self):
        """start_handshake - nothing: handshake_complete has made ready for the next."""

    def handshake_complete(self):
        """handshake_complete - message numbers begin anew (section 4.2.2); our last flight is sent
        again only when the client asks for it by its own."""
        self._send_coalesced()
        self._retransmit_at = None
        self._flight_is_over = True
        self._send_sequence = 0
        self._reassembly.restart()

    def finish(self):
        """finish - nothing to do."""

    def encrypted_extensions(self, client_hello):
        """encrypted_extensions - none before TLS 1.3."""
        return b""

    # Receiving.

    def receive(self, until=None):
        """receive - flushes, then the next thing the client sends, in the order it was sent. Raises
        Idle after `until`."""
        self.flush()
        while True:
            event = self._next_event()
            if event:
                return event
            datagram = self.transport.receive_with_timer(
                until, lambda: self._retransmit_at, self._take_timeout
            )
            self._take_datagram(datagram)

    def _next_event(self):
        message = self._reassembly.next_message()
        if message:
            self._log("received", message.name, len(message.body), "")
            self._retransmit_at = None
            self._flight_is_over = True
            return message

        if self._held_change_cipher_spec and (
            self._nothing_missing or self.change_cipher_spec_is_next()
        ):
            event, self._held_change_cipher_spec = self._held_change_cipher_spec, None
            self._flight_is_over = True
            self._log("received", "ChangeCipherSpec", len(event.body), "")
            return event

        return self._events.pop(0) if self._events else None

    def _take_datagram(self, datagram):
        """_take_datagram - all its records; what cannot be one is dropped (section 4.1.2.7)."""
        at = 0
        while at + HEADER <= len(datagram):
            content_type, version, number, length = RECORD_HEADER.unpack_from(datagram, at)
            end = at + HEADER + length
            if end > len(datagram) or version >> 8 != 0xFE:
                break
            self._take_record(content_type, version, number, datagram[at + HEADER : end])
            at = end
        if at < len(datagram):
            self._log("received", "datagram", len(datagram) - at, "dropped: no record")

    def _take_record(self, content_type, version, number, fragment):
        epoch = number >> 48
        if epoch == self._read_epoch + 1:
            self._early.append((content_type, version, number, fragment))
            return
        if epoch != self._read_epoch or number in self._seen:
            return

        try:
            content_type, plaintext = self._read.open(content_type, version, number, fragment)
        except BadRecord as error:
            self._log("received", "record", len(fragment), f"dropped: {error}")
            return
        self._seen.add(number)
        self._take_plaintext(content_type, number, plaintext)

    def _take_plaintext(self, content_type, number, data):
        if content_type == HANDSHAKE:
            if self._reassembly.take(data):
                self._retransmit("the client's came again")
        elif content_type == CHANGE_CIPHER_SPEC:
            self._held_change_cipher_spec = ChangeCipherSpec(data)
            # With every record before it here, nothing can have been overtaken.
            self._nothing_missing = len(self._seen) == (number & SEQUENCE) + 1
        elif content_type == ALERT and len(data) == 2:
            self._log("received", "Alert", 2, alert_text(data[0], data[1]))
            self._retransmit_at = None
            self._events.append(Alert(data[0], data[1]))
        elif content_type == APPLICATION_DATA:
            self._log("received", CONTENT_TYPES[content_type], len(data), "")
            self._events.append(ApplicationData(data))
        else:
            raise Ending("protocol", f"a record of type {content_type}", "unexpected_message")
