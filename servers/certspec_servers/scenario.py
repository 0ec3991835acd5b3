"""scenario - the one table of what a script may say, and the check of it.

A check is a function (value, where, pki) that returns nothing and raises ScenarioError. `where` is
the place in words, such as "flight[2]".
"""

from .ca_lists import CaListError
from .names import (
    ALERT_LEVELS,
    ALERTS,
    CERTIFICATE_KINDS,
    CERTIFICATE_TYPES,
    CIPHER_SUITES,
    GROUPS,
    SIGNATURE_SCHEMES,
    VERSIONS,
)


class ScenarioError(Exception):
    """A scenario that cannot be played; the text is one line that names the place."""

    def __init__(self, where, problem):
        super().__init__(f"scenario: {where}: {problem}" if where else f"scenario: {problem}")


def _shown(value):
    """_shown - a value as a short piece of text for an error, on one line."""
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return text if len(text) <= 60 else text[:57] + "…"


# Checks of values.


def boolean(value, where, pki):
    """boolean - true or false."""
    if value is not True and value is not False:
        raise ScenarioError(where, f"true or false wanted, not {_shown(value)}")


def text(value, where, pki):
    """text - a string."""
    if not isinstance(value, str):
        raise ScenarioError(where, f"text wanted, not {_shown(value)}")


def hexadecimal(value, where, pki):
    """hexadecimal - bytes in hex."""
    text(value, where, pki)
    try:
        bytes.fromhex(value)
    except ValueError:
        raise ScenarioError(where, f"hexadecimal wanted, not {_shown(value)}") from None


def integer(lowest, highest):
    """integer - a check for a number from `lowest` to `highest`."""

    def check(value, where, pki):
        if type(value) is not int or not lowest <= value <= highest:
            raise ScenarioError(
                where, f"integer from {lowest} to {highest} wanted, not {_shown(value)}"
            )

    return check


def seconds(value, where, pki):
    """seconds - a number, 0 to 86400."""
    if type(value) not in (int, float) or not 0 <= value <= 86400:
        raise ScenarioError(where, f"seconds wanted, not {_shown(value)}")


def one_of(names, what):
    """one_of - a check for one of `names`; `what` is the word for it."""

    def check(value, where, pki):
        if not isinstance(value, str) or value not in names:
            raise ScenarioError(where, f"unknown {what} {_shown(value)}")

    return check


def name_or_number(names, highest, what):
    """name_or_number - a check for one of `names` or a number up to `highest`."""
    number, name = integer(0, highest), one_of(names, what)

    def check(value, where, pki):
        (name if isinstance(value, str) else number)(value, where, pki)

    return check


def certificate_name(value, where, pki):
    """certificate_name - a PKI name."""
    if not isinstance(value, str) or value not in pki:
        raise ScenarioError(where, f"unknown certificate {_shown(value)}")


def credential_name(value, where, pki):
    """credential_name - the PKI name of a certificate whose key is there."""
    certificate_name(value, where, pki)
    if not pki.has_key(value):
        raise ScenarioError(where, f"the PKI has no private key of {_shown(value)}")


def optional(check):
    """optional - a check that also takes null."""

    def check_unless_null(value, where, pki):
        if value is not None:
            check(value, where, pki)

    return check_unless_null


def either(first_type, first, second):
    """either - a check that is `first` for values of `first_type`, else `second`."""

    def check(value, where, pki):
        (first if isinstance(value, first_type) else second)(value, where, pki)

    return check


def list_of(check):
    """list_of - a check for a list, each item by `check`."""

    def check_list(value, where, pki):
        if not isinstance(value, list):
            raise ScenarioError(where, f"list wanted, not {_shown(value)}")
        for i, item in enumerate(value):
            check(item, f"{where}[{i}]", pki)

    return check_list


def object_of(table, required=()):
    """object_of - a check for an object whose keys are in `table` {key: check}."""

    def check_object(value, where, pki):
        if not isinstance(value, dict):
            raise ScenarioError(where, f"object wanted, not {_shown(value)}")
        for key, item in value.items():
            check = table.get(key)
            if check is None:
                raise ScenarioError(where, f"unknown key {_shown(key)}")
            check(item, f"{where}.{key}" if where else key, pki)
        for key in required:
            if key not in value:
                raise ScenarioError(where, f"{_shown(key)} is missing")

    return check_object


