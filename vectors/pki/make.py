#!/usr/bin/python3
"""Make the test certificates and keys of this folder, and index.json.

TEST KEYS: they are published. Nothing may ever trust them.

    /usr/bin/python3 vectors/pki/make.py [--force | --missing] [--directory DIR]
                                         [--openssl PROGRAM]

ML-DSA keys need the program of OpenSSL 3.5 or later: --openssl names it.
Exit codes: 0 made, 1 refused (a file is there already) or openssl cannot do it, 2 usage.
"""

import argparse
import datetime
import pathlib
import subprocess
import sys
import tempfile
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plan import CERTIFICATES, NOTE

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from checker.canonical import canonical  # noqa: E402

PREAMBLE = "certspec TEST KEY MATERIAL, published: never trust it. {name}\n"

KEY_MAKERS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "rsa-1024": lambda: rsa.generate_private_key(65537, 1024),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "dsa": lambda: dsa.generate_private_key(2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
    "x25519": x25519.X25519PrivateKey.generate,
}
# Keys that cryptography 38 does not make, or does not write as they are: options of genpkey.
OPENSSL_KEYS = {
    "rsa-pss": ("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"),
    "rsa-pss-1024": ("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1024"),
    "mldsa65": ("-algorithm", "ML-DSA-65"),
}
EXTENDED_KEY_USAGES = {
    "client": ExtendedKeyUsageOID.CLIENT_AUTH,
    "server": ExtendedKeyUsageOID.SERVER_AUTH,
}
OPENSSL_CONFIGURATION = b"""
[req]
distinguished_name = any_name
[any_name]
[ca]
default_ca = test
[test]
database = FOLDER/database
new_certs_dir = FOLDER
rand_serial = yes
policy = names
x509_extensions = leaf
[names]
organizationName = supplied
commonName = supplied
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
extendedKeyUsage = clientAuth
"""
USAGE_NAMES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
SPELLINGS = {
    "rsa": "RSA",
    "dsa": "DSA",
    "ecdsa": "ECDSA",
    "ed25519": "Ed25519",
    "ed448": "Ed448",
    "p384": "P-384",
    "p521": "P-521",
    "mldsa65": "ML-DSA-65",
    "x25519": "X25519",
    "pss": "PSS",
    "sha1": "SHA-1",
}


def subject(name):
    """subject gives the X.509 name of the certificate called `name`; no two are equal."""
    words = " ".join(SPELLINGS.get(word, word) for word in name.split("-"))
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "certspec test"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"certspec test {words}"),
        ]
    )


class OpensslError(Exception):
    """The openssl program cannot do it; the text says what, and why."""


def openssl(program, command, *arguments):
    """openssl runs the openssl program `program` and returns what it printed, as bytes."""
    try:
        done = subprocess.run([program, command, *arguments], capture_output=True, check=False)
    except OSError as error:
        raise OpensslError(f"{program}: {error.strerror}") from None
    if done.returncode != 0:
        reason = done.stderr.decode().strip().replace("\n", "; ")
        raise OpensslError(f"{program} {command} {' '.join(arguments)}: {reason}")
    return done.stdout


def make_key(kind, program):
    """make_key returns a new private key as unencrypted PKCS#8 PEM bytes; `program`: openssl."""
    if kind in OPENSSL_KEYS:
        return openssl(program, "genpkey", "-quiet", *OPENSSL_KEYS[kind])
    return KEY_MAKERS[kind]().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def key_usage(names):
    """key_usage returns the KeyUsage extension with exactly the bits in `names` set."""
    return x509.KeyUsage(**{name: name in names for name in USAGE_NAMES})


def signing_hash(issuer_key, plan):
    if isinstance(issuer_key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)):
        return None
    return hashes.SHA1() if plan.get("sha1") else hashes.SHA256()


def build(name, plan, key, issuer_key):
    """build returns the certificate `name` as PEM bytes, signed with `issuer_key`."""
    first, last = plan["years"]
    is_ca = plan["role"] == "ca"
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject(name))
        .issuer_name(subject(plan["issuer"]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(first, 1, 1))
        .not_valid_after(datetime.datetime(last, 12, 31, 23, 59, 59))
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
        .add_extension(key_usage(plan["usage"]), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False
        )
    )
    if not is_ca:
        purpose = EXTENDED_KEY_USAGES[plan["role"]]
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), False)
    if plan["role"] == "server":
        names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        builder = builder.add_extension(names, False)
    certificate = builder.sign(issuer_key, signing_hash(issuer_key, plan))
    return certificate.public_bytes(serialization.Encoding.PEM)


