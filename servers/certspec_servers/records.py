"""records - the record layer of TLS over a stream, and what every record layer has to offer.

A layer carries handshake messages and knows nothing of their meaning. The handshake modules use
only these names, so that DTLS and QUIC can bring a layer of their own:

    send_handshake(type, body) -> the message as the transcript has it
    send_alert(level, description), send_change_cipher_spec(), send_application_data(data)
    send_record(type, body), send_raw(bytes)      what a script wants to see on the wire
    send_frames(bytes)                            QUIC: frames of any kind
    flush()                                       write out what is waiting
    receive(until) -> HandshakeMessage | Alert | ChangeCipherSpec | ApplicationData
    write_keys(suite, keys, encrypt_then_mac), read_keys(…)     up to TLS 1.2
    write_secret(epoch, suite, secret), read_secret(…)          TLS 1.3: "handshake", "application"
    encrypted_extensions(client_hello)            extensions of the layer's own, as bytes
    skip_early_data(limit)                        TLS 1.3: 0-RTT data that was refused may come
    start_handshake()                             a handshake begins (renegotiation: again)
    handshake_complete()                          it is over, to the last message
    finish()                                      the script is over
    transport                        time_left, sleep, half_close, abort_on_close, close
"""

import struct
from typing import NamedTuple

from .ending import Ending
from .names import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    CONTENT_TYPES,
    HANDSHAKE,
    HANDSHAKE_NAMES,
    TLS1_3,
    alert_text,
    name_of,
)
from .protection import TAG, Aead13, BadRecord, Plaintext, protection_of_key_block

RECORD_PLAINTEXT = 16384
RECORD_LIMIT = RECORD_PLAINTEXT + 2048
MESSAGE_LIMIT = 1 << 20
# Content type, version, length.
RECORD_HEADER = struct.Struct(">BHH")
HEADER = RECORD_HEADER.size
# The inner content type and the tag of a record of TLS 1.3.
EARLY_DATA_OVERHEAD = 1 + TAG


class HandshakeMessage(NamedTuple):
    """A handshake message: its type's name, its body, and its bytes as the transcript has them."""

    name: str
    body: bytes
    raw: bytes


class Alert(NamedTuple):
    """An alert, by numbers."""

    level: int
    description: int


class ChangeCipherSpec(NamedTuple):
    """A ChangeCipherSpec record."""

    body: bytes


class ApplicationData(NamedTuple):
    """The plaintext of one record of application data."""

    data: bytes