def pair_of(first, second, what):
    """pair_of - a check for a list of two."""

    def check(value, where, pki):
        if not isinstance(value, list) or len(value) != 2:
            raise ScenarioError(where, f"{what} wanted, not {_shown(value)}")
        first(value[0], f"{where}[0]", pki)
        second(value[1], f"{where}[1]", pki)

    return check


def authority(value, where, pki):
    """authority - a PKI name, {"der": hex} or {"generate": count}."""
    if isinstance(value, str):
        certificate_name(value, where, pki)
        return
    object_of({"der": hexadecimal, "generate": integer(0, 100000)})(value, where, pki)
    if len(value) != 1:
        raise ScenarioError(where, 'PKI name, {"der": hex} or {"generate": count} wanted')


def raw_authorities(value, where, pki):
    """raw_authorities - hex, or {"ca_list": id}."""
    if not isinstance(value, dict):
        hexadecimal(value, where, pki)
        return
    object_of({"ca_list": ca_list}, required=("ca_list",))(value, where, pki)


def ca_list(value, where, pki):
    """ca_list - the id of a list of vectors/ca_lists."""
    try:
        known = isinstance(value, str) and value in pki.ca_lists
    except CaListError as error:
        raise ScenarioError(where, str(error)) from None
    if not known:
        raise ScenarioError(where, f"unknown CA list {_shown(value)}")


# The tables.

byte, uint16 = integer(0, 0xFF), integer(0, 0xFFFF)
extension_list = list_of(pair_of(uint16, hexadecimal, "[type, hex]"))

CERTIFICATE_REQUEST = {
    "certificate_types": list_of(name_or_number(CERTIFICATE_TYPES, 0xFF, "certificate type")),
    "signature_algorithms": optional(
        list_of(name_or_number(SIGNATURE_SCHEMES, 0xFFFF, "signature algorithm"))
    ),
    "certificate_authorities": optional(list_of(authority)),
    "certificate_authorities_raw": raw_authorities,
    "certificate_authorities_length": uint16,
    "context": hexadecimal,
    "extensions": extension_list,
    "only_extensions": extension_list,
    "body": hexadecimal,
}
certificate_request = object_of(CERTIFICATE_REQUEST)

FRAGMENT = {
    "record": integer(1, 16384),
    "segment": integer(1, 1 << 24),
    "delay": seconds,
    "coalesce": boolean,
}
fragment = object_of(FRAGMENT)

# Messages that can be named in a list of ops. ChangeCipherSpec is no handshake message, but goes
# where they go.
MESSAGES = (
    "HelloRequest",
    "HelloVerifyRequest",
    "ServerHello",
    "EncryptedExtensions",
    "Certificate",
    "CertificateStatus",
    "ServerKeyExchange",
    "CertificateRequest",
    "ServerHelloDone",
    "CertificateVerify",
    "NewSessionTicket",
    "ChangeCipherSpec",
    "Finished",
    "KeyUpdate",
)
PLAIN_OPS = ("close", "reset", "half_close", "flush", "close_notify", "drain")



def psk(value, where, pki):
    """psk - a pre-shared key: bytes in hex, one at least."""
    hexadecimal(value, where, pki)
    if not value:
        raise ScenarioError(where, "a key has one byte at least")


EXTERNAL_PSK = {
    "identity": text,
    "key": psk,
    "hash": one_of(("sha256", "sha384"), "hash"),
}
external_psk = object_of(EXTERNAL_PSK, required=("identity", "key"))


def renegotiation(value, where, pki):
    """renegotiation - the argument of "renegotiate"."""
    object_of(dict(RENEGOTIATION, hello_request=boolean))(value, where, pki)


OPS = {
    "CertificateRequest": certificate_request,
    "KeyUpdate": one_of(("update_requested", "update_not_requested"), "KeyUpdateRequest"),
    "alert": pair_of(
        name_or_number(ALERT_LEVELS, 0xFF, "alert level"),
        name_or_number(ALERTS, 0xFF, "alert"),
        "[level, description]",
    ),
    "sleep": seconds,
    "handshake": object_of(
        {"type": byte, "body": hexadecimal, "transcript": boolean}, required=("type",)
    ),
    "record": object_of({"type": byte, "body": hexadecimal}, required=("type",)),
    "raw": hexadecimal,
    "frames": hexadecimal,
    "connection_close": object_of({"code": integer(0, 1 << 60), "reason": text}, ("code",)),
    "application_data": text,
    "read": object_of({"records": integer(1, 1 << 20), "timeout": seconds}),
    "fragment": fragment,
    "renegotiate": renegotiation,
    "post_handshake_request": certificate_request,
    "expect_post_handshake": object_of({"answers": integer(1, 1 << 20), "timeout": seconds}),
    "wait": one_of(("close_notify",), "thing to wait for"),
}


