"""names - the names that the RFCs and IANA give to the numbers on the wire.

Every table is {name: number} or {number: name}; nothing here computes anything but a look-up.
Sources: the IANA registries "TLS Parameters" and "TLS ExtensionType Values", RFC 5246, RFC 8446.
"""

from typing import NamedTuple

TLS1_0, TLS1_1, TLS1_2, TLS1_3 = 0x0301, 0x0302, 0x0303, 0x0304
DTLS1_0, DTLS1_2 = 0xFEFF, 0xFEFD


class Version(NamedTuple):
    """One protocol version: its scenario name, its number on the wire, and the TLS version whose
    handshake and key schedule it shares (DTLS 1.0 follows TLS 1.1, RFC 4347)."""

    name: str
    wire: int
    tls: int
    datagram: bool = False
    quic: bool = False


VERSIONS = {
    version.name: version
    for version in (
        Version("TLSv1", TLS1_0, TLS1_0),
        Version("TLSv1.1", TLS1_1, TLS1_1),
        Version("TLSv1.2", TLS1_2, TLS1_2),
        Version("TLSv1.3", TLS1_3, TLS1_3),
        Version("DTLSv1", DTLS1_0, TLS1_1, datagram=True),
        Version("DTLSv1.2", DTLS1_2, TLS1_2, datagram=True),
        Version("QUICv1", TLS1_3, TLS1_3, datagram=True, quic=True),
    )
}

# The names of version numbers as a ClientHello carries them.
VERSION_NAMES = {
    0x0300: "SSLv3",
    TLS1_0: "TLSv1",
    TLS1_1: "TLSv1.1",
    TLS1_2: "TLSv1.2",
    TLS1_3: "TLSv1.3",
    DTLS1_0: "DTLSv1",
    DTLS1_2: "DTLSv1.2",
}

CONTENT_TYPES = {
    20: "ChangeCipherSpec",
    21: "Alert",
    22: "Handshake",
    23: "ApplicationData",
}
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23

HANDSHAKE_TYPES = {
    "HelloRequest": 0,
    "ClientHello": 1,
    "ServerHello": 2,
    "HelloVerifyRequest": 3,
    "NewSessionTicket": 4,
    "EndOfEarlyData": 5,
    "EncryptedExtensions": 8,
    "Certificate": 11,
    "ServerKeyExchange": 12,
    "CertificateRequest": 13,
    "ServerHelloDone": 14,
    "CertificateVerify": 15,
    "ClientKeyExchange": 16,
    "Finished": 20,
    "CertificateURL": 21,
    "CertificateStatus": 22,
    "SupplementalData": 23,
    "KeyUpdate": 24,
    "CompressedCertificate": 25,
    "message_hash": 254,
}
HANDSHAKE_NAMES = {number: name for name, number in HANDSHAKE_TYPES.items()}

ALERT_LEVELS = {"warning": 1, "fatal": 2}
ALERT_LEVEL_NAMES = {number: name for name, number in ALERT_LEVELS.items()}

ALERTS = {
    "close_notify": 0,
    "unexpected_message": 10,
    "bad_record_mac": 20,
    "decryption_failed": 21,
    "record_overflow": 22,
    "decompression_failure": 30,
    "handshake_failure": 40,
    "no_certificate": 41,
    "bad_certificate": 42,
    "unsupported_certificate": 43,
    "certificate_revoked": 44,
    "certificate_expired": 45,
    "certificate_unknown": 46,
    "illegal_parameter": 47,
    "unknown_ca": 48,
    "access_denied": 49,
    "decode_error": 50,
    "decrypt_error": 51,
    "too_many_cids_requested": 52,
    "export_restriction": 60,
    "protocol_version": 70,
    "insufficient_security": 71,
    "internal_error": 80,
    "inappropriate_fallback": 86,
    "user_canceled": 90,
    "no_renegotiation": 100,
    "missing_extension": 109,
    "unsupported_extension": 110,
    "certificate_unobtainable": 111,
    "unrecognized_name": 112,
    "bad_certificate_status_response": 113,
    "bad_certificate_hash_value": 114,
    "unknown_psk_identity": 115,
    "certificate_required": 116,
    "no_application_protocol": 120,
}
ALERT_NAMES = {number: name for name, number in ALERTS.items()}

