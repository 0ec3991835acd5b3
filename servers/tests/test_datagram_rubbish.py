"""Whatever comes in a datagram, the layers of DTLS and QUIC answer with an end, never a fault."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certspec_servers import quic_packets as wire
from certspec_servers.datagrams import DatagramTransport
from certspec_servers.dtls_reassembly import fragment_header
from certspec_servers.dtls_records import DtlsRecords
from certspec_servers.encoding import DecodeError
from certspec_servers.ending import Ending
from certspec_servers.names import VERSIONS
from certspec_servers.quic_protection import TAG, initial_keys
from certspec_servers.quic_records import QuicRecords
from certspec_servers.randomness import SeededRandom

DESTINATION, SOURCE = b"\1\2\3\4\5\6\7\x08", b"client"
SCENARIO = {"fragment": {}, "retransmit": 5.0, "transport_parameters": []}


class Queue(DatagramTransport):
    """Gives the datagrams it was made with; then the client is gone."""

    def __init__(self, datagrams):
        self.deadline = time.monotonic() + 60
        self.waiting = list(datagrams)
        self.sent = []

    def receive(self, until=None):
        """receive - the next datagram."""
        if not self.waiting:
            raise Ending("eof")
        return self.waiting.pop(0)

    def send(self, data):
        """send - keeps it."""
        self.sent.append(data)


def read_out(layer_class, version, datagrams):
    """read_out - reads to the end: the events, and the Ending or DecodeError."""
    layer = layer_class(
        Queue(datagrams), VERSIONS[version], SeededRandom(""), lambda *line: None, SCENARIO
    )
    events = []
    while True:
        try:
            events.append(layer.receive())
        except (Ending, DecodeError) as end:
            return events, end


def record(content_type, number, body):
    header = bytes((content_type,)) + b"\xfe\xfd" + number.to_bytes(8, "big")
    return header + len(body).to_bytes(2, "big") + body


records = st.builds(
    record,
    st.sampled_from([0, 20, 21, 22, 23, 24, 255]),
    st.integers(0, 3) | st.integers(1 << 48, (1 << 48) + 3),
    st.binary(max_size=40)
    | st.builds(
        lambda kind, length, sequence, start, body: fragment_header(
            kind, length, sequence, start, len(body)
        )
        + body,
        st.integers(0, 30),
        st.integers(0, 40),
        st.integers(0, 3),
        st.integers(0, 30),
        st.binary(max_size=20),
    ),
)


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=80) | records, max_size=8))
def test_dtls(datagrams):
    _, end = read_out(DtlsRecords, "DTLSv1.2", datagrams)
    assert isinstance(end, DecodeError) or end.end in ("eof", "protocol", "decode")


def initial(number, frames):
    frames = frames.ljust(20, b"\0")
    header = wire.packet_header(0, DESTINATION, SOURCE, number, len(frames) + TAG)
    return initial_keys(DESTINATION).client.protect(header, number, frames)


frames_of_sense = st.one_of(
    st.builds(wire.crypto_frame, st.integers(0, 40), st.binary(max_size=20)),
    st.builds(wire.stream_frame, st.integers(0, 9), st.integers(0, 40), st.binary(max_size=20)),
    st.builds(wire.ack_frame, st.sets(st.integers(0, 20), min_size=1)),
    st.builds(wire.close_frame, st.integers(0, 0x300), st.booleans(), st.binary(max_size=9)),
)


@settings(deadline=None)
@given(
    st.lists(
        st.binary(min_size=1, max_size=80)
        | st.builds(
            lambda number, frames, rest: initial(number, b"".join(frames) + rest),
            st.integers(0, 5),
            st.lists(frames_of_sense, max_size=4),
            st.binary(max_size=6),
        ),
        max_size=6,
    )
)
def test_quic(datagrams):
    _, end = read_out(QuicRecords, "QUICv1", datagrams)
    assert isinstance(end, DecodeError) or end.end in ("eof", "protocol", "decode", "alert")


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_cut_packets_are_dropped(cut):
    whole = initial(0, wire.crypto_frame(0, b"\1\0\0\0"))
    events, end = read_out(QuicRecords, "QUICv1", [whole[:-cut], whole])
    assert [event.name for event in events] == ["ClientHello"]
    assert end.end == "eof"