def op(value, where, pki):
    """op - a message or plain op by name, or an object with one key."""
    if isinstance(value, str):
        if value not in MESSAGES and value not in PLAIN_OPS:
            raise ScenarioError(where, f"unknown message {_shown(value)}")
        return

    if not isinstance(value, dict) or len(value) != 1:
        raise ScenarioError(where, f"message name or object with one key wanted: {_shown(value)}")
    ((name, argument),) = value.items()
    check = OPS.get(name)
    if check is None:
        raise ScenarioError(where, f"unknown op {_shown(name)}")
    check(argument, f"{where}.{name}", pki)


ops = list_of(op)


def client_renegotiation(value, where, pki):
    """client_renegotiation - one of three words, or keys that differ."""
    if isinstance(value, dict):
        object_of(RENEGOTIATION)(value, where, pki)
    else:
        one_of(("accept", "refuse", "ignore"), "client_renegotiation")(value, where, pki)


# Keys that a renegotiation can change.
RENEGOTIATION = {
    "certificate": credential_name,
    "certificate_chain": list_of(certificate_name),
    "cipher_suites": list_of(one_of(CIPHER_SUITES, "cipher suite")),
    "groups": list_of(one_of(GROUPS, "group")),
    "request": boolean,
    "require": boolean,
    "reject": name_or_number(ALERTS, 0xFF, "alert"),
    "certificate_request": certificate_request,
    "flight": ops,
    "finish": ops,
    "resumed_flight": ops,
    "extended_master_secret": boolean,
    "encrypt_then_mac": boolean,
    "server_hello_extensions": extension_list,
    "session_id": boolean,
    "client_certificate_type": one_of(CERTIFICATE_KINDS, "certificate type"),
    "tickets": integer(0, 100),
    "resume": boolean,
    "fragment": fragment,
}

SCENARIO = dict(
    RENEGOTIATION,
    version=one_of(VERSIONS, "version"),
    seed=text,
    after=ops,
    after_hello_retry_request=ops,
    hello_retry_request=either(bool, boolean, one_of(GROUPS, "group")),
    hello_retry_request_cookie=hexadecimal,
    encrypted_extensions=extension_list,
    store=text,
    external_psk=external_psk,
    early_data=one_of(("accept", "refuse"), "early_data"),
    max_early_data=integer(0, 0xFFFFFFFF),
    client_renegotiation=client_renegotiation,
    hello_verify_request=boolean,
    transport_parameters=extension_list,
    retransmit=seconds,
    linger=seconds,
)

DEFAULTS = {
    "seed": "",
    "certificate": "server-ecdsa",
    "cipher_suites": list(CIPHER_SUITES),
    "groups": list(GROUPS),
    "request": False,
    "require": False,
    "reject": None,
    "certificate_request": {},
    "certificate_chain": None,
    "flight": None,
    "finish": None,
    "after": [],
    "after_hello_retry_request": [],
    "resumed_flight": None,
    "hello_retry_request": False,
    "hello_retry_request_cookie": None,
    "extended_master_secret": True,
    "encrypt_then_mac": False,
    "server_hello_extensions": [],
    "encrypted_extensions": [],
    "session_id": True,
    "client_certificate_type": None,
    "tickets": 0,
    "resume": True,
    "store": "",
    "external_psk": None,
    "early_data": "refuse",
    "max_early_data": 0,
    "client_renegotiation": "accept",
    "hello_verify_request": True,
    "transport_parameters": [],
    "retransmit": 1.0,
    "fragment": {},
    "linger": 0.5,
}

_check = object_of(SCENARIO, required=("version",))


def checked(document, pki):
    """checked - the scenario `document` (parsed JSON) with every default filled in.

    Raises ScenarioError. `pki`: the Pki whose names it may use.
    """
    _check(document, "", pki)
    scenario = dict(DEFAULTS, **document)
    credential_name(scenario["certificate"], "certificate", pki)
    return scenario
