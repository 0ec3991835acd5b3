"""PSKs from outside and 0-RTT data, with openssl's client as the other end."""

import pytest
from foreign import s_client
from playing import log_of

IDENTITY, KEY = "certspec", "0123456789abcdef0123456789abcdef"
PSK = {"identity": IDENTITY, "key": KEY}
OFFER = ("-psk_identity", IDENTITY, "-psk", KEY)
TLS13 = {"version": "TLSv1.3", "cipher_suites": ["TLS_AES_128_GCM_SHA256"]}


def first(observed):
    """first is the first handshake that was observed."""
    return observed["handshakes"][0]


@pytest.mark.parametrize("changes", [{}, {"hello_retry_request": "secp384r1"}, {"request": True}])
def test_external_psk(listening, changes):
    port, observation = listening(**TLS13, external_psk=PSK, **changes)
    s_client(port, "TLSv1.3", *OFFER, certificate="rsa-leaf")
    observed = observation()
    assert (observed["end"], observed["finished"]) == ("ok", "valid"), observed["detail"]
    assert first(observed)["pre_shared_key"] == "external"
    assert first(observed)["binder"] == "valid"
    assert observed["resumed"] is False
    assert observed["certificates"] is None


@pytest.mark.parametrize(
    "script",
    [
        None,
        {"identity": "another", "key": KEY},
        {"identity": IDENTITY, "key": KEY, "hash": "sha384"},
    ],
)
def test_external_psk_that_does_not_fit(listening, script):
    keys = {} if script is None else {"external_psk": script}
    port, observation = listening(**TLS13, request=True, **keys)
    s_client(port, "TLSv1.3", *OFFER, certificate="rsa-leaf")
    observed = observation()
    assert (observed["end"], observed["certificates"]) == ("ok", ["rsa-leaf"])
    assert first(observed)["pre_shared_key"] is first(observed)["binder"] is None


def test_external_psk_with_another_key(listening):
    port, observation = listening(**TLS13, external_psk=dict(PSK, key="00" * 16))
    output = s_client(port, "TLSv1.3", *OFFER)
    observed = observation()
    assert (observed["end"], first(observed)["binder"]) == ("protocol", "invalid")
    assert log_of(observed)[-1].detail == "fatal decrypt_error"
    assert "alert decrypt error" in output


@pytest.mark.parametrize(
    "version, suite",
    [
        ("TLSv1", "TLS_PSK_WITH_AES_128_CBC_SHA"),
        ("TLSv1.1", "TLS_PSK_WITH_AES_128_CBC_SHA"),
        ("TLSv1.2", "TLS_PSK_WITH_AES_128_CBC_SHA"),
        ("TLSv1.2", "TLS_PSK_WITH_AES_128_GCM_SHA256"),
    ],
)
@pytest.mark.parametrize("flight", [None, ["ServerHello", "ServerKeyExchange", "ServerHelloDone"]])
def test_psk_suites(listening, version, suite, flight):
    keys = {} if flight is None else {"flight": flight}
    keys["cipher_suites"] = [suite]
    port, observation = listening(version=version, external_psk=PSK, request=True, **keys)
    output = s_client(port, version, *OFFER, "-cipher", "PSK:@SECLEVEL=0", certificate="rsa-leaf")
    observed = observation()
    assert (observed["end"], observed["finished"]) == ("ok", "valid"), observed["detail"]
    assert observed["cipher_suite"] == suite
    assert first(observed)["pre_shared_key"] == "external"
    assert observed["certificates"] is None
    assert "Cipher is PSK-AES128" in output


@pytest.mark.parametrize(
    "changes, end, alert",
    [
        ({"identity": "another"}, "protocol", "fatal unknown_psk_identity"),
        ({"key": "00" * 16}, "protocol", "fatal bad_record_mac"),
    ],
)
def test_psk_suites_with_a_psk_that_does_not_fit(listening, changes, end, alert):
    port, observation = listening(version="TLSv1.2", external_psk=dict(PSK, **changes))
    s_client(port, "TLSv1.2", *OFFER, "-cipher", "PSK:@SECLEVEL=0")
    observed = observation()
    assert observed["end"] == end
    assert any(line.detail == alert for line in log_of(observed))


