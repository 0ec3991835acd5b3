"""Whole handshakes with libssl's client (the ssl module): every version and every kind of key."""

import ssl

import pytest
from certspec_servers.names import CIPHER_SUITES
from playing import VERSIONS, after, log_of, names_of, read_all

OLD = ["TLSv1", "TLSv1.1"]
NEW = ["TLSv1.2", "TLSv1.3"]
UP_TO_12 = OLD + ["TLSv1.2"]


@pytest.mark.parametrize(
    "version, certificate, algorithm",
    [(version, certificate, None) for version in OLD for certificate in ("rsa-leaf", "ecdsa-leaf")]
    + [
        ("TLSv1.2", "rsa-leaf", "rsa_pss_rsae_sha256"),
        ("TLSv1.2", "rsa-pss-leaf", "rsa_pss_pss_sha256"),
        ("TLSv1.2", "ecdsa-leaf", "ecdsa_secp256r1_sha256"),
        ("TLSv1.2", "ed25519-leaf", "ed25519"),
        ("TLSv1.2", "ed448-leaf", "ed448"),
        ("TLSv1.3", "rsa-leaf", "rsa_pss_rsae_sha256"),
        ("TLSv1.3", "rsa-pss-leaf", "rsa_pss_pss_sha256"),
        ("TLSv1.3", "ecdsa-leaf", "ecdsa_secp256r1_sha256"),
        ("TLSv1.3", "p384-leaf", "ecdsa_secp384r1_sha384"),
        ("TLSv1.3", "p521-leaf", "ecdsa_secp521r1_sha512"),
        ("TLSv1.3", "ed25519-leaf", "ed25519"),
        ("TLSv1.3", "ed448-leaf", "ed448"),
    ],
)
@pytest.mark.parametrize("server", ["server-ecdsa", "server-rsa"])
def test_client_certificates(player, version, certificate, algorithm, server):
    observed = player.shake(
        {"version": version, "request": True, "certificate": server}, certificate
    )
    assert observed["end"] == "ok", observed["detail"]
    assert observed["version"] == version
    assert observed["certificates"] == [certificate]
    assert observed["certificate_verify"] == "valid"
    assert observed["certificate_verify_algorithm"] == algorithm
    assert observed["finished"] == "valid"
    assert observed["requests_sent"] == 1


@pytest.mark.parametrize("version", NEW)
def test_ed25519_server(player, version):
    observed = player.shake({"version": version, "certificate": "server-ed25519"})
    assert (observed["end"], observed["finished"]) == ("ok", "valid")


@pytest.mark.parametrize("scheme", ["rsa_pkcs1_sha1", "rsa_pkcs1_sha384", "rsa_pss_rsae_sha512"])
def test_signature_algorithms_that_are_asked_for(player, scheme):
    observed = player.shake(
        {
            "version": "TLSv1.2",
            "request": True,
            "certificate_request": {"signature_algorithms": [scheme]},
        },
        "rsa-leaf",
    )
    assert observed["certificate_verify_algorithm"] == scheme
    assert observed["certificate_verify"] == "valid"


# The ssl module takes no PSK: test_early_data has the suites with one.
WITHOUT_PSK = [name for name, suite in CIPHER_SUITES.items() if suite.key_exchange != "psk"]


@pytest.mark.parametrize("name", WITHOUT_PSK)
def test_every_cipher_suite(player, name):
    suite = CIPHER_SUITES[name]
    for version in VERSIONS:
        if not suite.lowest <= 0x0301 + list(VERSIONS).index(version) <= suite.highest:
            continue
        for etm in (False, True):
            observed = player.shake(
                {
                    "version": version,
                    "cipher_suites": [name],
                    "certificate": "server-rsa"
                    if suite.authentication == "rsa"
                    else "server-ecdsa",
                    "encrypt_then_mac": etm,
                    "after": [{"application_data": "x" * 20000}, {"read": {"timeout": 5}}],
                },
                client=lambda wrapped: (wrapped.sendall(b"answer"), wrapped.recv(1)),
            )
            assert (observed["end"], observed["cipher_suite"]) == ("ok", name)
            assert observed["application_data"] == "answer"


@pytest.mark.parametrize("group", ["x25519", "secp256r1", "secp384r1", "secp521r1", "x448"])
@pytest.mark.parametrize("version", NEW)
def test_groups_and_hello_retry_request(player, version, group):
    observed = player.shake({"version": version, "groups": [group]})
    assert (observed["end"], observed["finished"]) == ("ok", "valid")
    retried = version == "TLSv1.3" and group != "x25519"
    assert observed["handshakes"][0]["hello_retry_request"] is retried
    assert observed["messages"].count("ClientHello") == 1 + retried


