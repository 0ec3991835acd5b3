"""speed: what an input costs each target, as a ratio to what OpenSSL's own client fuzzer takes for
whole handshakes, and for the same CertificateRequests, on the same libssl, in the same run."""

import base64
import hashlib
import os
import struct
import subprocess
import tarfile
from pathlib import Path

import seeds

ROUNDS = 3
MORE = 3  # times each input is performed beyond the first, at least
LEAST = 0.5  # seconds that have to come of it; less is noise
QUICK = 60  # inputs, spread evenly, where a rough figure will do

SERVER_HELLO, CERTIFICATE, CERTIFICATE_REQUEST, SERVER_HELLO_DONE = 2, 11, 13, 14
HANDSHAKE_RECORD = 22
MAX_RECORD = 1 << 14
MAX_REQUEST = 1 << 12  # max_len of certificate_request
VERSIONS = {seeds.TLS10: 0x0301, seeds.TLS12: 0x0303}
RSA_AES_128_SHA = 0x002F
NEEDED = ("client.c", "fuzz_rand.c", "fuzzer.h")


class NoClient(Exception):
    """There is no client fuzzer of OpenSSL to compare with; the text says why."""


def unpack_client(prefix, source, folder):
    """unpack_client puts the sources of OpenSSL's client fuzzer into |folder|.

    prefix: what libssl.sh built; source: the tarball it was told, or None for the one it fetched.
    Raises NoClient."""
    if source is None:
        version = version_of(prefix)
        kept = sorted((prefix.parent / "source").glob(f"openssl_{version}.orig.tar.*"))
        if not kept:
            raise NoClient(f"the source of OpenSSL {version} is not kept")
        source = kept[0]
    if all((folder / name).exists() for name in NEEDED):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(source) as archive:
        for member in archive:
            path = Path(member.name)
            if path.parts[1:-1] == ("fuzz",) and path.name in NEEDED and member.isfile():
                (folder / path.name).write_bytes(archive.extractfile(member).read())
    missing = [name for name in NEEDED if not (folder / name).exists()]
    if missing:
        raise NoClient(f"{source} has no fuzz/{missing[0]}")


def version_of(prefix):
    """version_of is the version of the OpenSSL that libssl.sh built, "3.0.22"."""
    for line in (prefix / "lib/pkgconfig/libssl.pc").read_text(encoding="utf-8").splitlines():
        if line.startswith("Version:"):
            return line.split(":", 1)[1].strip()
    raise NoClient(f"{prefix} says no version")


def message(kind, body):
    """message is a handshake message."""
    return bytes([kind]) + struct.pack("!I", len(body))[1:] + body


def flight(version, certificate, request):
    """flight is what a server sends up to ServerHelloDone: what scripted_flights.c feeds."""
    hello = struct.pack("!H", version) + b"\x5a" * 32 + b"\0"
    hello += struct.pack("!HB", RSA_AES_128_SHA, 0) + bytes.fromhex("0005ff01000100")
    chain = struct.pack("!I", len(certificate))[1:] + certificate
    messages = message(SERVER_HELLO, hello)
    messages += message(CERTIFICATE, struct.pack("!I", len(chain))[1:] + chain)
    messages += message(CERTIFICATE_REQUEST, request) + message(SERVER_HELLO_DONE, b"")
    return b"".join(
        struct.pack("!BHH", HANDSHAKE_RECORD, version, len(part)) + part
        for part in (messages[at:at + MAX_RECORD] for at in range(0, len(messages), MAX_RECORD)))


def der(path):
    """der is the certificate of a PEM file."""
    text = path.read_text(encoding="ascii")
    inner = text.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END")[0]
    return base64.b64decode("".join(inner.split()))


def write_flights(vectors, folder):
    """write_flights writes, for OpenSSL's client fuzzer, the CertificateRequests that are seeds of
    certificate_request, each in a server's flight."""
    certificate = der(vectors / "pki" / "server-rsa.pem")
    folder.mkdir(parents=True, exist_ok=True)
    for protocol, body in seeds.bodies(vectors):
        if protocol in VERSIONS and len(body) < MAX_REQUEST:
            data = flight(VERSIONS[protocol], certificate, body)
            name = hashlib.sha1(data, usedforsecurity=False).hexdigest()
            (folder / name).write_bytes(data)


def processor_seconds(command):
    """processor_seconds is what |command| takes of the processor. Raises OSError, and
    subprocess.CalledProcessError when it fails."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise subprocess.CalledProcessError(child.returncode, command[0])
    return usage.ru_utime + usage.ru_stime


def seconds_of(program, inputs, runs):
    """seconds_of is what |program| takes to perform each of |inputs| |runs| times, start and end
    included."""
    return processor_seconds([program, f"-runs={runs}", "-detect_leaks=0", *inputs])


def repetitions(program, inputs):
    """repetitions is how often the inputs have to be performed, beyond the first time, for LEAST
    seconds to come of it."""
    few, more = seconds_of(program, inputs, 1), MORE
    while seconds_of(program, inputs, 1 + more) - few < LEAST:
        more *= 8
    return more


def measure(programs, quick=False):
    """measure is what one input costs each of |programs|, {name: (program, folder of inputs,
    longest input that counts)}, as {name: ms} of processor time; start and end don't count. What
    libFuzzer would cut off is not performed.

    All have their turn in each of several rounds, and of either number of repetitions the least
    counts: the least of the differences would be one whose smaller part was disturbed."""
    inputs = {name: [path for path in sorted(folder.iterdir()) if path.stat().st_size <= longest]
              for name, (_, folder, longest) in programs.items()}
    if quick:
        inputs = {name: found[::-(-len(found) // QUICK)] for name, found in inputs.items()}
    more = {name: repetitions(program, inputs[name]) for name, (program, _, _) in programs.items()}
    few, many = {}, {}
    for _ in range(ROUNDS):
        for name, (program, _, _) in programs.items():
            few[name] = min(seconds_of(program, inputs[name], 1), few.get(name, float("inf")))
            many[name] = min(seconds_of(program, inputs[name], 1 + more[name]),
                             many.get(name, float("inf")))
    return {name: (many[name] - few[name]) * 1000 / more[name] / len(inputs[name])
            for name in programs}
