"""The committed certificates are what index.json and plan.py say, and no others."""

import base64
import datetime
import hashlib
import json
import re
import ssl
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

import make
from conftest import VECTORS
from plan import CERTIFICATES

PKI = VECTORS / "pki"
INDEX = json.loads((PKI / "index.json").read_text(encoding="utf-8"))["certificates"]
# Keys that neither this cryptography nor this libcrypto has to know.
UNREADABLE = {name for name, plan in CERTIFICATES.items() if plan["key"] == "mldsa65"}
READABLE = [name for name in CERTIFICATES if name not in UNREADABLE]
ML_DSA_65 = bytes.fromhex("0609608648016503040312")  # OBJECT IDENTIFIER, RFC 9881, section 2
PSS_KEY = bytes.fromhex("06092a864886f70d01010a")  # OBJECT IDENTIFIER id-RSASSA-PSS, RFC 8017


def certificate(name):
    return x509.load_pem_x509_certificate((PKI / INDEX[name]["certificate"]).read_bytes())


def key(name):
    return serialization.load_pem_private_key((PKI / INDEX[name]["key"]).read_bytes(), None)


def spki(public_key):
    return public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_index_is_the_plan():
    assert (PKI / "index.json").read_text(encoding="utf-8") == make.index()
    assert {path.name for path in PKI.glob("*.pem")} == {
        entry[what] for entry in INDEX.values() for what in ("certificate", "key")
    }


def test_subjects_are_distinct():
    subjects = [certificate(name).subject.rfc4514_string() for name in INDEX]
    assert len(set(subjects)) == len(subjects) == len(CERTIFICATES)
    assert all(re.fullmatch(r"CN=certspec test [^,]+,O=certspec test", text) for text in subjects)


@pytest.mark.parametrize("name", CERTIFICATES)
def test_files_say_that_they_are_test_keys_and_load(name):
    for what, label in (("certificate", "CERTIFICATE"), ("key", "PRIVATE KEY")):
        text = (PKI / INDEX[name][what]).read_text(encoding="ascii")
        assert text.startswith(f"certspec TEST KEY MATERIAL, published: never trust it. {name}\n")
        body = re.fullmatch(
            rf"[^\n]+\n-----BEGIN {label}-----\n([^-]+)-----END {label}-----\n", text
        )
        base64.b64decode(body[1])
    if name in UNREADABLE:
        return

    # This loads with PEM_read_bio.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    if name == "x25519-leaf":
        with pytest.raises(ssl.SSLError):
            context.load_cert_chain(PKI / INDEX[name]["certificate"], PKI / INDEX[name]["key"])
    else:
        context.load_cert_chain(PKI / INDEX[name]["certificate"], PKI / INDEX[name]["key"])


@pytest.mark.parametrize("name", CERTIFICATES)
def test_certificate_is_as_planned(name):
    plan, loaded = CERTIFICATES[name], certificate(name)
    first, last = plan["years"]
    assert loaded.not_valid_before == datetime.datetime(first, 1, 1)
    assert loaded.not_valid_after == datetime.datetime(last, 12, 31, 23, 59, 59)
    assert loaded.subject == make.subject(name)
    assert loaded.issuer == make.subject(plan["issuer"])
    extensions = loaded.extensions
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert constraints.critical and constraints.value.ca == (plan["role"] == "ca")
    assert usage.critical and usage.value == make.key_usage(plan["usage"])
    purposes = [
        list(extension.value)
        for extension in extensions
        if isinstance(extension.value, x509.ExtendedKeyUsage)
    ]
    wanted = {
        "ca": [],
        "client": [[ExtendedKeyUsageOID.CLIENT_AUTH]],
        "server": [[ExtendedKeyUsageOID.SERVER_AUTH]],
    }
    assert purposes == wanted[plan["role"]]
    assert (PSS_KEY in loaded.public_bytes(serialization.Encoding.DER)) == plan["key"].startswith(
        "rsa-pss"
    )


@pytest.mark.parametrize("name", READABLE)
def test_key_belongs_to_certificate(name):
    public_key = key(name).public_key()
    own = certificate(name)
    if CERTIFICATES[name]["key"].startswith("rsa-pss"):
        assert own.public_key().public_numbers() == public_key.public_numbers()
    else:
        assert spki(own.public_key()) == spki(public_key)
    identifier = own.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert identifier == x509.SubjectKeyIdentifier.from_public_key(public_key)


