"""command - the command line of certspec-server."""

import argparse
import gc
import json
import os
import socket
import sys
import threading
import time

from .control import DEADLINE, Service, serve_control_line
from .names import VERSIONS
from .pki import Pki, PkiError
from .scenario import ScenarioError

EXIT_USAGE = 2
BACKLOG = 128


def arguments():
    """arguments - the parsed command line."""
    parser = argparse.ArgumentParser(
        prog="certspec-server", description="A TLS server that plays a script (servers/README.md)."
    )
    parser.add_argument("--pki", required=True, metavar="DIR", help="folder with an index.json")
    parser.add_argument(
        "--listen",
        metavar="ADDRESS:PORT",
        help="serve SCENARIO.json to whoever connects; port 0: any, printed as PORT n",
    )
    parser.add_argument("--deadline", type=float, default=DEADLINE, help="seconds a connection has")
    parser.add_argument("source", metavar="FD|SCENARIO.json")
    return parser.parse_args()


def fail(problem):
    """fail - one line on stderr, exit code 2."""
    print(f"certspec-server: {problem}", file=sys.stderr)
    sys.exit(EXIT_USAGE)


def bound_datagram_socket(address):
    """bound_datagram_socket - a UDP socket on (host, port)."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(address)
    return made


def listen(address, path, service, deadline):
    """listen - serves one scenario on a loopback port; prints PORT n, then an observation a line.
    Over datagrams one client after the other is served."""
    host, _, port = address.rpartition(":")
    try:
        with open(path, encoding="utf-8") as file:
            scenario = service.checked(json.load(file))
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    except (ValueError, ScenarioError) as error:
        fail(f"{path}: {error}")
    datagrams = VERSIONS[scenario["version"]].datagram
    try:
        if datagrams:
            listener = bound_datagram_socket((host, int(port)))
        else:
            listener = socket.create_server((host, int(port)), backlog=BACKLOG)
    except (OSError, ValueError) as error:
        fail(f"--listen {address}: {error}")

    printing = threading.Lock()

    def serve(connection):
        observation = service.play(connection, scenario, time.monotonic() + deadline)
        with printing:
            print(json.dumps(observation), flush=True)

    print("PORT", listener.getsockname()[1], flush=True)
    while datagrams:
        at = listener.getsockname()
        _, client = listener.recvfrom(0, socket.MSG_PEEK)
        listener.connect(client)
        serve(listener)
        listener = bound_datagram_socket(at)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def main():
    """main - the program. Exit codes: 0 at the control line's end of file, 2 for wrong usage."""
    given = arguments()
    try:
        service = Service(Pki(given.pki))
    except PkiError as error:
        fail(error)
    if given.listen:
        listen(given.listen, given.source, service, given.deadline)

    try:
        descriptor = int(given.source)
        os.fstat(descriptor)
    except (ValueError, OSError):
        fail(f"{given.source}: no open descriptor")
    # What is there by now stays to the end: no collection need look at it again.
    gc.collect()
    gc.freeze()
    serve_control_line(descriptor, service)