def test_hello_retry_request_by_script(player):
    observed = player.shake(
        {
            "version": "TLSv1.3",
            "hello_retry_request": True,
            "hello_retry_request_cookie": "aabbcc",
            "request": True,
        },
        "ecdsa-leaf",
    )
    assert (observed["end"], observed["certificate_verify"]) == ("ok", "valid")
    assert "cookie" in observed["handshakes"][0]["client_hello"]["extensions"]
    assert names_of(observed, "sent")[:3] == [
        "HelloRetryRequest",
        "ChangeCipherSpec",
        "ServerHello",
    ]
    observed = player.shake({"version": "TLSv1.3", "hello_retry_request": "secp384r1"})
    assert observed["end"] == "ok"


def test_after_hello_retry_request(player):
    observed = player.shake(
        {
            "version": "TLSv1.3",
            "hello_retry_request": True,
            "after_hello_retry_request": [{"alert": ["fatal", "internal_error"]}],
        }
    )
    assert observed["end"] == "eof"


@pytest.mark.parametrize("version", list(VERSIONS))
def test_no_request_no_certificate(player, version):
    observed = player.shake({"version": version}, "ecdsa-leaf")
    assert observed["certificate_message"] is False
    assert observed["certificates"] is None
    assert observed["requests_sent"] == 0
    assert observed["certificate_verify"] is None


@pytest.mark.parametrize("version", list(VERSIONS))
def test_empty_certificate(player, version):
    observed = player.shake({"version": version, "request": True})
    assert (observed["end"], observed["certificates"]) == ("ok", [])
    assert observed["certificate_message"] is True


@pytest.mark.parametrize("version", list(VERSIONS))
def test_certificate_is_required(player, version):
    observed = player.shake({"version": version, "request": True, "require": True}, client=read_all)
    assert observed["end"] == "no-certificate"
    assert observed["finished"] == "valid"
    alert = "certificate_required" if version == "TLSv1.3" else "handshake_failure"
    assert log_of(observed)[-1].detail == f"fatal {alert}"


@pytest.mark.parametrize("version", list(VERSIONS))
def test_reject(player, version):
    observed = player.shake(
        {"version": version, "request": True, "reject": "bad_certificate"}, "rsa-leaf", read_all
    )
    assert observed["end"] == "rejected"
    assert observed["certificates"] == ["rsa-leaf"]
    assert log_of(observed)[-1].detail == "fatal bad_certificate"


@pytest.mark.parametrize("version", UP_TO_12)
@pytest.mark.parametrize("how", [{"session_id": True}, {"tickets": 1}])
def test_resumption_up_to_tls_1_2(player, version, how):
    scenario = dict({"version": version, "request": True, "store": f"{version} {how}"}, **how)
    context = player.context(version, "ecdsa-leaf")
    sessions = []
    first = player.shake(scenario, context=context, client=lambda w: sessions.append(w.session))
    again = player.shake(scenario, context=context, session=sessions[0])
    assert (first["resumed"], again["resumed"]) == (False, True)
    assert (again["end"], again["finished"]) == ("ok", "valid")
    assert again["certificates"] is None
    other = player.shake(dict(scenario, store="other"), context=context, session=sessions[0])
    assert (other["end"], other["resumed"]) == ("ok", False)
    refused = player.shake(dict(scenario, resume=False), context=context, session=sessions[0])
    assert (refused["end"], refused["resumed"]) == ("ok", False)


def test_resumption_in_tls_1_3(player):
    context = player.context("TLSv1.3", "ecdsa-leaf")
    sessions = []

    def client(wrapped):
        wrapped.recv(2)
        sessions.append(wrapped.session)

    scenario = {"version": "TLSv1.3", "request": True, "tickets": 2, "store": "psk"}
    scenario.update(after({"application_data": "go"}))
    player.shake(scenario, context=context, client=client)
    for changes in (
        {},
        {"hello_retry_request": True},
        {"cipher_suites": ["TLS_AES_128_GCM_SHA256"]},
    ):
        again = player.shake(
            dict(scenario, **changes), context=context, client=client, session=sessions[0]
        )
        assert (again["end"], again["resumed"], again["finished"]) == ("ok", True, "valid")
        assert again["handshakes"][0]["binder"] == "valid"
        assert again["certificates"] is None
    other = player.shake(
        dict(scenario, cipher_suites=["TLS_AES_256_GCM_SHA384"]),
        context=context,
        client=client,
        session=sessions[0],
    )
    assert (other["end"], other["resumed"]) == ("ok", False)


