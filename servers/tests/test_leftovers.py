"""Nothing that a connection made outlives it: cycles would, until Python looks for them, and a
server's memory would grow meanwhile."""

import gc
import os
import socket
import subprocess
import time

import pytest
from conftest import PKI_FOLDER
from playing import DEADLINE, after, read_all

from certspec_servers.observation import Observation

OPENSSL = "/usr/bin/openssl"


@pytest.fixture
def leftovers():
    """leftovers - a function that gives the types of the package's objects that only a search for
    cycles finds, and drops them."""

    def look():
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            gc.collect()
            kinds = [type(each) for each in gc.garbage]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.collect()
        return sorted(
            kind.__name__ for kind in kinds if kind.__module__.startswith("certspec_servers")
        )

    gc.collect()
    gc.disable()
    yield look
    gc.enable()


def test_a_cycle_is_seen(leftovers):
    observation = Observation()
    observation.itself = observation
    del observation
    assert leftovers() == ["Observation"]
    assert leftovers() == []


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize(
    "script",
    [
        {},
        {"request": True},
        {"request": True, "require": True, "reject": "bad_certificate"},
        after("close_notify"),
        after({"sleep": 0.01}, "close"),
        {"flight": ["ServerHello", {"alert": ["fatal", "handshake_failure"]}]},
        {"flight": ["Finished"]},
    ],
)
def test_of_streams(leftovers, player, version, script):
    scenario = {"version": version, "linger": 0.05, **script}
    player.shake(scenario, "ecdsa-leaf", read_all)
    leftovers()
    observed = player.shake(scenario, "ecdsa-leaf", read_all)
    assert observed["end"] != "server-bug"
    assert leftovers() == []


def bound():
    """bound - a UDP socket of a server, and where it is."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    return made, made.getsockname()


@pytest.mark.parametrize("version, flag", [("DTLSv1", "-dtls1"), ("DTLSv1.2", "-dtls1_2")])
def test_of_dtls(leftovers, player, version, flag):
    listener, (_, port) = bound()
    path = os.path.join(PKI_FOLDER, "rsa-leaf")
    client = subprocess.Popen(
        [OPENSSL, "s_client", "-connect", f"127.0.0.1:{port}", flag, "-quiet"]
        + ["-cipher", "DEFAULT:@SECLEVEL=0", "-cert", path + ".pem", "-key", path + ".key.pem"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with client:
        _, address = listener.recvfrom(0, socket.MSG_PEEK)
        listener.connect(address)
        scenario = player.service.checked({"version": version, "request": True, "linger": 0.1})
        observed = player.service.play(listener, scenario, time.monotonic() + DEADLINE)
        client.kill()
    assert observed["end"] == "ok"
    del listener
    assert leftovers() == []


def test_of_quic(leftovers, player):
    listener, address = bound()
    client, client_address = bound()
    with client:
        client.connect(address)
        listener.connect(client_address)
        client.send(b"")
        scenario = player.service.checked({"version": "QUICv1"})
        observed = player.service.play(listener, scenario, time.monotonic() + DEADLINE)
    assert observed["end"] == "eof"
    del listener
    assert leftovers() == []
