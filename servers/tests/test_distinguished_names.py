"""Names as text, compared with the openssl command."""

import subprocess

import pytest
from certspec_servers import distinguished_names as names

h = bytes.fromhex


def der(*attributes):
    """A Name of one attribute a RelativeDistinguishedName: (identifier, tag, value) in DER."""
    return names.encode(
        names.SEQUENCE,
        b"".join(
            names.encode(
                names.SET,
                names.encode(
                    names.SEQUENCE, names.encode(6, identifier) + names.encode(tag, value)
                ),
            )
            for identifier, tag, value in attributes
        ),
    )


CN, O, UNKNOWN = h("550403"), h("55040a"), h("2a0304")
EMAIL, DC = h("2a864886f70d010901"), h("0992268993f22c640119")


def openssl_text(name, tmp_path):
    """What `openssl crl` prints as the issuer: the cheapest thing that holds a Name unsigned."""
    algorithm = h("300d06092a864886f70d01010b0500")
    time = names.encode(0x17, b"250101000000Z")
    inside = names.encode(names.SEQUENCE, h("020101") + algorithm + name + time)
    crl = names.encode(names.SEQUENCE, inside + algorithm + names.encode(3, b"\0\0"))
    path = tmp_path / "name.crl"
    path.write_bytes(crl)
    done = subprocess.run(
        ["/usr/bin/openssl", "crl", "-inform", "DER", "-in", str(path), "-noout", "-issuer"]
        + ["-nameopt", "RFC2253"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.rstrip("\n").removeprefix("issuer=")


@pytest.mark.parametrize(
    "attributes",
    [
        [(CN, 0x0C, b"plain")],
        [(O, 0x13, b"Example"), (CN, 0x0C, b"two")],
        [(CN, 0x0C, ' a,b+c"d\\e<f>g;h=i#j '.encode())],
        [(CN, 0x0C, b"#hash first")],
        [(CN, 0x0C, b" ")],
        [(CN, 0x0C, "Grüße, 東京 🦊".encode())],
        [(CN, 0x14, b"latin \xfc")],
        [(CN, 0x1E, "Grüße".encode("utf-16-be"))],
        [(CN, 0x0C, b"tab\tnul\0end")],
        [(EMAIL, 0x16, b"someone@example.org"), (DC, 0x16, b"example")],
        [(UNKNOWN, 0x0C, b"unknown attribute")],
        [(CN, 0x03, b"\0bits")],
        [(CN, 0x0C, b"")],
    ],
)
def test_text_is_openssl_s(attributes, tmp_path):
    name = der(*attributes)
    assert names.text(name) == openssl_text(name, tmp_path)


def test_several_attributes_in_one(tmp_path):
    pair = b"".join(
        names.encode(names.SEQUENCE, names.encode(6, identifier) + names.encode(0x0C, value))
        for identifier, value in ((CN, b"a"), (O, b"b"))
    )
    name = names.encode(names.SEQUENCE, names.encode(names.SET, pair))
    assert names.text(name) == openssl_text(name, tmp_path) == "O=b+CN=a"


def test_subjects_of_the_pki(pki):
    for name in ("rsa-leaf", "server-root", "ed25519-leaf"):
        assert names.text(pki.subject(name)).startswith("CN=")


def test_no_bytes_crash():
    whole = der((CN, 0x0C, b"name"), (O, 0x13, b"other"))
    for end in range(len(whole)):
        with pytest.raises(names.DerError):
            names.text(whole[:end])
    for position in range(len(whole)):
        for bit in range(8):
            broken = bytearray(whole)
            broken[position] ^= 1 << bit
            try:
                names.text(bytes(broken))
            except names.DerError:
                pass
