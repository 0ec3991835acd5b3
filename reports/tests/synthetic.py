"""Makes results files of any size out of a seed: 7 libraries, 400 cases, 1,200 runs each.

Run as a program it writes them into a folder: `synthetic.py FOLDER [LIBRARIES [CASES]]`.
"""

import json
import random
import sys
from pathlib import Path

LIBRARIES = (
    ("openssl", "1.1.1w"),
    ("openssl", "3.0.19"),
    ("openssl", "3.5.7"),
    ("openssl", "3.6.5"),
    ("openssl", "4.0.3"),
    ("libressl", "4.1.0"),
    ("boringssl", "2026-08"),
)

PAGE = "SSL_CTX_set_client_cert_cb(3)"
TOPICS = {
    "REGISTER": ("DESCRIPTION", "the getter gives back the function that was set last"),
    "CALL": ("DESCRIPTION", "called when the server asks for a certificate and none is set"),
    "RETURN": ("DESCRIPTION", "1 with both pointers set installs the certificate and sends it"),
    "NONE": ("DESCRIPTION", "0 means that no certificate is sent"),
    "SUSPEND": ("DESCRIPTION", "a negative value suspends the handshake, and says so"),
    "RESUME": ("DESCRIPTION", "the next call of the handshake function asks the callback again"),
    "PERMANENT": ("NOTES", "what was installed stays, even after SSL_clear"),
    "CHAIN": ("BUGS", "only one certificate can be returned, never its chain"),
}
OBSERVED_TOPICS = ("null", "mismatch", "ownership", "reentry")
PROTOCOLS = ("TLSv1.2", "TLSv1.3", "DTLSv1.2")
ERRORS = ("SSL_ERROR_NONE", "SSL_ERROR_SSL", "SSL_ERROR_WANT_READ", "SSL_ERROR_WANT_X509_LOOKUP")
FLIGHTS = (
    ("client", ("ClientHello",)),
    ("server", ("ServerHello", "Certificate", "ServerKeyExchange", "CertificateRequest")),
    ("server", ("ServerHelloDone",)),
    ("client", ("Certificate", "ClientKeyExchange", "CertificateVerify", "ChangeCipherSpec")),
    ("client", ("Finished",)),
    ("server", ("NewSessionTicket", "ChangeCipherSpec", "Finished")),
)


def results(library=0, cases=400, seed=1, complete=True):
    """results returns one results document; the same arguments give the same document."""
    name, version = LIBRARIES[library]
    statements = {
        f"{topic}-{number}": {"page": PAGE, "section": section, "text": f"{text}, case {number}"}
        for topic, (section, text) in TOPICS.items()
        for number in range(1, 9)
    }
    names = list(statements)
    runs = []
    for number in range(cases):
        # The case itself is the same in every library; what the library does may not be.
        shared = random.Random(f"{seed} {number}")
        for protocol in PROTOCOLS:
            runs.append(_run(number, shared, names, protocol, library))
    verdicts = {}
    for run in runs:
        verdicts[run["verdict"]] = verdicts.get(run["verdict"], 0) + 1
    return {
        "schema": 1,
        "certspec": "0.1.0",
        "date": "2026-11-22T13:40:00Z",
        "host": {"os": "Debian", "kernel": "6.1", "machine": "x86_64", "cores": 2},
        "subject": {
            "library": name,
            "version": version,
            "libssl": {"path": f"/opt/{name}-{version}/lib/libssl.so", "sha256": "ab" * 32},
            "libcrypto": {"path": f"/opt/{name}-{version}/lib/libcrypto.so", "sha256": "cd" * 32},
            "build": "linux-x86_64",
        },
        "server": {"python": "3.11.2", "cryptography": "38.0.4", "libcrypto": "OpenSSL 3.0.19"},
        "statements": statements,
        "summary": {
            "cases": cases,
            "runs": len(runs),
            "verdicts": verdicts,
            "seconds": 8.1,
            "complete": complete,
        },
        "runs": runs,
    }


