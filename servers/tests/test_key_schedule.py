"""The key schedule against RFC 8448, published PRF vectors and the openssl command."""

import subprocess

import pytest
from certspec_servers import key_schedule
from certspec_servers.key_schedule import KeySchedule, Transcript
from certspec_servers.names import CIPHER_SUITES

h = bytes.fromhex

# RFC 8448, section 3: secrets, and the transcript hashes they come from.
SHARED = h("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")
UP_TO_SERVER_HELLO = h("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8")
UP_TO_SERVER_FINISHED = h("9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13")
UP_TO_CLIENT_FINISHED = h("209145a96ee8e2a122ff810047cc952684658d6049e86429426db87c54ad143d")


@pytest.fixture
def simple_handshake():
    """The key schedule of RFC 8448, section 3, at its end."""
    keys = KeySchedule("sha256")
    keys.shared_secret(SHARED, UP_TO_SERVER_HELLO)
    keys.server_finished(UP_TO_SERVER_FINISHED)
    return keys


@pytest.mark.parametrize(
    "name, secret",
    [
        ("early", "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a"),
        ("client_handshake", "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"),
        ("server_handshake", "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"),
        ("master", "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919"),
        ("client_application", "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"),
        ("server_application", "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"),
    ],
)
def test_secrets_of_rfc_8448(simple_handshake, name, secret):
    assert getattr(simple_handshake, name) == h(secret)


def test_traffic_keys_of_rfc_8448(simple_handshake):
    secret = simple_handshake.server_handshake
    assert key_schedule.hkdf_expand_label("sha256", secret, b"key", b"", 16) == h(
        "3fce516009c21727d0f2e4e86ee403bc"
    )
    assert key_schedule.hkdf_expand_label("sha256", secret, b"iv", b"", 12) == h(
        "5d313eb2671276ee13000b30"
    )


def test_resumption_secret_and_ticket_of_rfc_8448(simple_handshake):
    assert simple_handshake.resumption is None
    simple_handshake.client_finished(UP_TO_CLIENT_FINISHED)
    assert simple_handshake.resumption == h(
        "7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c"
    )
    assert simple_handshake.ticket_psk(h("0000")) == h(
        "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3"
    )


def test_prf_of_tls_1_2():
    # The vector for P_SHA256 that was sent to the TLS working group's list in 2009.
    out = key_schedule.prf(
        0x0303,
        "sha256",
        h("9bbe436ba940f017b17652849a71db35"),
        b"test label",
        h("a0ba9f936cda311827a6f796ffd5198c"),
        100,
    )
    assert out == h(
        "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e"
        "14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5"
        "a72e5a5110fff70187347b66"
    )


@pytest.mark.parametrize("version, digest", [(0x0301, "MD5-SHA1"), (0x0303, "SHA256")])
@pytest.mark.parametrize("length", [47, 48])
def test_prf_agrees_with_openssl(version, digest, length):
    secret, label, seed = bytes(range(length)), b"master secret", bytes(range(64))
    done = subprocess.run(
        ["/usr/bin/openssl", "kdf", "-keylen", "104", "-kdfopt", f"digest:{digest}"]
        + ["-kdfopt", f"hexsecret:{secret.hex()}", "-kdfopt", f"hexseed:{(label + seed).hex()}"]
        + ["TLS1-PRF"],
        capture_output=True,
        text=True,
        check=True,
    )
    expected = h(done.stdout.strip().replace(":", ""))
    assert key_schedule.prf(version, "sha256", secret, label, seed, 104) == expected


def test_key_block_is_cut_in_the_order_of_the_rfc():
    suite = CIPHER_SUITES["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"]
    client, server = key_schedule.key_block(0x0303, suite, b"m" * 48, b"c" * 32, b"s" * 32)
    block = key_schedule.prf(
        0x0303, "sha256", b"m" * 48, b"key expansion", b"s" * 32 + b"c" * 32, 136
    )
    assert client[0] + server[0] + client[1] + server[1] + client[2] + server[2] == block
    assert [len(part) for part in client] == [20, 32, 16]


def test_transcript_hashes_as_it_goes():
    transcript, whole = Transcript(), Transcript()
    for piece in (b"one", b"two", b"three"):
        transcript.add(piece)
        transcript.digest("sha256")
    whole.add(b"onetwothree")
    assert transcript.digest("sha256") == whole.digest("sha256")
    assert transcript.digest("md5") == whole.digest("md5")
    copy = transcript.copy()
    copy.add(b"four")
    assert transcript.digest("sha256") == whole.digest("sha256") != copy.digest("sha256")
