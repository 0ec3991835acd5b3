"""playing - what the tests use to play a scenario against a client."""

import json
import os
import socket
import ssl
import subprocess
import threading
import time
import warnings

from certspec_servers.observation import LogLine

DEADLINE = 10
VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


class Player:
    """Plays scenarios with the package's own code, in a thread of the test process."""

    def __init__(self, service, folder):
        self.service = service
        self.folder = folder

    def context(self, version, certificate=None, **attributes):
        """context - an ssl.SSLContext of a client for one version."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            # Old versions are what is tested here.
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = VERSIONS[version]
        if certificate:
            path = os.path.join(self.folder, certificate)
            context.load_cert_chain(path + ".pem", path + ".key.pem")
        for name, value in attributes.items():
            setattr(context, name, value)
        return context

    def play(self, scenario, client, deadline=DEADLINE):
        """play - the observation of `scenario` while `client(socket)` plays the other end. The
        client may raise ssl.SSLError or OSError; its socket is closed in the end."""
        ours, theirs = socket.socketpair()
        ours.settimeout(DEADLINE)
        observations = []
        checked = self.service.checked(scenario)

        def serve():
            observations.append(self.service.play(theirs, checked, time.monotonic() + deadline))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            client(ours)
        except (ssl.SSLError, OSError):
            pass
        finally:
            ours.close()
            thread.join(DEADLINE + 5)
        assert observations, "the server has not ended"
        return observations[0]

    def shake(self, scenario, certificate=None, client=None, context=None, session=None):
        """shake - the observation of `scenario` with a client of the ssl module, which after its
        handshake goes on with `client(ssl_socket)`."""
        context = context or self.context(scenario["version"], certificate)

        def whole(plain):
            with context.wrap_socket(plain, session=session) as wrapped:
                if client:
                    client(wrapped)

        return self.play(scenario, whole)


class ControlLine:
    """A certspec-server process."""

    def __init__(self, program, folder):
        self.line, theirs = socket.socketpair()
        self.line.settimeout(DEADLINE + 5)
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-I", program, "--pki", folder, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={"PATH": "/usr/bin:/bin"},
            stderr=subprocess.PIPE,
        )
        theirs.close()
        self.reader = self.line.makefile("rb")
        self.ready = self.answer()

    def answer(self):
        """answer - the next line of the server."""
        return json.loads(self.reader.readline())

    def request(self, request, descriptors=(), whole=False):
        """request - sends a line (an object, or bytes as they are), descriptors on its first byte;
        `whole`: all of it in one write."""
        data = request if isinstance(request, bytes) else json.dumps(request).encode() + b"\n"
        first = len(data) if whole else 1
        if descriptors:
            socket.send_fds(self.line, [data[:first]], descriptors)
            data = data[first:]
        self.line.sendall(data)

    def connect(self, identity, scenario, deadline=5.0, whole=False):
        """connect - asks for a scenario; the client's end of the connection."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.request(
                {"id": identity, "deadline": deadline, "scenario": scenario},
                [theirs.fileno()],
                whole,
            )
        ours.settimeout(DEADLINE)
        return ours

    def close(self):
        """close - ends the server by the end of file it waits for; its exit code."""
        self.reader.close()
        self.line.close()
        try:
            return self.process.wait(5)
        finally:
            self.process.kill()
            self.process.stderr.close()


def after(*ops):
    """after is the scenario keys that play `ops` after the handshake."""
    return {"after": list(ops)}


def read_all(wrapped):
    """read_all reads until the server closes."""
    while wrapped.recv(4096):
        pass


def names_of(observed, direction):
    """names_of returns the messages of the log that went in `direction`."""
    return [line.message for line in log_of(observed) if line.direction == direction]


def log_of(observed):
    """log_of returns the lines of the log."""
    return [LogLine(*line) for line in observed["log"]]