def write(folder, libraries=7, cases=400):
    """write puts one results file a library into folder and returns their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for library in range(libraries):
        paths.append(folder / f"{'-'.join(LIBRARIES[library])}.json")
        document = results(library, cases)
        paths[-1].write_text(json.dumps(document, indent=1), encoding="utf-8")
    return paths


def _run(number, shared, statements, protocol, library):
    own = random.Random(f"{number} {protocol} {library}")
    documented = number % 4 != 3
    topics = [topic.lower() for topic in TOPICS] if documented else OBSERVED_TOPICS
    topic = topics[number // 4 % len(topics)]
    case = f"{topic}/return-{number:03d}-then-certificate"
    verdict, got, want, reason = _outcome(number, protocol, library, documented)
    chosen = [
        statements[(number * 5 + step * 6) % len(statements)] for step in range(1 + number % 2)
    ]
    return {
        "case": case,
        "rev": 1,
        "title": f"The callback answers {number} times with -1, then with certificate and key",
        "tier": "documented" if documented else "observed",
        "protocol": protocol,
        "statements": chosen if documented else [],
        "verdict": verdict,
        "reason": reason,
        "got": got,
        "want": want,
        "observation": {} if verdict == "unsupported" else _observation(shared, own, protocol),
        "seconds": round(own.random() / 50, 4),
        "reproduce": f"./certspec run --protocol {protocol} {case}",
    }


def _outcome(number, protocol, library, documented):
    if protocol == "DTLSv1.2" and library == 6 and number % 2:
        return "unsupported", {}, {}, "needs feature dtls, which boringssl 2026-08 lacks"
    if documented:
        error = {"steps[1].error": "SSL_ERROR_SSL"}
        holds = {"steps[1].error": "SSL_ERROR_NONE"}
        if number % 53 == 1 and library < 4 and protocol == "TLSv1.2":
            reason = (
                "The error queue hides the success: https://github.com/openssl/openssl/issues/11889"
            )
            return "known-deviation", error, holds, reason
        if number == 20 and library == 4:
            return "deviates", error | {"callback_calls": 3}, holds | {"callback_calls": 2}, ""
        if number == 40 and library == 6:
            return "crash", {}, {}, "signal 11 (SIGSEGV) in step 1"
        if number == 41 and library == 5 and protocol == "TLSv1.3":
            return "timeout", {}, {}, "no answer within 5 s"
        if number == 61 and library == 1:
            return "unexpected-pass", {}, {}, "recorded for >=3.0.0, <3.1"
        return "pass", {}, {}, ""
    got = {"certificate": "rsa-leaf", "keys_freed": 1, "steps[1].error": ERRORS[number % 4]}
    if library >= 4 and number % 23 == 0:
        got["steps[1].error"] = ERRORS[(number + 1) % 4]
    if library == 6 and number % 31 == 0:
        got["certificate"] = None
    if number == 91 and library == 3:
        return "changed", got | {"keys_freed": 0}, got, "differs from the pin of 3.6"
    return ("new" if library > 4 else "pinned"), got, got if library < 5 else {}, ""


def _observation(shared, own, protocol):
    ladder, now = [], 0.0
    for side, names in FLIGHTS:
        for name in names:
            length = shared.randrange(4, 2000)
            for at in (side, "server" if side == "client" else "client"):
                now += own.random() / 3
                direction = "sent" if at == side else "received"
                entry = {"t": round(now, 3), "side": at, "kind": "message", "direction": direction}
                ladder.append(entry | {"name": name, "length": length, "detail": ""})
            if name == "CertificateRequest":
                now += own.random()
                entry = {"t": round(now, 3), "side": "client", "kind": "callback"}
                ladder.append(entry | {"name": "client_cert_cb", "detail": "return 1"})
    steps = [_step(shared, number) for number in range(3)]
    call = {"ssl": "ssl", "x509_null": True, "pkey_null": True, "return": 1, "ca_list": ["ca"]}
    server = {
        "end": "ok",
        "version": protocol,
        "cipher_suite": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "certificates": ["rsa-leaf"],
        "certificate_verify": "valid",
        "messages": ["ClientHello", "Certificate", "ClientKeyExchange", "Finished"],
        "handshakes": [{"kind": "initial", "client_hello": {"extensions": list(range(20))}}],
        "milliseconds": round(now, 1),
    }
    client = {"steps": steps, "callback": [call], "cert_cb": [], "end": steps[-1]}
    return {"client": client, "server": [server], "log": ladder}


def _step(shared, number):
    return {
        "return": shared.choice((-1, 0, 1)),
        "error": shared.choice(ERRORS),
        "want": "SSL_NOTHING",
        "reasons": [],
        "callback_calls": number + 1,
        "cert_cb_calls": 0,
        "unscripted_calls": 0,
        "bytes_sent": shared.randrange(2000),
        "bytes_received": shared.randrange(4000),
        "messages_sent": ["ClientHello"],
        "messages_received": ["ServerHello", "Certificate"],
        "alerts_sent": [],
        "alerts_received": [],
        "state": "TLS_ST_OK",
        "in_init": 0,
        "finished": 1,
        "version": "TLSv1.2",
        "certificate": "rsa-leaf",
        "private_key": "rsa-leaf",
        "ca_list": ["ca", "other-ca"],
        "shutdown": [],
    }


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[2:]]
    print(*write(sys.argv[1], *numbers), sep="\n")
