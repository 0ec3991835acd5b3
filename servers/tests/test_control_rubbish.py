"""Whatever stands on the control line, each line gets one answer: one object on one line, with an
observation, or an error of one line."""

import json
import socket
import time

from certspec_servers.control import Control, Service
from certspec_servers.scenario import OPS, SCENARIO, ScenarioError, checked
from hypothesis import given, settings
from hypothesis import strategies as st

SETTINGS = settings(derandomize=True, deadline=None, max_examples=100)

# Words and numbers that mean something to some check, and much that doesn't.
WORDS = st.sampled_from(
    ("", "TLSv1.2", "TLSv1.3", "DTLSv1.2", "QUIC", "server-ecdsa", "rsa-leaf", "P-256", "accept",
     "0a", "0", "Certificate", "der/empty-name", "close", "sha256", "zlib", "fatal", "a\nb",
     "\ud800", "\x00", "handshake_failure", "update_requested")
)  # fmt: skip
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-1, 300)
    | st.integers()
    | st.floats()
    | WORDS
    | st.text(max_size=8)
)
KEYS = st.sampled_from(sorted({*SCENARIO, *OPS})) | WORDS | st.text(max_size=4)
ANY = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)
SCENARIOS = st.dictionaries(st.sampled_from(sorted(SCENARIO)), ANY, max_size=4)
REQUEST_KEYS = st.sampled_from(("id", "scenario", "deadline")) | WORDS


def strict(text):
    """strict - JSON as the harness reads it: no NaN, no Infinity."""

    def refuse(name):
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)


def answer(pki, line, descriptors=()):
    """answer - the one answer that a line gets; `descriptors` become the control line's own."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Control(theirs, Service(pki))._serve(line, list(descriptors), time.monotonic())
        theirs.shutdown(socket.SHUT_WR)
        data = b"".join(iter(lambda: ours.recv(65536), b""))
    assert data.endswith(b"\n") and data.count(b"\n") == 1
    return strict(data)


def is_one_line(text):
    """is_one_line - whether a text is one, and can be shown."""
    return text != "" and len(text.splitlines()) == 1


@SETTINGS
@given(document=ANY | SCENARIOS)
def test_a_scenario_is_checked_or_named(pki, document):
    try:
        scenario = checked(document, pki)
    except ScenarioError as error:
        assert is_one_line(str(error)), repr(str(error))
    else:
        assert set(SCENARIO) <= set(scenario)


@SETTINGS
@given(line=st.binary(max_size=60) | ANY.map(lambda value: json.dumps(value).encode()))
def test_any_line_is_answered(pki, line):
    answered = answer(pki, line)
    assert set(answered) == {"id", "error"}
    assert is_one_line(answered["error"]), repr(answered["error"])


@SETTINGS
@given(request=st.dictionaries(REQUEST_KEYS, ANY, max_size=4))
def test_any_request_is_answered(pki, request):
    answered = answer(pki, json.dumps(request).encode())
    assert set(answered) == {"id", "error"}
    assert is_one_line(answered["error"]), repr(answered["error"])


@settings(SETTINGS, max_examples=60)
@given(scenario=SCENARIOS, version=st.sampled_from(("TLSv1.2", "TLSv1.3", "TLSv1")))
def test_any_scenario_is_played_or_named(pki, scenario, version):
    """The client is gone, so that nothing is waited for."""
    client, server = socket.socketpair()
    client.close()
    scenario["version"] = version
    request = {"id": 1, "deadline": 0.05, "scenario": scenario}
    answered = answer(pki, json.dumps(request).encode(), [server.detach()])
    assert answered["id"] == 1
    if "error" in answered:
        assert is_one_line(answered["error"]), repr(answered["error"])
    else:
        assert answered["observation"]["end"] != "server-bug", answered["observation"]["detail"]