@pytest.mark.parametrize("version", UP_TO_12)
def test_renegotiation_by_the_server(player, version):
    observed = player.shake(
        {"version": version, "after": [{"renegotiate": {"request": True}}]}, "rsa-leaf", read_all
    )
    assert observed["end"] == "ok", observed["detail"]
    first, second = observed["handshakes"]
    assert (first["kind"], second["kind"]) == ("initial", "renegotiation")
    assert first["certificates"] is None
    assert observed["certificates"] == second["certificates"] == ["rsa-leaf"]
    assert second["certificate_verify"] == observed["finished"] == "valid"
    assert observed["messages"].count("ClientHello") == 2


def test_renegotiation_with_data_before_and_after(player):
    observed = player.shake(
        {
            "version": "TLSv1.2",
            "after": [
                {"read": {"timeout": 5}},
                {"renegotiate": {"request": True}},
                {"application_data": "second"},
                {"renegotiate": {"request": True, "resume": True}},
                {"application_data": "third"},
            ],
        },
        "ecdsa-leaf",
        lambda wrapped: (wrapped.sendall(b"first"), wrapped.recv(6), wrapped.recv(5)),
    )
    assert observed["application_data"] == "first"
    assert [item["resumed"] for item in observed["handshakes"]] == [False, False, True]


def test_refused_renegotiation(player):
    context = player.context("TLSv1.2")
    context.options |= ssl.OP_NO_RENEGOTIATION
    observed = player.shake(
        {"version": "TLSv1.2", "after": [{"renegotiate": {}}, {"application_data": "on"}]},
        context=context,
        client=lambda wrapped: wrapped.recv(2),
    )
    assert observed["end"] == "ok"
    assert observed["alerts"][0] == "warning no_renegotiation"


def test_post_handshake_authentication(player):
    context = player.context("TLSv1.3", "ecdsa-leaf", post_handshake_auth=True)
    observed = player.shake(
        dict(
            {"version": "TLSv1.3"},
            **after(
                {"post_handshake_request": {}},
                {
                    "post_handshake_request": {
                        "context": "beef",
                        "certificate_authorities": ["rsa-root"],
                    }
                },
                {"expect_post_handshake": {"answers": 2}},
                {"KeyUpdate": "update_requested"},
                {"application_data": "x"},
                {"post_handshake_request": {}},
                {"expect_post_handshake": {}},
                {"application_data": "x"},
            ),
        ),
        context=context,
        client=lambda wrapped: (wrapped.recv(1), wrapped.recv(1)),
    )
    assert observed["end"] == "ok", observed["detail"]
    assert observed["handshakes"][0]["client_hello"]["post_handshake_auth"] is True
    assert [answer["context"] for answer in observed["post_handshake"]] == [
        "00000001",
        "beef",
        "00000003",
    ]
    for answer in observed["post_handshake"]:
        assert answer["known_context"] is True
        assert answer["certificates"] == ["ecdsa-leaf"]
        assert answer["certificate_verify"] == answer["finished"] == "valid"
        assert answer["certificate_verify_algorithm"] == "ecdsa_secp256r1_sha256"
    assert observed["requests_sent"] == 3
    assert "KeyUpdate" in observed["messages"]


def test_post_handshake_authentication_required(player):
    context = player.context("TLSv1.3", post_handshake_auth=True)
    ops = after({"post_handshake_request": {}}, {"expect_post_handshake": {}})
    scenario = dict({"version": "TLSv1.3", "require": True}, **ops)
    observed = player.shake(scenario, context=context, client=read_all)
    assert observed["end"] == "no-certificate"
    assert observed["post_handshake"][0]["certificates"] == []
    optional = player.shake(dict(scenario, require=False), context=context, client=read_all)
    assert optional["end"] == "ok"


def test_post_handshake_request_to_a_client_that_did_not_offer_it(player):
    ops = after({"post_handshake_request": {}}, {"expect_post_handshake": {"timeout": 5}})
    observed = player.shake(dict({"version": "TLSv1.3"}, **ops), "ecdsa-leaf", read_all)
    assert (observed["end"], observed["alerts"]) == ("alert", ["fatal unexpected_message"])
