"""DTLS against the clients of openssl and gnutls, over paths that lose and reorder."""

import json
import os
import shutil
import socket
import subprocess
import time

import pytest
from conftest import PKI_FOLDER, SERVERS
from lossy_path import LossyPath
from playing import log_of

OPENSSL = "/usr/bin/openssl"
GNUTLS = shutil.which("gnutls-cli")
FLAGS = {"DTLSv1": "-dtls1", "DTLSv1.2": "-dtls1_2"}
ENOUGH = 20


@pytest.fixture
def serving(tmp_path):
    """Serves a scenario on loopback UDP, through a LossyPath: (path, gives an observation)."""
    opened = []

    def serve(drop=(), swap=(), **scenario):
        scenario.setdefault("retransmit", 0.15)
        file = tmp_path / f"scenario-{len(opened)}.json"
        file.write_text(json.dumps(scenario))
        process = subprocess.Popen(
            ["/usr/bin/python3", "-I", os.path.join(SERVERS, "certspec-server")]
            + ["--pki", PKI_FOLDER, "--listen", "127.0.0.1:0", str(file)],
            stdout=subprocess.PIPE,
            text=True,
        )
        path = LossyPath(int(process.stdout.readline().split()[1]), drop, swap)
        opened.append((process, path))
        return path, lambda: json.loads(process.stdout.readline())

    yield serve
    for process, path in opened:
        process.kill()
        process.wait()
        process.stdout.close()
        path.close()


def pem(name):
    return os.path.join(PKI_FOLDER, name + ".pem"), os.path.join(PKI_FOLDER, name + ".key.pem")