class StreamRecords:
    """TLS 1.0 to 1.3 over a StreamTransport."""

    def __init__(self, transport, version, random, log, fragment):
        """`version`: names.Version; `log(direction, message, length, detail)`; `fragment`: the
        scenario's object of that name."""
        self.transport = transport
        self._version = version
        # RFC 8446, section 5.1: legacy_record_version is 0x0303.
        self._wire = min(version.wire, 0x0303)
        self._random = random
        self._log = log
        self._fragment = fragment
        self._write = self._read = Plaintext()
        self._write_sequence = self._read_sequence = 0
        self._opened = False
        self._skippable = 0
        self._pending = bytearray()
        self._out = bytearray()
        self._input = bytearray()
        self._messages = bytearray()

    # Sending.

    def set_fragment(self, fragment):
        """set_fragment - from here on, this is the scenario's `fragment`."""
        self.flush()
        self._fragment = fragment

    def _append_record(self, content_type, plaintext):
        content_type, fragment = self._write.seal(
            content_type, self._wire, self._write_sequence, plaintext
        )
        self._write_sequence += 1
        self._out += RECORD_HEADER.pack(content_type, self._wire, len(fragment) & 0xFFFF)
        self._out += fragment

    def _append_in_pieces(self, content_type, data):
        size = self._fragment.get("record") or RECORD_PLAINTEXT
        for start in range(0, len(data), size):
            self._append_record(content_type, bytes(data[start : start + size]))

    def _append_pending(self):
        if self._pending:
            self._append_in_pieces(HANDSHAKE, self._pending)
            self._pending = bytearray()

    def send_handshake(self, message_type, body):
        """send_handshake - see the module."""
        raw = bytes((message_type,)) + (len(body) & 0xFFFFFF).to_bytes(3, "big") + body
        self._pending += raw
        if not self._fragment.get("coalesce"):
            self._append_pending()
        return raw

    def send_change_cipher_spec(self):
        """send_change_cipher_spec - in TLS 1.3 always in plaintext (RFC 8446, section 5)."""
        self._append_pending()
        if self._version.tls == TLS1_3:
            self._out += b"\x14\x03\x03\x00\x01\x01"
        else:
            self._append_record(CHANGE_CIPHER_SPEC, b"\1")

    def send_alert(self, level, description):
        """send_alert - one alert, by numbers."""
        self.send_record(ALERT, bytes((level, description)))

    def send_application_data(self, data):
        """send_application_data - in as many records as needed."""
        self._append_pending()
        self._append_in_pieces(APPLICATION_DATA, data)

    def send_record(self, content_type, body):
        """send_record - one record of any type under the current keys."""
        self._append_pending()
        self._append_record(content_type, body)

    def send_frames(self, data):
        """send_frames - nothing: frames are QUIC's."""
        self._log("sent", "frames", 0, "dropped: there are none but in QUIC")

    def send_raw(self, data):
        """send_raw - bytes that are no record of ours."""
        self._append_pending()
        self._out += data

    def flush(self):
        """flush - writes out all that is waiting, in the script's segments."""
        self._append_pending()
        if not self._out:
            return

        out, self._out = self._out, bytearray()
        size = self._fragment.get("segment") or len(out)
        delay = self._fragment.get("delay")
        for start in range(0, len(out), size):
            if start and delay:
                self.transport.sleep(delay)
            self.transport.send(out[start : start + size])

    # Keys.

    def _protect_writing(self, protection):
        self._append_pending()
        self._write, self._write_sequence = protection, 0

    def _protect_reading(self, protection):
        self._read, self._read_sequence, self._opened = protection, 0, False

    def write_keys(self, suite, keys, encrypt_then_mac):
        """write_keys - (mac_key, key, iv) for what is sent from now on."""
        self._protect_writing(
            protection_of_key_block(self._version.tls, suite, keys, self._random, encrypt_then_mac)
        )

    def read_keys(self, suite, keys, encrypt_then_mac):
        """read_keys - (mac_key, key, iv) for what is received from now on."""
        self._protect_reading(
            protection_of_key_block(self._version.tls, suite, keys, self._random, encrypt_then_mac)
        )

    def write_secret(self, epoch, suite, secret):
        """write_secret - a TLS 1.3 traffic secret; `epoch` matters to other layers only."""
        self._protect_writing(Aead13(suite, secret))

    def read_secret(self, epoch, suite, secret):
        """read_secret - the same for what is received."""
        self._protect_reading(Aead13(suite, secret))

    # What other layers need.

    def start_handshake(self):
        """start_handshake - nothing to do on a stream."""

    def handshake_complete(self):
        """handshake_complete - nothing to do on a stream."""

    def finish(self):
        """finish - nothing to do on a stream."""

    def encrypted_extensions(self, client_hello):
        """encrypted_extensions - none on a stream."""
        return b""

    def skip_early_data(self, limit):
        """skip_early_data - from here on, records that do not open are read over, up to `limit`
        bytes of them, until one opens (RFC 8446, section 4.2.10)."""
        self._skippable = limit

    # Receiving.

    def receive(self, until=None):
        """receive - flushes, then the next thing the client sends. Raises Idle after `until`."""
        self.flush()
        while True:
            message = self._whole_message()
            if message:
                self._log("received", message.name, len(message.body), "")
                return message

            event = self._event_of(*self._open_record(until))
            if event:
                return event

    def _event_of(self, content_type, data):
        """_event_of - the event that a record is; None: part of a handshake message."""
        if content_type == HANDSHAKE:
            self._messages += data
            return None

        if content_type == ALERT:
            if len(data) != 2:
                raise Ending("decode", f"an alert of {len(data)} bytes", "decode_error")
            self._log("received", "Alert", 2, alert_text(data[0], data[1]))
            return Alert(data[0], data[1])

        name = CONTENT_TYPES.get(content_type)
        self._log("received", name or f"record type {content_type}", len(data), "")
        if content_type == CHANGE_CIPHER_SPEC:
            return ChangeCipherSpec(data)
        if content_type == APPLICATION_DATA:
            return ApplicationData(data)
        raise Ending("protocol", f"a record of type {content_type}", "unexpected_message")

    def _whole_message(self):
        have = len(self._messages)
        if have < 4:
            return None

        end = 4 + int.from_bytes(self._messages[1:4], "big")
        if end > MESSAGE_LIMIT:
            raise Ending("decode", f"a handshake message of {end} bytes", "illegal_parameter")
        if have < end:
            return None

        raw = bytes(self._messages[:end])
        del self._messages[:end]
        return HandshakeMessage(name_of(HANDSHAKE_NAMES, raw[0], 2), raw[4:], raw)

    def _is_skipped(self, content_type, fragment):
        """_is_skipped - whether a record that does not open is 0-RTT data to be read over."""
        length = len(fragment) - EARLY_DATA_OVERHEAD
        if content_type != APPLICATION_DATA or not 0 < length <= self._skippable:
            return False
        self._skippable -= length
        self._log("received", "ApplicationData", length, "early data, skipped")
        return True

    def _open_record(self, until):
        """_open_record - (content type, plaintext) of the next record that is not skipped."""
        while True:
            content_type, version, fragment = self._read_record(until)
            if self._read.protects or not self._is_skipped(content_type, fragment):
                opened = self._opened_record(content_type, version, fragment)
                if opened is not None:
                    return opened

    def _opened_record(self, content_type, version, fragment):
        """_opened_record - (content type, plaintext) of a record, or None: it is skipped."""
        tls13 = self._version.tls == TLS1_3
        if content_type == CHANGE_CIPHER_SPEC and (tls13 or not self._read.protects):
            return content_type, fragment

        if content_type == ALERT and tls13 and self._read.protects and not self._opened:
            # A client that fails before it has keys to write with says so in plaintext.
            if len(fragment) == 2:
                return content_type, fragment

        try:
            content_type, plaintext = self._read.open(
                content_type, version, self._read_sequence, fragment
            )
        except BadRecord as error:
            if self._is_skipped(content_type, fragment):
                return None
            raise Ending("protocol", f"a record does not open: {error}", "bad_record_mac") from None
        self._read_sequence += 1
        self._opened = True
        self._skippable = 0
        return content_type, plaintext

    def _read_record(self, until):
        """_read_record - (content type, version, fragment) of the next record as it came."""
        pending = self._input
        while len(pending) < HEADER:
            pending += self.transport.receive(until)
        # The first byte of an SSLv2 ClientHello has its upper bit set; no content type has.
        if pending[0] & 0x80:
            raise Ending("protocol", "no TLS record", "protocol_version")

        content_type, version, length = RECORD_HEADER.unpack_from(pending)
        end = HEADER + length
        if end > HEADER + RECORD_LIMIT:
            raise Ending("protocol", f"a record of {end - HEADER} bytes", "record_overflow")
        while len(pending) < end:
            pending += self.transport.receive(until)

        fragment = bytes(pending[HEADER:end])
        del pending[:end]
        return content_type, version, fragment
