"""What a script can change in a connection with libssl's client: flights, pieces, ends, times."""

import socket

import pytest
from playing import VERSIONS, after, log_of, names_of, read_all

NEW = ["TLSv1.2", "TLSv1.3"]


@pytest.mark.parametrize("version", list(VERSIONS))
@pytest.mark.parametrize(
    "fragment",
    [
        {"record": 1},
        {"segment": 1},
        {"record": 100, "segment": 50, "delay": 0.001},
        {"coalesce": True},
    ],
)
def test_fragments(player, version, fragment):
    observed = player.shake(
        {"version": version, "request": True, "fragment": fragment}, "ecdsa-leaf"
    )
    assert (observed["end"], observed["certificate_verify"]) == ("ok", "valid")


@pytest.mark.parametrize(
    "version, flight, alert",
    [
        (
            "TLSv1.2",
            [
                "ServerHello",
                "CertificateRequest",
                "Certificate",
                "ServerKeyExchange",
                "ServerHelloDone",
            ],
            "fatal unexpected_message",
        ),
        ("TLSv1.2", ["CertificateRequest"], "fatal unexpected_message"),
        (
            "TLSv1.3",
            ["ServerHello", "CertificateRequest", "EncryptedExtensions", "Certificate", "Finished"],
            "fatal unexpected_message",
        ),
        (
            "TLSv1.3",
            ["ServerHello", "EncryptedExtensions", "CertificateRequest", "CertificateRequest"],
            "fatal unexpected_message",
        ),
        ("TLSv1.3", ["Finished"], "fatal unexpected_message"),
        (
            "TLSv1.3",
            ["CertificateVerify", "KeyUpdate", "NewSessionTicket"],
            "fatal unexpected_message",
        ),
    ],
)
def test_orders_that_a_client_refuses(player, version, flight, alert):
    observed = player.shake({"version": version, "flight": flight}, "ecdsa-leaf")
    assert (observed["end"], observed["alerts"]) == ("alert", [alert])


@pytest.mark.parametrize("version", list(VERSIONS))
def test_every_message_can_be_sent_anywhere(player, version):
    from certspec_servers.scenario import MESSAGES

    for message in MESSAGES:
        observed = player.shake({"version": version, "flight": [message, "close"]})
        assert observed["end"] in ("closed", "alert", "eof"), (message, observed["detail"])
        observed = player.shake({"version": version, "after": [message, "close"]}, client=read_all)
        assert observed["end"] in ("closed", "alert", "eof", "ok"), (message, observed["detail"])


def test_any_bytes(player):
    for op in (
        {"handshake": {"type": 13, "body": "ffff"}},
        {"record": {"type": 99, "body": ""}},
        {"raw": "00" * 20},
        {"handshake": {"type": 200, "body": "", "transcript": False}},
    ):
        observed = player.shake({"version": "TLSv1.2", "flight": ["ServerHello", op]})
        assert observed["end"] in ("alert", "eof"), op


def test_a_plaintext_alert_in_tls_1_3(player):
    # Before it has taken ServerHello, the client has no keys to write its alert with.
    observed = player.shake({"version": "TLSv1.3", "server_hello_extensions": [[16, ""]]})
    assert (observed["end"], observed["alerts"]) == ("alert", ["fatal unsupported_extension"])


@pytest.mark.parametrize("version", list(VERSIONS))
def test_close_reset_and_half_close(player, version):
    observed = player.shake({"version": version, "after": ["close"]}, client=read_all)
    assert observed["end"] == "closed"
    observed = player.shake({"version": version, "flight": ["ServerHello", "close"]})
    assert observed["end"] == "closed"
    observed = player.shake({"version": version, "after": ["reset"]}, client=read_all)
    assert observed["end"] == "closed"
    observed = player.shake(
        {"version": version, "after": ["half_close", {"read": {"timeout": 5}}]},
        client=lambda wrapped: wrapped.sendall(b"still"),
    )
    assert (observed["end"], observed["application_data"]) == ("ok", "still")


@pytest.mark.parametrize("version", list(VERSIONS))
def test_close_notify(player, version):
    observed = player.shake(
        {"version": version, "after": [{"wait": "close_notify"}, "close_notify"]},
        client=lambda wrapped: wrapped.unwrap(),
    )
    assert (observed["end"], observed["alerts"]) == ("ok", ["warning close_notify"])
    assert log_of(observed)[-1].detail == "warning close_notify"
    # Nothing in the script: the server answers by itself, else unwrap would fail.
    done = []
    player.shake({"version": version}, client=lambda wrapped: (wrapped.unwrap(), done.append(True)))
    assert done
    observed = player.shake(
        {"version": version, "after": [{"wait": "close_notify"}]},
        client=lambda wrapped: wrapped.shutdown(socket.SHUT_RDWR),
    )
    assert observed["end"] == "eof"


def test_drain_read_and_flush(player):
    observed = player.shake(
        {
            "version": "TLSv1.3",
            "after": [{"application_data": "a"}, "flush", {"sleep": 0.01}, "drain"],
        },
        client=lambda wrapped: (wrapped.recv(1), wrapped.sendall(b"b"), wrapped.sendall(b"c")),
    )
    assert (observed["end"], observed["application_data"]) == ("ok", "bc")
    observed = player.shake(
        {"version": "TLSv1.3", "after": [{"read": {"timeout": 0.01}}, {"application_data": "x"}]},
        client=lambda wrapped: wrapped.recv(1),
    )
    assert observed["end"] == "ok"