def build_by_openssl(name, plan, key, issuer_certificate, issuer_key, program):
    """build_by_openssl returns the client certificate `name` as PEM bytes, its key one of
    OPENSSL_KEYS.

    The keys and the certificate are PEM bytes. openssl does it, because cryptography 38 writes
    every RSA key as rsaEncryption and does not know ML-DSA; and `openssl ca`, because no other of
    its commands takes both dates.
    """
    with tempfile.TemporaryDirectory() as folder:
        configuration = OPENSSL_CONFIGURATION.replace(b"FOLDER", folder.encode())
        paths = {}
        for what, data in (
            ("issuer", issuer_certificate),
            ("issuer_key", issuer_key),
            ("key", key),
            ("database", b""),
            ("configuration", configuration),
        ):
            paths[what] = str(pathlib.Path(folder, what))
            pathlib.Path(paths[what]).write_bytes(data)
        words = [attribute.value for attribute in subject(name)]
        request = str(pathlib.Path(folder, "request"))
        openssl(
            program,
            "req",
            "-new",
            "-utf8",
            "-key",
            paths["key"],
            "-out",
            request,
            "-config",
            paths["configuration"],
            "-subj",
            "/O={}/CN={}".format(*words),
        )
        first, last = plan["years"]
        return openssl(
            program,
            "ca",
            "-batch",
            "-notext",
            "-preserveDN",
            "-utf8",
            "-config",
            paths["configuration"],
            "-in",
            request,
            "-md",
            "sha256",
            "-cert",
            paths["issuer"],
            "-keyfile",
            paths["issuer_key"],
            "-startdate",
            f"{first}0101000000Z",
            "-enddate",
            f"{last}1231235959Z",
        )


def load_key(pem):
    return serialization.load_pem_private_key(pem, None)


def read_pem(path):
    text = path.read_bytes()
    return text[text.index(b"-----BEGIN") :]


def make(directory, names, program="openssl"):
    """make writes the certificates and keys `names` into `directory` (a pathlib.Path); `program`:
    openssl. Raises OpensslError.

    An issuer that is not in `names` is read from `directory`.
    """
    for name, plan in CERTIFICATES.items():
        if name not in names:
            continue
        key = make_key(plan["key"], program)
        issuer = plan["issuer"]
        issuer_key = key if issuer == name else read_pem(directory / f"{issuer}.key.pem")
        if plan["key"] in OPENSSL_KEYS:
            issuer_certificate = read_pem(directory / f"{issuer}.pem")
            certificate = build_by_openssl(
                name, plan, key, issuer_certificate, issuer_key, program
            )
        else:
            certificate = build(name, plan, load_key(key), load_key(issuer_key))
        preamble = PREAMBLE.format(name=name).encode()
        (directory / f"{name}.pem").write_bytes(preamble + certificate)
        (directory / f"{name}.key.pem").write_bytes(preamble + key)


def index():
    """index returns the text of index.json, in the canonical form of vectors/."""
    entries = {
        name: {
            "certificate": f"{name}.pem",
            "key": f"{name}.key.pem",
            "issuer": plan["issuer"],
            "about": plan["about"],
        }
        for name, plan in CERTIFICATES.items()
    }
    return canonical({"note": NOTE, "certificates": entries})


def present(directory, name):
    return any((directory / f"{name}{end}").exists() for end in (".pem", ".key.pem"))


def main():
    parser = argparse.ArgumentParser(description="make the test certificates and keys")
    parser.add_argument("--directory", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument(
        "--openssl", default="openssl", metavar="PROGRAM", help="for ML-DSA, one of 3.5 or later"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--force", action="store_true", help="replace all of them by new ones")
    which.add_argument("--missing", action="store_true", help="make only those not there yet")
    arguments = parser.parse_args()
    there = [name for name in CERTIFICATES if present(arguments.directory, name)]
    if there and not (arguments.force or arguments.missing):
        print(
            f"make.py: {arguments.directory}: {there[0]} and {len(there) - 1} more are there "
            "already (--missing adds, --force replaces)",
            file=sys.stderr,
        )
        return 1

    # rsa-leaf-sha1 is weak on purpose.
    warnings.filterwarnings("ignore", "SHA1 signatures are deprecated")
    keep = there if arguments.missing else []
    try:
        names = [name for name in CERTIFICATES if name not in keep]
        make(arguments.directory, names, arguments.openssl)
    except OpensslError as error:
        print(f"make.py: {error}", file=sys.stderr)
        return 1

    (arguments.directory / "index.json").write_text(index(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
