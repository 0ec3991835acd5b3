"""What the server sees when single bits of the client's messages are wrong, and that nothing a
client sends is a fault of the server's."""

import random

import pytest
from mini_client import mini_client
from playing import log_of

NEW = ["TLSv1.2", "TLSv1.3"]
MUTATED_FLIGHTS = 150


def flip(name, position):
    """A mutation: one bit of one message."""

    def mutate(sent, body):
        if sent != name:
            return body
        broken = bytearray(body)
        broken[position] ^= 1
        return bytes(broken)

    return mutate


@pytest.mark.parametrize("version", NEW)
def test_nothing_wrong(player, pki, version):
    observed = player.play({"version": version, "request": True}, mini_client(version, pki))
    assert observed["end"] == "ok", observed["detail"]
    assert observed["certificate_verify"] == observed["finished"] == "valid"


@pytest.mark.parametrize("version", NEW)
@pytest.mark.parametrize("position", [-1, -20, 12])
def test_flipped_bit_of_certificate_verify(player, pki, version, position):
    client = mini_client(version, pki, mutate=flip("CertificateVerify", position))
    observed = player.play({"version": version, "request": True}, client)
    assert observed["certificate_verify"] == "invalid"
    assert observed["certificate_verify_algorithm"] == "ecdsa_secp256r1_sha256"
    assert observed["end"] == "protocol"
    assert "fatal decrypt_error" in [line.detail for line in log_of(observed)]


@pytest.mark.parametrize("version", NEW)
def test_algorithm_that_nobody_knows(player, pki, version):
    client = mini_client(
        version,
        pki,
        mutate=lambda name, body: b"\xfe\xfe" + body[2:] if name == "CertificateVerify" else body,
    )
    observed = player.play({"version": version, "request": True}, client)
    assert observed["certificate_verify"] == "unknown"
    assert observed["certificate_verify_algorithm"] == "0xfefe"


@pytest.mark.parametrize("version", NEW)
def test_algorithm_that_does_not_suit_the_key(player, pki, version):
    client = mini_client(
        version,
        pki,
        mutate=lambda name, body: b"\x08\x04" + body[2:] if name == "CertificateVerify" else body,
    )
    observed = player.play({"version": version, "request": True}, client)
    assert observed["certificate_verify"] == "invalid"


@pytest.mark.parametrize("version", NEW)
@pytest.mark.parametrize("position", [0, -1])
def test_flipped_bit_of_finished(player, pki, version, position):
    client = mini_client(version, pki, mutate=flip("Finished", position))
    observed = player.play({"version": version, "request": True}, client)
    assert (observed["certificate_verify"], observed["finished"]) == ("valid", "invalid")
    assert observed["end"] == "protocol"


@pytest.mark.parametrize("version", NEW)
def test_certificate_that_nobody_knows(player, pki, version):
    def mutate(name, body):
        return body[:-9] + bytes((body[-9] ^ 1,)) + body[-8:] if name == "Certificate" else body

    observed = player.play(
        {"version": version, "request": True}, mini_client(version, pki, mutate=mutate)
    )
    assert observed["certificates"][0].startswith("sha256:")
    # The transcript is not what the client signed.
    assert observed["certificate_verify"] in ("invalid", "unknown")


def mutation(seed):
    """A mutation that changes one message of the flight, in one of several ways."""
    rng = random.Random(seed)
    names = ["ClientHello", "Certificate", "ClientKeyExchange", "CertificateVerify", "Finished"]
    chosen, kind = rng.choice(names), rng.randrange(5)

    def mutate(name, body):
        if name != chosen or not body:
            return body
        broken = bytearray(body)
        position = rng.randrange(len(broken))
        if kind == 0:
            broken[position] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del broken[position:]
        elif kind == 2:
            broken[position:position] = rng.randbytes(rng.randrange(1, 300))
        elif kind == 3:
            broken[position : position + 2] = b"\xff\xff"
        else:
            broken = bytearray(rng.randbytes(len(broken)))
        return bytes(broken)

    return mutate


@pytest.mark.parametrize("version", NEW)
def test_mutated_flights_are_never_a_fault_of_ours(player, pki, version):
    ends = set()
    for seed in range(MUTATED_FLIGHTS):
        client = mini_client(version, pki, mutate=mutation(seed), seed=seed)
        observed = player.play({"version": version, "request": True, "linger": 0.02}, client)
        assert observed["end"] != "server-bug", (seed, observed["detail"])
        ends.add(observed["end"])
    assert {"decode", "protocol"} <= ends


@pytest.mark.parametrize("version", NEW)
def test_mutated_bytes_are_never_a_fault_of_ours(player, pki, version):
    for seed in range(MUTATED_FLIGHTS):
        rng = random.Random(seed)

        class Broken:
            """A socket that changes what is sent through it."""

            def __init__(self, plain):
                self.plain = plain

            def __getattr__(self, name):
                return getattr(self.plain, name)

            def sendall(self, data):
                broken = bytearray(data)
                broken[rng.randrange(len(broken))] = rng.randrange(256)
                self.plain.sendall(broken)

        observed = player.play(
            {"version": version, "request": True, "linger": 0.02},
            lambda plain: mini_client(version, pki, seed=seed)(Broken(plain)),
            deadline=0.15,
        )
        assert observed["end"] != "server-bug", (seed, observed["detail"])
