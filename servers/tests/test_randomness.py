"""The same seed, the same bytes; and so the same server."""

import pytest
from certspec_servers.randomness import SeededRandom
from mini_client import mini_client


def test_same_seed_same_bytes():
    one, two = SeededRandom("a seed"), SeededRandom("a seed")
    whole = one.bytes(5000)
    assert b"".join(two.bytes(n) for n in [1, 0, 255, 256, 257, 4231]) == whole
    assert SeededRandom("another").bytes(32) != whole[:32]


def test_known_answer():
    # Fixed so that recorded cases stay reproducible from one version of this package to the next.
    assert SeededRandom("").bytes(16).hex() == "2a61a461de265634ba07c789cd4a2c6b"


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_same_seed_same_server_hello(player, pki, version):
    def bytes_of_server_hello(seed):
        seen = []

        class Recorder:
            def __init__(self, plain):
                self.plain = plain

            def __getattr__(self, name):
                return getattr(self.plain, name)

            def recv(self, size):
                data = self.plain.recv(size)
                seen.append(data)
                return data

        player.play(
            {"version": version, "seed": seed, "linger": 0.02},
            lambda plain: mini_client(version, pki)(Recorder(plain)),
        )
        whole = b"".join(seen)
        return whole[: 5 + int.from_bytes(whole[3:5], "big")]

    first, again, other = (bytes_of_server_hello(seed) for seed in ("a", "a", "b"))
    assert first[0] == 22
    if version == "TLSv1.3":
        assert first == again
    else:
        # The session id of the first connection is in the store: it is drawn again.
        assert first[:43] == again[:43]
    assert first[:43] != other[:43]