def test_deadline(player):
    for scenario in (
        {"version": "TLSv1.2"},
        {"version": "TLSv1.2", "after": [{"sleep": 60}]},
        {"version": "TLSv1.2", "after": [{"wait": "close_notify"}]},
    ):
        context = player.context("TLSv1.2")

        def client(plain):
            if "after" in scenario:
                context.wrap_socket(plain).recv(1)
            else:
                plain.recv(1)

        observed = player.play(dict(scenario, linger=0.05), client, deadline=0.3)
        assert observed["end"] == "timeout"


def test_a_sleep_ends_when_the_client_is_gone(player):
    # Else it would be a timeout.
    observed = player.shake({"version": "TLSv1.3", "after": [{"sleep": 3600}]})
    assert observed["end"] == "ok"


def test_a_client_that_says_nothing_and_closes(player):
    assert player.play({"version": "TLSv1.3"}, lambda plain: None)["end"] == "eof"


def test_version_and_suite_that_the_client_does_not_offer(player):
    context = player.context("TLSv1.2")
    observed = player.shake({"version": "TLSv1.3"}, context=context)
    assert observed["end"] == "protocol"
    assert log_of(observed)[-1].detail == "fatal protocol_version"
    observed = player.shake(
        {"version": "TLSv1.2", "cipher_suites": ["TLS_AES_128_GCM_SHA256"]}, context=context
    )
    assert observed["detail"] == "no cipher suite in common"


@pytest.mark.parametrize("version", list(VERSIONS))
def test_authorities_reach_the_observation(player, version):
    observed = player.shake(
        {
            "version": version,
            "request": True,
            "certificate_request": {
                "certificate_authorities": ["rsa-root", {"generate": 1000}, "ecdsa-root"]
            },
        },
        "rsa-leaf",
    )
    names = observed["certificate_authorities"]
    assert (len(names), names[0], names[500], names[-1]) == (
        1002,
        "rsa-root",
        "CN=CA 0500",
        "ecdsa-root",
    )
    assert observed["certificate_verify"] == "valid"


def test_chain_of_the_server_and_of_the_client(player, pki, tmp_path):
    chain = tmp_path / "chain.pem"
    with open(chain, "w", encoding="ascii") as out:
        for name in ("rsa-leaf", "rsa-intermediate-2", "rsa-intermediate-1"):
            with open(f"{player.folder}/{name}.pem", encoding="ascii") as file:
                out.write(file.read())
    context = player.context("TLSv1.3")
    context.load_cert_chain(chain, f"{player.folder}/rsa-leaf.key.pem")
    seen = []
    observed = player.shake(
        {
            "version": "TLSv1.3",
            "request": True,
            "certificate_chain": ["server-ecdsa", "server-root"],
        },
        context=context,
        client=lambda wrapped: seen.append(wrapped.getpeercert(True)),
    )
    assert observed["certificates"] == ["rsa-leaf", "rsa-intermediate-2", "rsa-intermediate-1"]
    assert seen == [pki.certificate("server-ecdsa")]


def test_the_log_is_in_order(player):
    observed = player.shake({"version": "TLSv1.3", "request": True}, "ecdsa-leaf")
    moments = [line.t for line in log_of(observed)]
    assert moments == sorted(moments)
    assert names_of(observed, "sent") == [
        "ServerHello",
        "ChangeCipherSpec",
        "EncryptedExtensions",
        "CertificateRequest",
        "Certificate",
        "CertificateVerify",
        "Finished",
    ]
    assert observed["messages"] == [
        name
        for name in names_of(observed, "received")
        if name not in ("ChangeCipherSpec", "Alert", "ApplicationData")
    ]


def test_an_empty_flight_is_nothing_at_all(player):
    context = player.context("TLSv1.3")

    def client(plain):
        plain.settimeout(0.3)
        context.wrap_socket(plain)

    observed = player.play({"version": "TLSv1.3", "flight": []}, client)
    assert (observed["end"], names_of(observed, "sent")) == ("eof", [])


def test_certificate_request_after_a_tls_1_3_handshake(player):
    context = player.context("TLSv1.3", "rsa-leaf", post_handshake_auth=True)
    ops = after("CertificateRequest", {"expect_post_handshake": {}})
    observed = player.shake(
        dict({"version": "TLSv1.3", "request": False}, **ops), context=context, client=read_all
    )
    assert observed["post_handshake"][0]["certificates"] == ["rsa-leaf"]
    assert observed["requests_sent"] == 1
    assert observed["handshakes"][0]["requests_sent"] == 0


@pytest.mark.parametrize("version", NEW)
def test_certificate_request_in_a_resumed_handshake(player, version):
    scenario = {
        "version": version,
        "tickets": 1,
        "store": f"request in resumption {version}",
        "after": [{"application_data": "x"}],
        "resumed_flight": ["ServerHello", "CertificateRequest", "ServerHelloDone"],
    }
    if version == "TLSv1.3":
        scenario["resumed_flight"] = ["ServerHello", "EncryptedExtensions", "CertificateRequest"]
        scenario["resumed_flight"].append("Finished")
    context = player.context(version, "rsa-leaf")
    sessions = []

    def client(wrapped):
        wrapped.recv(1)
        sessions.append(wrapped.session)

    player.shake(scenario, context=context, client=client)
    observed = player.shake(scenario, context=context, session=sessions[0])
    assert (observed["end"], observed["resumed"]) == ("alert", True)
    assert observed["alerts"] == ["fatal unexpected_message"]


def test_a_fatal_alert_while_lingering_is_the_end(player):
    # The client has shaken hands and then meets an unexpected message.
    observed = player.shake(
        {"version": "TLSv1.2", "after": [{"handshake": {"type": 13, "body": ""}}]}, client=read_all
    )
    assert (observed["end"], observed["alerts"]) == ("alert", ["fatal unexpected_message"])
