"""Handshake messages out of fragments, whatever way they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certspec_servers.dtls_reassembly import AHEAD, HEADER, Reassembly, fragment_header
from certspec_servers.encoding import DecodeError
from certspec_servers.ending import Ending


def fragment(sequence, body, start=0, end=None, kind=11):
    end = len(body) if end is None else end
    return fragment_header(kind, len(body), sequence, start, end - start) + body[start:end]


def taken(reassembly):
    messages = []
    while message := reassembly.next_message():
        messages.append(message)
    return messages


@given(st.data())
def test_any_cut_in_any_order(data):
    bodies = data.draw(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
    fragments = []
    for sequence, body in enumerate(bodies):
        cuts = sorted({0, len(body), *data.draw(st.lists(st.integers(0, len(body))))})
        pieces = list(zip(cuts, cuts[1:])) or [(0, 0)]
        fragments += [fragment(sequence, body, start, end) for start, end in pieces]
    fragments += data.draw(st.lists(st.sampled_from(fragments)))
    reassembly = Reassembly()
    messages = []
    for each in data.draw(st.permutations(fragments)):
        assert reassembly.take(each) is False
        messages += taken(reassembly)
    assert [message.body for message in messages] == bodies
    assert [message.raw for message in messages] == [
        fragment(sequence, body) for sequence, body in enumerate(bodies)
    ]


def test_fragments_that_overlap():
    body = bytes(range(20))
    reassembly = Reassembly()
    for start, end in ((5, 12), (0, 6), (11, 20)):
        assert not taken(reassembly)
        reassembly.take(fragment(0, body, start, end))
    assert [message.body for message in taken(reassembly)] == [body]


def test_a_piece_of_a_message_that_is_whole_already():
    reassembly = Reassembly()
    reassembly.take(fragment(1, b"second"))
    reassembly.take(fragment(1, b"second", 2, 4))
    assert not taken(reassembly)
    reassembly.take(fragment(0, b"first"))
    assert [message.body for message in taken(reassembly)] == [b"first", b"second"]


def test_a_whole_message_after_a_piece_of_it():
    reassembly = Reassembly()
    reassembly.take(fragment(0, b"first", 1, 3))
    reassembly.take(fragment(0, b"first"))
    assert [message.body for message in taken(reassembly)] == [b"first"]


def test_a_message_that_was_answered_comes_again():
    reassembly = Reassembly()
    reassembly.take(fragment(0, b"one"))
    taken(reassembly)
    assert reassembly.take(fragment(0, b"one")) is False
    reassembly.answered()
    assert reassembly.take(fragment(0, b"one")) is True
    assert taken(reassembly) == []


def test_the_last_message_of_a_handshake_is_known_in_the_next():
    reassembly = Reassembly()
    reassembly.take(fragment(0, b"finished", kind=20))
    taken(reassembly)
    reassembly.answered()
    reassembly.restart()
    assert reassembly.take(fragment(0, b"finished", kind=20)) is True
    assert reassembly.take(fragment(0, b"hello", kind=1)) is False
    assert [message.name for message in taken(reassembly)] == ["ClientHello"]


def test_messages_far_ahead_are_not_kept():
    reassembly = Reassembly()
    reassembly.take(fragment(AHEAD, b"later"))
    for sequence in range(AHEAD):
        reassembly.take(fragment(sequence, b""))
    assert len(taken(reassembly)) == AHEAD


@pytest.mark.parametrize(
    "data, problem",
    [
        (b"\0" * (HEADER - 1), Ending),
        (fragment_header(11, 4, 0, 2, 3) + b"abc", DecodeError),
        (fragment_header(11, 4, 0, 0, 4) + b"abc", DecodeError),
        (fragment(0, b"abcd", 0, 2) + fragment(0, b"abc", 0, 2), DecodeError),
        (fragment_header(11, 0xFFFFFF, 0, 0, 1) + b"a", Ending),
    ],
)
def test_fragments_that_make_no_sense(data, problem):
    with pytest.raises(problem):
        Reassembly().take(data)
