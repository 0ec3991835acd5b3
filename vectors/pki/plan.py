"""What certificates there are: the one table that make.py follows and the tests check."""

NOTE = "TEST KEYS, published with the project: nothing may ever trust them"

YEARS = (2020, 2119)
CA_USAGE = ("key_cert_sign", "crl_sign")
SIGNING = ("digital_signature",)

# name: {key, issuer, role (ca, client, server), usage, years (first, last), about}, issuers first
CERTIFICATES = {}


def _add(name, key, issuer, about, role="client", usage=SIGNING, years=YEARS, sha1=False):
    CERTIFICATES[name] = {
        "key": key,
        "issuer": issuer,
        "role": role,
        "usage": usage,
        "years": years,
        "sha1": sha1,
        "about": about,
    }


def _add_ca(name, key, issuer, about):
    _add(name, key, issuer, about, role="ca", usage=CA_USAGE)


for _name, _key, _words in (
    ("rsa", "rsa", "RSA 2048"),
    ("ecdsa", "p256", "ECDSA P-256"),
    ("ed25519", "ed25519", "Ed25519"),
):
    _one, _two = f"{_name}-intermediate-1", f"{_name}-intermediate-2"
    _add_ca(f"{_name}-root", _key, f"{_name}-root", f"{_words} root")
    _add_ca(_one, _key, f"{_name}-root", f"{_words} CA below the root")
    _add_ca(_two, _key, _one, f"{_words} CA that issues the leaves")
    _add(f"{_name}-leaf", _key, _two, f"{_words} client certificate")
    _add(f"{_name}-leaf-2", _key, _two, f"{_words} client certificate, another key and subject")
    _add(
        f"{_name}-leaf-of-root", _key, f"{_name}-root", f"{_words} client certificate, chain of two"
    )

_add_ca("other-root", "p256", "other-root", "root of a second hierarchy, ECDSA P-256")
_add_ca("other-intermediate", "p256", "other-root", "CA of the second hierarchy")
_add("other-leaf", "p256", "other-intermediate", "ECDSA client certificate, second hierarchy")
_add("other-rsa-leaf", "rsa", "other-intermediate", "RSA client certificate, second hierarchy")

_add(
    "rsa-leaf-expired",
    "rsa",
    "rsa-intermediate-2",
    "valid in 2001 and 2002 only",
    years=(2001, 2002),
)
_add(
    "rsa-leaf-server-only",
    "rsa",
    "rsa-intermediate-2",
    "extended key usage serverAuth only",
    role="server",
)
_add(
    "rsa-leaf-no-signing",
    "rsa",
    "rsa-intermediate-2",
    "key usage keyEncipherment only",
    usage=("key_encipherment",),
)
_add("rsa-1024-leaf", "rsa-1024", "rsa-root", "RSA key of 1024 bits: below security level 2")
_add_ca("rsa-1024-root", "rsa-1024", "rsa-1024-root", "root with an RSA key of 1024 bits")
_add("rsa-leaf-of-1024-root", "rsa", "rsa-1024-root", "RSA 2048 leaf under the weak root")
_add("rsa-leaf-sha1", "rsa", "rsa-intermediate-2", "signed with SHA-1", sha1=True)
_add("p384-leaf", "p384", "ecdsa-intermediate-2", "ECDSA P-384 client certificate")
_add("p521-leaf", "p521", "ecdsa-intermediate-2", "ECDSA P-521 client certificate")
_add("ed448-leaf", "ed448", "ed25519-intermediate-2", "Ed448 client certificate")
_add("dsa-leaf", "dsa", "rsa-intermediate-2", "DSA 2048 client certificate: not for TLS 1.3")
_add("rsa-pss-leaf", "rsa-pss", "rsa-intermediate-2", "id-RSASSA-PSS key of 2048 bits")
_add(
    "rsa-pss-1024-leaf",
    "rsa-pss-1024",
    "rsa-intermediate-2",
    "id-RSASSA-PSS key of 1024 bits: too small for PSS with SHA-512",
)
_add("mldsa65-leaf", "mldsa65", "ecdsa-intermediate-2", "ML-DSA-65 client certificate")
_add(
    "x25519-leaf",
    "x25519",
    "ecdsa-intermediate-2",
    "a key that cannot sign",
    usage=("key_agreement",),
)

_add_ca("server-root", "p256", "server-root", "root of the scripted server, ECDSA P-256")
_add("server-ecdsa", "p256", "server-root", "server, ECDSA P-256", role="server")
_add(
    "server-rsa",
    "rsa",
    "server-root",
    "server, RSA 2048",
    role="server",
    usage=("digital_signature", "key_encipherment"),
)
_add("server-ed25519", "ed25519", "server-root", "server, Ed25519", role="server")
