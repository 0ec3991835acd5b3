"""Cross-check: the clients of openssl and gnutls, over loopback TCP, with client certificates."""

import shutil
import subprocess

import pytest
from foreign import ENOUGH, FLAGS, OPENSSL, pem, s_client

GNUTLS = shutil.which("gnutls-cli")
ALL = list(FLAGS)


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("server", ["server-ecdsa", "server-rsa"])
def test_openssl_client_certificates(listening, version, server):
    port, observation = listening(version=version, request=True, require=True, certificate=server)
    certificates = ["rsa-leaf", "ecdsa-leaf"]
    if version in ("TLSv1.2", "TLSv1.3"):
        certificates.append("ed25519-leaf")
    for certificate in certificates:
        output = s_client(port, version, certificate=certificate)
        observed = observation()
        assert observed["end"] == "ok", observed["detail"]
        assert observed["certificates"] == [certificate]
        assert observed["certificate_verify"] == observed["finished"] == "valid"
        assert "Verify return code: 0 (ok)" in output


@pytest.mark.parametrize("version", ALL)
def test_openssl_resumption(listening, tmp_path, version):
    session = str(tmp_path / "session")
    port, observation = listening(
        version=version, request=True, tickets=1, after=[{"application_data": "hello\n"}]
    )
    # -ign_eof: stay until the server closes, for a TLS 1.3 ticket comes after the handshake.
    offered = ("-ign_eof", "-sess_in", session)
    s_client(port, version, "-ign_eof", "-sess_out", session, certificate="rsa-leaf", says="")
    output = s_client(port, version, *offered, certificate="rsa-leaf", says="")
    first, again = observation(), observation()
    assert (first["resumed"], again["resumed"]) == (False, True)
    assert again["finished"] == "valid"
    assert "Reused, TLSv1" in output


def test_openssl_hello_retry_request(listening):
    port, observation = listening(version="TLSv1.3", request=True, hello_retry_request="secp384r1")
    s_client(port, "TLSv1.3", certificate="rsa-leaf")
    observed = observation()
    assert observed["handshakes"][0]["hello_retry_request"] is True
    assert observed["certificate_verify"] == observed["finished"] == "valid"


@pytest.mark.parametrize("version", ALL[:3])
def test_openssl_renegotiation_by_the_server(listening, version):
    port, observation = listening(
        version=version, after=[{"renegotiate": {"request": True}}, {"application_data": "done\n"}]
    )
    output = s_client(port, version, "-quiet", certificate="rsa-leaf", says="")
    observed = observation()
    assert [item["kind"] for item in observed["handshakes"]] == ["initial", "renegotiation"]
    assert observed["certificates"] == ["rsa-leaf"]
    assert observed["certificate_verify"] == observed["finished"] == "valid"
    assert "done\n" in output


@pytest.mark.parametrize("answer", ["accept", "refuse", "ignore", {"request": True}])
def test_openssl_renegotiation_by_the_client(listening, answer):
    port, observation = listening(
        version="TLSv1.2",
        client_renegotiation=answer,
        linger=0.1,
        # An ignored client says nothing more.
        after=[{"read": {"timeout": 1.5 if answer == "ignore" else ENOUGH}}],
    )
    path, key = pem("rsa-leaf")
    with subprocess.Popen(
        [OPENSSL, "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2"]
        + ["-cert", path, "-key", key],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as client:
        # Standard input stays open: at its end s_client leaves, handshake or not.
        client.stdin.write("R\n")
        client.stdin.flush()
        for line in client.stderr:
            if line == "RENEGOTIATING\n":
                break
        client.stdin.write("hello\n")
        client.stdin.flush()
        observed = observation()
        client.kill()
    accepted = answer not in ("refuse", "ignore")
    assert len(observed["handshakes"]) == 1 + accepted
    assert observed["messages"].count("ClientHello") == 2
    if accepted:
        assert observed["finished"] == "valid"
        assert observed["handshakes"][1]["kind"] == "renegotiation"
    if isinstance(answer, dict):
        assert observed["certificates"] == ["rsa-leaf"]


def test_openssl_post_handshake_authentication(listening):
    port, observation = listening(
        version="TLSv1.3",
        after=[{"post_handshake_request": {}}, {"expect_post_handshake": {}}],
    )
    s_client(port, "TLSv1.3", "-enable_pha", "-quiet", certificate="rsa-leaf", says="")
    (answer,) = observation()["post_handshake"]
    assert answer["certificates"] == ["rsa-leaf"]
    assert answer["certificate_verify"] == answer["finished"] == "valid"


def test_reset_over_tcp(listening):
    port, observation = listening(version="TLSv1.2", flight=["ServerHello", "reset"])
    output = s_client(port, "TLSv1.2")
    assert observation()["end"] == "closed"
    assert "errno=104" in output


@pytest.mark.skipif(not GNUTLS, reason="gnutls-cli (Debian: gnutls-bin) is not installed")
@pytest.mark.parametrize(
    "version, certificate",
    [(version, certificate) for version in ALL for certificate in ("rsa-leaf", "ecdsa-leaf")]
    + [("TLSv1.2", "ed25519-leaf"), ("TLSv1.3", "ed25519-leaf")],
)
def test_gnutls_client_certificates(listening, version, certificate):
    port, observation = listening(version=version, request=True)
    path, key = pem(certificate)
    wanted = version.replace("TLSv1", "VERS-TLS1") + (".0" if version == "TLSv1" else "")
    subprocess.run(
        [GNUTLS, "--insecure", "--x509certfile", path, "--x509keyfile", key]
        + ["--priority", f"NORMAL:-VERS-ALL:+{wanted}:%VERIFY_ALLOW_SIGN_WITH_SHA1"]
        + ["--port", port, "127.0.0.1"],
        input="",
        capture_output=True,
        text=True,
        timeout=ENOUGH,
    )
    observed = observation()
    assert observed["end"] == "ok", observed["detail"]
    assert observed["certificates"] == [certificate]
    assert observed["certificate_verify"] == observed["finished"] == "valid"