# Certificate types of RFC 7250, section 4.2.
CERTIFICATE_KINDS = {"X509": 0, "RawPublicKey": 2}
RAW_PUBLIC_KEY = CERTIFICATE_KINDS["RawPublicKey"]

EXTENSIONS = {
    "server_name": 0,
    "max_fragment_length": 1,
    "status_request": 5,
    "supported_groups": 10,
    "ec_point_formats": 11,
    "signature_algorithms": 13,
    "use_srtp": 14,
    "heartbeat": 15,
    "application_layer_protocol_negotiation": 16,
    "signed_certificate_timestamp": 18,
    "client_certificate_type": 19,
    "server_certificate_type": 20,
    "padding": 21,
    "encrypt_then_mac": 22,
    "extended_master_secret": 23,
    "compress_certificate": 27,
    "record_size_limit": 28,
    "session_ticket": 35,
    "pre_shared_key": 41,
    "early_data": 42,
    "supported_versions": 43,
    "cookie": 44,
    "psk_key_exchange_modes": 45,
    "certificate_authorities": 47,
    "oid_filters": 48,
    "post_handshake_auth": 49,
    "signature_algorithms_cert": 50,
    "key_share": 51,
    "quic_transport_parameters": 57,
    "encrypted_client_hello": 65037,
    "renegotiation_info": 65281,
}
EXTENSION_NAMES = {number: name for name, number in EXTENSIONS.items()}

CERTIFICATE_TYPES = {
    "rsa_sign": 1,
    "dss_sign": 2,
    "rsa_fixed_dh": 3,
    "dss_fixed_dh": 4,
    "rsa_ephemeral_dh": 5,
    "dss_ephemeral_dh": 6,
    "fortezza_dms": 20,
    "gost_sign256": 22,
    "gost_sign512": 23,
    "ecdsa_sign": 64,
    "rsa_fixed_ecdh": 65,
    "ecdsa_fixed_ecdh": 66,
}

SIGNATURE_SCHEMES = {
    "rsa_pkcs1_md5": 0x0101,
    "rsa_pkcs1_sha1": 0x0201,
    "dsa_sha1": 0x0202,
    "ecdsa_sha1": 0x0203,
    "rsa_pkcs1_sha224": 0x0301,
    "dsa_sha224": 0x0302,
    "ecdsa_sha224": 0x0303,
    "rsa_pkcs1_sha256": 0x0401,
    "dsa_sha256": 0x0402,
    "ecdsa_secp256r1_sha256": 0x0403,
    "rsa_pkcs1_sha384": 0x0501,
    "dsa_sha384": 0x0502,
    "ecdsa_secp384r1_sha384": 0x0503,
    "rsa_pkcs1_sha512": 0x0601,
    "dsa_sha512": 0x0602,
    "ecdsa_secp521r1_sha512": 0x0603,
    "sm2sig_sm3": 0x0708,
    "rsa_pss_rsae_sha256": 0x0804,
    "rsa_pss_rsae_sha384": 0x0805,
    "rsa_pss_rsae_sha512": 0x0806,
    "ed25519": 0x0807,
    "ed448": 0x0808,
    "rsa_pss_pss_sha256": 0x0809,
    "rsa_pss_pss_sha384": 0x080A,
    "rsa_pss_pss_sha512": 0x080B,
    "ecdsa_brainpoolP256r1tls13_sha256": 0x081A,
    "ecdsa_brainpoolP384r1tls13_sha384": 0x081B,
    "ecdsa_brainpoolP512r1tls13_sha512": 0x081C,
    "mldsa44": 0x0904,
    "mldsa65": 0x0905,
    "mldsa87": 0x0906,
}
SIGNATURE_SCHEME_NAMES = {number: name for name, number in SIGNATURE_SCHEMES.items()}

GROUPS = {"x25519": 29, "secp256r1": 23, "secp384r1": 24, "secp521r1": 25, "x448": 30}
GROUP_NAMES = {number: name for name, number in GROUPS.items()}


