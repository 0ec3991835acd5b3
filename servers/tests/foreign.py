"""foreign - openssl's client over loopback TCP, and the servers that it meets there."""

import json
import os
import queue
import subprocess
import threading

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
SERVER = os.path.join(os.path.dirname(HERE), "certspec-server")
PKI_FOLDER = os.path.join(os.path.dirname(os.path.dirname(HERE)), "vectors", "pki")
OPENSSL = "/usr/bin/openssl"
FLAGS = {"TLSv1": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2", "TLSv1.3": "-tls1_3"}
# Seconds; nothing takes as long.
ENOUGH = 20


@pytest.fixture
def listening(tmp_path):
    """Starts servers of a scenario on loopback TCP: (port, function that gives an observation)."""
    processes = []

    def listen(**scenario):
        path = tmp_path / f"scenario-{len(processes)}.json"
        path.write_text(json.dumps(scenario))
        process = subprocess.Popen(
            ["/usr/bin/python3", "-I", SERVER]
            + ["--pki", PKI_FOLDER, "--listen", "127.0.0.1:0", str(path)],
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        port = process.stdout.readline().split()[1]
        lines = queue.SimpleQueue()
        threading.Thread(target=lambda: [lines.put(line) for line in process.stdout]).start()
        return port, lambda: json.loads(lines.get(timeout=ENOUGH))

    yield listen
    for process in processes:
        process.kill()
        process.wait()


def pem(name):
    return os.path.join(PKI_FOLDER, name + ".pem"), os.path.join(PKI_FOLDER, name + ".key.pem")


def s_client(port, version, *options, certificate=None, says="Q\n"):
    """Runs openssl s_client; its output."""
    credentials = []
    if certificate:
        path, key = pem(certificate)
        credentials = ["-cert", path, "-key", key]
    done = subprocess.run(
        [OPENSSL, "s_client", "-connect", f"127.0.0.1:{port}", FLAGS[version]]
        + ["-cipher", "DEFAULT:@SECLEVEL=0", "-CAfile", pem("server-root")[0]]
        + credentials
        + list(options),
        input=says,
        capture_output=True,
        text=True,
        timeout=ENOUGH,
    )
    return done.stdout + done.stderr