def test_psk_suites_need_a_psk(listening):
    port, observation = listening(version="TLSv1.2")
    s_client(port, "TLSv1.2", *OFFER, "-cipher", "PSK:@SECLEVEL=0")
    assert observation()["detail"] == "no cipher suite in common"


def test_external_psk_with_a_request_that_is_forbidden(listening):
    flight = ["ServerHello", "EncryptedExtensions", "CertificateRequest", "Finished"]
    port, observation = listening(**TLS13, external_psk=PSK, resumed_flight=flight)
    s_client(port, "TLSv1.3", *OFFER, certificate="rsa-leaf")
    observed = observation()
    assert (observed["end"], observed["alerts"]) == ("alert", ["fatal unexpected_message"])


@pytest.fixture
def offer(listening, tmp_path):
    """A function that gets a ticket for `max_early_data` bytes, and then offers a text as 0-RTT
    data to a server with these keys: (observation, output of s_client)."""
    session, text = tmp_path / "session", tmp_path / "early"

    def offered(data="early", max_early_data=1000, **changes):
        port, observation = listening(
            **TLS13,
            store="early",
            tickets=1,
            max_early_data=max_early_data,
            after=[{"application_data": "go\n"}],
            **changes,
        )
        text.write_text(data)
        ends = ("-ign_eof", "-sess_out", str(session))
        s_client(port, "TLSv1.3", *ends, certificate="rsa-leaf", says="")
        observation()
        early = ("-ign_eof", "-sess_in", str(session), "-early_data", str(text))
        output = s_client(port, "TLSv1.3", *early, certificate="rsa-leaf", says="")
        return observation(), output

    return offered


def test_early_data_accepted(offer):
    observed, output = offer(early_data="accept", request=True)
    assert (observed["end"], observed["finished"]) == ("ok", "valid"), observed["detail"]
    assert observed["messages"] == ["ClientHello", "EndOfEarlyData", "Finished"]
    assert first(observed)["early_data"] == "accepted"
    assert first(observed)["early_application_data"] == "early"
    assert observed["application_data"] == ""
    assert "Early data was accepted" in output


@pytest.mark.parametrize(
    "changes, resumed, certificates",
    [
        ({}, True, None),
        # The first handshake of the two has no session to refuse.
        ({"resume": False, "request": True}, False, ["rsa-leaf"]),
        ({"early_data": "accept", "resume": False, "request": True}, False, ["rsa-leaf"]),
        ({"early_data": "accept", "hello_retry_request": "secp384r1"}, True, None),
    ],
)
def test_early_data_refused(offer, changes, resumed, certificates):
    observed, output = offer(**changes)
    assert (observed["end"], observed["finished"]) == ("ok", "valid"), observed["detail"]
    assert (observed["resumed"], observed["certificates"]) == (resumed, certificates)
    assert "EndOfEarlyData" not in observed["messages"]
    assert first(observed)["early_data"] == "refused"
    assert first(observed)["early_application_data"] == observed["application_data"] == ""
    assert any(line.detail == "early data, skipped" for line in log_of(observed))
    assert "Early data was rejected" in output


def test_early_data_that_no_ticket_allows_is_not_offered(offer):
    observed, _ = offer(max_early_data=0, early_data="accept")
    assert (observed["end"], observed["resumed"]) == ("ok", True)
    assert first(observed)["early_data"] is None


def test_refused_early_data_beyond_the_limit_ends_the_connection(listening, tmp_path):
    session, text = tmp_path / "session", tmp_path / "early"
    store = {"store": "limit", "after": [{"application_data": "go\n"}]}
    generous, first_observation = listening(**TLS13, tickets=1, max_early_data=1000, **store)
    ends = ("-ign_eof", "-sess_out", str(session))
    s_client(generous, "TLSv1.3", *ends, says="")
    first_observation()
    text.write_text("x" * 200)
    port, observation = listening(**TLS13, max_early_data=100, **store)
    early = ("-ign_eof", "-sess_in", str(session), "-early_data", str(text))
    s_client(port, "TLSv1.3", *early, says="")
    observed = observation()
    assert (observed["end"], first(observed)["early_data"]) == ("protocol", "refused")
    assert any(line.detail == "fatal bad_record_mac" for line in log_of(observed))