def der_of_key(name):
    pem = (PKI / INDEX[name]["key"]).read_text(encoding="ascii")
    return base64.b64decode("".join(pem.split("-----")[2].split()))


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_ml_dsa_key_belongs_to_certificate(name):
    """An expanded private key holds SHAKE256 of its public key (FIPS 204, algorithms 6 and 24)."""
    own = certificate(name).public_bytes(serialization.Encoding.DER)
    start = own.index(ML_DSA_65 + bytes.fromhex("038207a100")) + len(ML_DSA_65) + 5
    public_key, private_key = own[start : start + 1952], der_of_key(name)
    assert ML_DSA_65 in private_key
    expanded = private_key[private_key.index(public_key[:32]) :]
    assert len(expanded) == 4032
    assert expanded[64:128] == hashlib.shake_256(public_key).digest(64)
    identifier = certificate(name).extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    assert identifier.value.digest == hashlib.sha1(public_key).digest()


@pytest.mark.parametrize("name", CERTIFICATES)
def test_issuer_has_signed(name):
    own, issuer = certificate(name), certificate(INDEX[name]["issuer"])
    assert own.issuer == issuer.subject
    authority = own.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert authority.key_identifier == identifier.digest
    signer, signed = issuer.public_key(), (own.signature, own.tbs_certificate_bytes)
    if isinstance(signer, rsa.RSAPublicKey):
        signer.verify(*signed, padding.PKCS1v15(), own.signature_hash_algorithm)
    elif isinstance(signer, ec.EllipticCurvePublicKey):
        signer.verify(*signed, ec.ECDSA(own.signature_hash_algorithm))
    else:
        signer.verify(*signed)
    sha1 = own.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA1
    assert sha1 == (name == "rsa-leaf-sha1")
    assert sha1 or not isinstance(own.signature_hash_algorithm, hashes.SHA1)


def test_leaves_of_one_kind_have_keys_of_their_own():
    keys = [spki(certificate(name).public_key()) for name in READABLE]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "name, bits",
    [
        ("rsa-leaf", 2048),
        ("rsa-1024-leaf", 1024),
        ("rsa-pss-leaf", 2048),
        ("rsa-pss-1024-leaf", 1024),
        ("ecdsa-leaf", 256),
        ("p384-leaf", 384),
        ("p521-leaf", 521),
    ],
)
def test_key_sizes(name, bits):
    assert certificate(name).public_key().key_size == bits


def test_openssl_accepts_the_long_chain():
    for family in ("rsa", "ecdsa", "ed25519"):
        done = subprocess.run(
            [
                "openssl",
                "verify",
                "-purpose",
                "sslclient",
                "-CAfile",
                f"{family}-root.pem",
                "-untrusted",
                f"{family}-intermediate-1.pem",
                "-untrusted",
                f"{family}-intermediate-2.pem",
                f"{family}-leaf.pem",
            ],
            cwd=PKI,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, f"{family}-leaf.pem: OK\n"), done.stderr


def run_make(*arguments):
    return subprocess.run(
        [sys.executable, PKI / "make.py", *arguments], check=False, capture_output=True, text=True
    )


def test_make_does_not_overwrite(tmp_path):
    for name in CERTIFICATES:
        for what in ("certificate", "key"):
            (tmp_path / INDEX[name][what]).write_bytes((PKI / INDEX[name][what]).read_bytes())
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = run_make("--directory", tmp_path)
    assert done.returncode == 1
    assert f"rsa-root and {len(CERTIFICATES) - 1} more are there already" in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before

    (tmp_path / "ecdsa-leaf.pem").unlink()
    (tmp_path / "ecdsa-leaf.key.pem").unlink()
    done = run_make("--directory", tmp_path, "--missing")
    assert (done.returncode, done.stderr) == (0, "")
    after = {path: path.read_bytes() for path in tmp_path.iterdir()}
    changed = {path.name for path, data in after.items() if before.get(path) != data}
    assert changed == {"ecdsa-leaf.pem", "ecdsa-leaf.key.pem", "index.json"}


def test_make_takes_no_unknown_option():
    assert run_make("--colour").returncode == 2


def test_make_tells_what_openssl_cannot_do(tmp_path):
    done = run_make("--directory", tmp_path, "--openssl", tmp_path / "no-openssl")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"make.py: {tmp_path}/no-openssl: No such file or directory\n"