def client_of(path, version, *options, certificate="rsa-leaf"):
    """openssl s_client; its standard input stays open until it has ended."""
    credentials = ["-cert", pem(certificate)[0], "-key", pem(certificate)[1]]
    return subprocess.Popen(
        [OPENSSL, "s_client", "-connect", f"127.0.0.1:{path.port}", FLAGS[version], "-quiet"]
        + ["-cipher", "DEFAULT:@SECLEVEL=0", *credentials, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def shake(
    serving, version, *options, drop=(), swap=(), certificate="rsa-leaf", server=None, **scenario
):
    """One connection of s_client that gets "done" in the end: (observation, output)."""
    if server:
        scenario["certificate"] = server
    scenario.setdefault("request", True)
    scenario.setdefault("after", [{"application_data": "done\n"}])
    path, observation = serving(drop, swap, version=version, linger=0.2, **scenario)
    with client_of(path, version, *options, certificate=certificate) as client:
        observed = observation()
        client.kill()
        output = client.stdout.read()
    assert path.lost == set(drop) | set(swap)
    return observed, output


def assert_fine(observed, certificate="rsa-leaf"):
    assert observed["end"] == "ok", observed["detail"]
    assert observed["certificates"] == [certificate]
    assert observed["certificate_verify"] == observed["finished"] == "valid"


@pytest.mark.parametrize("version", list(FLAGS))
@pytest.mark.parametrize("server", ["server-ecdsa", "server-rsa"])
@pytest.mark.parametrize("certificate", ["rsa-leaf", "ecdsa-leaf"])
def test_openssl_client_certificates(serving, version, server, certificate):
    observed, output = shake(serving, version, certificate=certificate, require=True, server=server)
    assert_fine(observed, certificate)
    assert observed["version"] == version
    assert observed["messages"][:2] == ["ClientHello", "ClientHello"]
    assert b"done\n" in output


@pytest.mark.parametrize("version", list(FLAGS))
def test_without_cookie(serving, version):
    observed, _ = shake(serving, version, hello_verify_request=False)
    assert_fine(observed)
    assert observed["messages"].count("ClientHello") == 1


SMALL = {"record": 100, "segment": 150}


@pytest.mark.parametrize("version", list(FLAGS))
@pytest.mark.parametrize(
    "fragment",
    [SMALL, {"record": 13}, {"record": 60, "segment": 1400}, {"coalesce": True}],
    ids=lambda fragment: "-".join(fragment),
)
def test_fragments(serving, version, fragment):
    observed, output = shake(serving, version, fragment=fragment)
    assert_fine(observed)
    assert b"done\n" in output


@pytest.mark.parametrize(
    "lost",
    [
        [("server", 1)],
        [("server", 2)],
        [("server", 3), ("server", 5)],
        [("server", 1), ("server", 2), ("server", 8)],
    ],
    ids=str,
)
def test_datagrams_of_the_flight_are_lost(serving, lost):
    """The server's own timer brings them again: the client's has a second."""
    observed, output = shake(serving, "DTLSv1.2", fragment=SMALL, drop=lost)
    assert_fine(observed)
    assert observed["requests_sent"] == 1
    assert b"done\n" in output
    assert [line.detail for line in log_of(observed) if line.message == "flight"]


def test_datagrams_of_the_flight_are_reordered(serving):
    swap = [("server", 1), ("server", 4), ("server", 7)]
    observed, _ = shake(serving, "DTLSv1.2", fragment=SMALL, swap=swap, retransmit=5)
    assert_fine(observed)
    assert not [line for line in log_of(observed) if line.message == "flight"]


@pytest.mark.parametrize("lost", [("client", 0), ("server", 0), ("client", 1)], ids=str)
def test_cookie_exchange_over_loss(serving, lost):
    observed, _ = shake(serving, "DTLSv1.2", drop=[lost])
    assert_fine(observed)


@pytest.mark.parametrize("index", [2, 3, 4, 5])
def test_clients_flight_is_lost_or_late(serving, index):
    """The client's flight from Certificate to Finished goes out in small datagrams."""
    for loss in ({"drop": [("client", index)]}, {"swap": [("client", index)]}):
        observed, _ = shake(serving, "DTLSv1.2", "-mtu", "300", **loss)
        assert_fine(observed)
        assert observed["messages"].count("Certificate") == 1


def test_servers_finished_is_lost(serving):
    """The client sends its flight again, and that is answered after the handshake, too."""
    observed, _ = shake(serving, "DTLSv1.2", drop=[("server", 2)], after=[{"read": {"timeout": 3}}])
    assert_fine(observed)
    again = [line for line in log_of(observed) if line.message == "flight"]
    assert "the client's came again" in again[0].detail


@pytest.mark.parametrize("version", list(FLAGS))
def test_renegotiation(serving, version):
    after = [{"renegotiate": {"request": True}}, {"application_data": "done\n"}]
    observed, output = shake(serving, version, request=False, after=after)
    assert [item["kind"] for item in observed["handshakes"]] == ["initial", "renegotiation"]
    assert_fine(observed)
    assert observed["messages"].count("ClientHello") == 3
    assert b"done\n" in output


def test_renegotiation_over_loss(serving):
    after = [{"renegotiate": {"request": True}}, {"application_data": "done\n"}]
    # How many datagrams the client needs differs from run to run: these it always has.
    drop = [("server", 4), ("client", 3)]
    observed, _ = shake(serving, "DTLSv1.2", request=False, after=after, drop=drop)
    assert len(observed["handshakes"]) == 2
    assert_fine(observed)


def test_rejection(serving):
    observed, output = shake(serving, "DTLSv1.2", reject="bad_certificate")
    assert observed["end"] == "rejected"
    assert b"alert bad certificate" in output


def test_silent_client_ends_by_timeout(player):
    scenario = player.service.checked({"version": "DTLSv1.2"})
    ours, theirs = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    for each in (ours, theirs):
        each.bind(("127.0.0.1", 0))
    theirs.connect(ours.getsockname())
    observed = player.service.play(theirs, scenario, time.monotonic() + 0.05)
    assert observed["end"] == "timeout"
    ours.close()


@pytest.mark.skipif(GNUTLS is None, reason="gnutls-cli is not installed")
@pytest.mark.parametrize("version", ["DTLSv1", "DTLSv1.2"])
@pytest.mark.parametrize("drop", [[], [("server", 1)]], ids=["", "loss"])
def test_gnutls(serving, version, drop):
    path, observation = serving(drop, version=version, request=True, linger=0.2)
    certificate, key = pem("ecdsa-leaf")
    number = {"DTLSv1": "1.0", "DTLSv1.2": "1.2"}[version]
    with subprocess.Popen(
        [GNUTLS, "--udp", "--insecure", "--x509certfile", certificate, "--x509keyfile", key]
        + [f"--priority=NORMAL:-VERS-ALL:+VERS-DTLS{number}:%COMPAT:+SIGN-RSA-SHA1"]
        + ["127.0.0.1", "-p", str(path.port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as client:
        observed = observation()
        client.kill()
    assert_fine(observed, "ecdsa-leaf")