class CipherSuite(NamedTuple):
    """What a cipher suite stands for.

    key_exchange: "ecdhe", "rsa", "psk" or "" (TLS 1.3); authentication: "ecdsa", "rsa", "anon",
    "psk" or "" (TLS 1.3: any); cipher: "gcm", "chacha20" or "cbc"; key_length in bytes; mac: the
    record MAC's hash (CBC only); prf: the hash of the PRF, HKDF and, from TLS 1.2 on, the
    transcript.
    """

    name: str
    number: int
    key_exchange: str
    authentication: str
    cipher: str
    key_length: int
    mac: str
    prf: str
    lowest: int
    highest: int


def _suite(number, name, key_exchange, authentication, cipher, key_length, mac="", prf="sha256"):
    """_suite - a CipherSuite whose versions follow from its kind."""
    if not key_exchange:
        lowest, highest = TLS1_3, TLS1_3
    elif cipher == "cbc" and mac == "sha1":
        lowest, highest = TLS1_0, TLS1_2
    else:
        lowest, highest = TLS1_2, TLS1_2
    return CipherSuite(
        name, number, key_exchange, authentication, cipher, key_length, mac, prf, lowest, highest
    )


# By preference.
_CIPHER_SUITES = (
    _suite(0x1301, "TLS_AES_128_GCM_SHA256", "", "", "gcm", 16),
    _suite(0x1302, "TLS_AES_256_GCM_SHA384", "", "", "gcm", 32, prf="sha384"),
    _suite(0x1303, "TLS_CHACHA20_POLY1305_SHA256", "", "", "chacha20", 32),
    _suite(0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ecdhe", "ecdsa", "gcm", 16),
    _suite(0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ecdhe", "rsa", "gcm", 16),
    _suite(
        0xC02C, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ecdhe", "ecdsa", "gcm", 32, prf="sha384"
    ),
    _suite(
        0xC030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ecdhe", "rsa", "gcm", 32, prf="sha384"
    ),
    _suite(
        0xCCA9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ecdhe", "ecdsa", "chacha20", 32
    ),
    _suite(0xCCA8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ecdhe", "rsa", "chacha20", 32),
    _suite(
        0xC023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "ecdhe", "ecdsa", "cbc", 16, "sha256"
    ),
    _suite(0xC027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ecdhe", "rsa", "cbc", 16, "sha256"),
    _suite(0xC009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ecdhe", "ecdsa", "cbc", 16, "sha1"),
    _suite(0xC013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ecdhe", "rsa", "cbc", 16, "sha1"),
    _suite(0xC00A, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ecdhe", "ecdsa", "cbc", 32, "sha1"),
    _suite(0xC014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ecdhe", "rsa", "cbc", 32, "sha1"),
    _suite(0x009C, "TLS_RSA_WITH_AES_128_GCM_SHA256", "rsa", "rsa", "gcm", 16),
    _suite(0x002F, "TLS_RSA_WITH_AES_128_CBC_SHA", "rsa", "rsa", "cbc", 16, "sha1"),
    _suite(0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", "rsa", "rsa", "cbc", 32, "sha1"),
    _suite(0xC018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "ecdhe", "anon", "cbc", 16, "sha1"),
    _suite(0xC019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA", "ecdhe", "anon", "cbc", 32, "sha1"),
    _suite(0x00A8, "TLS_PSK_WITH_AES_128_GCM_SHA256", "psk", "psk", "gcm", 16),
    _suite(0x008C, "TLS_PSK_WITH_AES_128_CBC_SHA", "psk", "psk", "cbc", 16, "sha1"),
)
CIPHER_SUITES = {suite.name: suite for suite in _CIPHER_SUITES}
CIPHER_SUITE_NAMES = {suite.number: suite.name for suite in _CIPHER_SUITES}
CIPHER_SUITE_NAMES.update(
    {0x00FF: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV", 0x5600: "TLS_FALLBACK_SCSV"}
)

# RFC 5746, section 3.3.
TLS_EMPTY_RENEGOTIATION_INFO_SCSV = 0x00FF


def name_of(table, number, digits=4):
    """name_of - the name that `table` gives to `number`, else its hexadecimal form "0x0a0a"."""
    name = table.get(number)
    return name if name is not None else f"0x{number:0{digits}x}"


def alert_text(level, description):
    """alert_text - an alert in words, "fatal handshake_failure"; unknown numbers stay numbers."""
    return f"{ALERT_LEVEL_NAMES.get(level, level)} {ALERT_NAMES.get(description, description)}"
