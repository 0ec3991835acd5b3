"""seeds: the first inputs of every fuzz target, made byte for byte from vectors/.

usage: seeds.py VECTORS OUT

Writes OUT/TARGET/DIGEST for each target. What is there and is no seed any more is removed."""

import hashlib
import itertools
import json
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import configurations  # noqa: E402

TLS10, TLS11, TLS12, TLS13 = range(4)  # request_client_choose
SCRIPTS = 8
ALL_ANEW = 7 * 4 * SCRIPTS  # from here on an input shares no certificate with others

MAX_LIST = 50000  # of what the targets take

PROTOCOLS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "DTLSv1", "DTLSv1.2")

TYPES = bytes([3, 1, 2, 64])
ALGORITHMS = bytes.fromhex("0006040308040401")


def documents(folder):
    """documents yields every JSON document of |folder|."""
    for path in sorted(folder.glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def inside(der_list):
    """inside is a der_list as bytes: hex, {"repeat": hex, "times": n}, or a list of both."""
    if isinstance(der_list, list):
        return b"".join(map(inside, der_list))
    if isinstance(der_list, dict):
        return bytes.fromhex(der_list["repeat"]) * der_list["times"]
    return bytes.fromhex(der_list)


def ca_lists(vectors):
    """ca_lists yields every CA list that vectors/ writes out: its inside, and what it says its
    length is."""
    for document in documents(vectors / "ca_lists"):
        for entry in document["lists"]:
            data = inside(entry["der_list"])
            if len(data) < MAX_LIST:
                yield data, entry.get("length", len(data))


def bodies(vectors):
    """bodies yields (protocol, body) of CertificateRequests."""
    for document in documents(vectors / "cases"):
        for case in document["cases"]:
            body = case.get("server", {}).get("certificate_request", {}).get("body")
            if body is not None:
                data = bytes.fromhex(body)
                yield from ((protocol, data) for protocol in (TLS10, TLS12, TLS13))
    for data, length in ca_lists(vectors):
        names = struct.pack("!H", length & 0xFFFF) + data
        yield TLS10, TYPES + names
        yield TLS12, TYPES + ALGORITHMS + names
        extensions = extension(13, ALGORITHMS) + extension(47, names)
        yield TLS13, b"\0" + struct.pack("!H", len(extensions)) + extensions


def extension(number, data):
    """extension is an extension of TLS 1.3."""
    return struct.pack("!HH", number, len(data)) + data


def choice(protocol, number):
    """choice is the first byte: the protocol, and the callback's script in turn."""
    return bytes([protocol + 4 * (number % SCRIPTS)])


def ca_list(vectors):
    """ca_list yields the seeds of the target of that name, as the next functions do of theirs."""
    for number, (data, _) in enumerate(ca_lists(vectors)):
        for protocol in (TLS10, TLS11, TLS12, TLS13):
            yield choice(protocol, number + protocol) + data
    some, _ = next(ca_lists(vectors))
    for first in range(ALL_ANEW, ALL_ANEW + 4 * SCRIPTS):
        yield bytes([first]) + some


def certificate_request(vectors):
    for number, (protocol, body) in enumerate(bodies(vectors)):
        yield choice(protocol, number) + body
    for protocol, body in itertools.islice(bodies(vectors), 3):
        yield bytes([ALL_ANEW + protocol + 4]) + body


def ca_file(vectors):
    certificates = [path.read_bytes() for path in sorted((vectors / "pki").glob("*.pem"))
                    if not path.name.endswith(".key.pem")]
    for content in (b"", *certificates[:3], b"".join(certificates[:4]), certificates[0] * 2):
        yield b"\0" + content
    yield b"\xfe"
    for data, _ in ca_lists(vectors):
        yield b"\1" + data


def callback(_vectors):
    for protocol in PROTOCOLS:
        for script in ("null", "", "0ee", "1ee", "-1*2,1rr", "-1,-1,0", "1e.", "1.e", "1er", "1ef",
                       "2ee", "-42,1dd"):
            yield f"{protocol}:request:none:one:any:{script}:S".encode()
        yield f"{protocol}:require:ctx=ff:several:rsa:1rr:S".encode()


def sequence(_vectors):
    for protocol in PROTOCOLS:
        for operations in ("hhhS", "SlS", "SwS", "hdS", "huffS", "hNS", "hNCS", "kS", "xS",
                           "hkhS", "SmS", "bbS"):
            yield f"{protocol}:request:none:one:any:-1,1ee:{operations}".encode()
    for operations in ("SrS", "SrhhS"):
        yield f"TLSv1.2:request:ssl=rr:none:any:-1,1ee:{operations}".encode()
    for operations in ("SpS", "SphhS"):
        yield f"TLSv1.3:later:none:one:any:-1,1ee:{operations}".encode()


def configuration(_vectors):
    yield from (text.encode() for text in configurations.texts())


def control_line(_vectors):
    ready = b'{"ready": 1, "python": "3.11", "libraries": []}\n'
    answer = b'{"id": 1, "observation": {"certificates": ["ecdsa-leaf"]}}\n'
    for content in (ready, ready + answer, answer * 3, ready + b"rubbish\n" + answer,
                    b"[]\n\n{}\n", answer[:20]):
        yield b"\x11" + content


def event_lines(_vectors):
    events = [
        {"event": "connection", "id": 0},
        {"event": "step", "index": 0, "values": {"return": 1, "error": "SSL_ERROR_NONE"}},
        {"event": "callback", "which": "client_cert_cb", "values": {"ca_list": ["CN=a"]}},
        {"event": "callback", "which": "cert_cb", "values": {"state": "TLS_ST_CR_CERT"}},
        [5, "message", "sent", "Certificate", 9, ""],
        {"event": "error", "text": "no memory"},
        {"event": "unsupported", "text": "no QUIC"},
        {"event": "end", "values": {"callback_calls": 1}},
    ]
    log = [[4, "message", "received", "Alert"]]
    answer = json.dumps({"certificates": ["ecdsa-leaf"], "log": log})
    for event in events:
        yield (json.dumps(event) + "\n" + answer).encode()
    yield ("\n".join(map(json.dumps, events)) + "\n" + answer).encode()


TARGETS = {function.__name__: function
           for function in (ca_list, certificate_request, ca_file, callback, sequence,
                            configuration, control_line, event_lines)}


def write(folder, seeds):
    """write makes |folder| hold |seeds| and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    names = set()
    for seed in seeds:
        name = hashlib.sha1(seed, usedforsecurity=False).hexdigest()
        names.add(name)
        if not (folder / name).exists():
            (folder / name).write_bytes(seed)
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()


def main(arguments):
    """main writes the seeds of all targets."""
    if len(arguments) != 2:
        print(__doc__.splitlines()[2], file=sys.stderr)
        return 2
    vectors, out = map(Path, arguments)
    if not (vectors / "cases").is_dir():
        print(f"seeds.py: {vectors} has no cases", file=sys.stderr)
        return 2
    for name, target in TARGETS.items():
        write(out / name, target(vectors))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
