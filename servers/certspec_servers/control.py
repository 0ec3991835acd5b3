"""control - the control line: scenarios and connections in, observations out (README.md)."""

import array
import contextlib
import json
import os
import platform
import queue
import signal
import socket
import sys
import threading
import time
import traceback

import cryptography
from cryptography.hazmat.backends.openssl.backend import backend

from .connection import Connection, require_layer
from .names import VERSIONS
from .observation import Observation
from .scenario import ScenarioError, checked
from .sessions import SessionStores

CHUNK = 65536
DESCRIPTORS_OF_A_CHUNK = 8
DEADLINE = 10.0
# The answer to a question about a standstill; end of file is a no.
YES = b"1"


class RequestError(Exception):
    """A line that cannot be served; the text is one line."""


class ThreadPool:
    """Threads that are made when none is idle and used again: no connection waits for another."""

    def __init__(self):
        # The queue of each idle thread. One for all would wake more than the one that is wanted.
        self._idle = []

    def run(self, function, *arguments):
        """run - calls the function in a thread, now. To be called by one thread alone."""
        if self._idle:
            tasks = self._idle.pop()
        else:
            tasks = queue.SimpleQueue()
            threading.Thread(target=self._work, args=(tasks,), daemon=True).start()
        tasks.put((function, arguments))

    def _work(self, tasks):
        while True:
            function, arguments = tasks.get()
            function(*arguments)
            del function, arguments
            self._idle.append(tasks)


def mapped_libraries():
    """mapped_libraries - the libssl and libcrypto files that this process really has mapped."""
    paths = set()
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        for line in maps:
            path = line.rstrip("\n").partition("/")[2]
            if os.path.basename(path).startswith(("libssl", "libcrypto")):
                paths.add("/" + path)
    return sorted(paths)


def greeting():
    """greeting - what the server says first."""
    return {
        "ready": 1,
        "python": platform.python_version(),
        "cryptography": cryptography.__version__,
        "openssl": backend.openssl_version_text(),
        "libraries": mapped_libraries(),
    }


class Service:
    """What connections share: certificates and sessions."""

    def __init__(self, pki):
        self.pki = pki
        self.sessions = SessionStores()

    def checked(self, document):
        """checked - a scenario ready to play, or ScenarioError."""
        scenario = checked(document, self.pki)
        require_layer(scenario)
        return scenario

    def connection(self, connection, scenario, deadline):
        """connection - a checked scenario on a socket, to be played. `deadline`: a moment."""
        return Connection(connection, scenario, self.pki, self.sessions, deadline)

    def play(self, connection, scenario, deadline):
        """play - the observation of such a connection."""
        return self.connection(connection, scenario, deadline).play()


class Control:
    """Serves one control line until its end of file."""

    def __init__(self, line, service):
        """`line`: AF_UNIX stream socket."""
        self._line = line
        self._service = service
        self._pool = ThreadPool()
        # The transports of the connections that are being played, by their ids.
        self._open = {}
        self._writing = threading.Lock()
        self._input = bytearray()
        # Where in _input a line starts, and the descriptors that rode on its first byte.
        self._descriptors = {}

    def run(self):
        """run - until end of file."""
        self._write(greeting())
        while self._receive():
            self._take_lines()

    def _write(self, message):
        data = json.dumps(message).encode() + b"\n"
        with self._writing:
            try:
                self._line.sendall(data)
            except OSError:
                # Nobody reads any more: the end of file is what ends us.
                pass

    def _receive(self):
        """_receive - one chunk, and the descriptors with it; False at end of file.

        A chunk that brings descriptors ends with the bytes of the write that sent them, see
        unix(7): they belong to the last line that starts in it.
        """
        try:
            chunk, ancillary, _, _ = self._line.recvmsg(
                CHUNK,
                socket.CMSG_SPACE(DESCRIPTORS_OF_A_CHUNK * array.array("i").itemsize),
                socket.MSG_CMSG_CLOEXEC,
            )
        except OSError:
            return False
        received = array.array("i")
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                received.frombytes(data[: len(data) - len(data) % received.itemsize])
        if not chunk:
            return False

        offset = len(self._input)
        self._input += chunk
        if received:
            newline = chunk.rfind(b"\n", 0, len(chunk) - 1)
            if newline >= 0:
                start = offset + newline + 1
            elif not offset or self._input[offset - 1] == 0x0A:
                start = offset
            else:
                start = self._input.rfind(b"\n", 0, offset) + 1
            self._descriptors.setdefault(start, []).extend(received)
        return True

    def _take_lines(self):
        while True:
            end = self._input.find(b"\n")
            if end < 0:
                return
            line = bytes(self._input[:end])
            del self._input[: end + 1]
            descriptors = self._descriptors.pop(0, [])
            self._descriptors = {start - end - 1: held for start, held in self._descriptors.items()}
            self._pool.run(self._serve, line, descriptors, time.monotonic())

    def _serve(self, line, descriptors, moment):
        """_serve - answers one line; `moment`: of its receipt."""
        identity = None
        connection = None
        try:
            request = self._parsed(line)
            identity = self._identity(request)
            if "scenario" not in request and self._is_about_open(request, descriptors):
                return
            if len(descriptors) != 1:
                raise RequestError(f"one descriptor wanted with a line, not {len(descriptors)}")
            connection = self._socket(descriptors.pop())
            scenario, deadline = self._checked(request)
            self._require_kind(connection, scenario)
            played = self._service.connection(connection, scenario, moment + deadline)
            self._open[identity] = played.layer.transport
            observation = played.play()
            self._open.pop(identity, None)
            self._write({"id": identity, "observation": observation})
        except (RequestError, ScenarioError) as error:
            if connection:
                connection.close()
            self._write({"id": identity, "error": str(error)})
        except Exception:
            # What Connection.play could not catch: a fault of ours, and the harness waits.
            if connection:
                connection.close()
            observation = Observation()
            observation.end, observation.detail = "server-bug", traceback.format_exc(limit=-8)
            self._write({"id": identity, "observation": observation.as_dict()})
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _is_about_open(self, request, descriptors):
        """_is_about_open - whether a request is about a connection of before, and is answered."""
        transport = self._open.get(self._identity(request))
        standstill = request.get("standstill")
        if request.keys() == {"id", "gone"} and request["gone"] is True:
            if transport:
                transport.client_is_gone()
            return True
        if request.keys() != {"id", "standstill"} or len(descriptors) != 1:
            return False

        if not isinstance(standstill, dict) or standstill.keys() != {"received", "sent"}:
            raise RequestError("standstill: an object of received and sent is wanted")
        if transport and transport.is_at_standstill(**standstill):
            with contextlib.suppress(OSError):
                os.write(descriptors[0], YES)
        return True

    @staticmethod
    def _require_kind(connection, scenario):
        """_require_kind - a stream for TLS, datagrams for DTLS and QUIC."""
        datagrams = VERSIONS[scenario["version"]].datagram
        if connection.type != (socket.SOCK_DGRAM if datagrams else socket.SOCK_STREAM):
            wanted = "datagram" if datagrams else "stream"
            raise RequestError(f"{scenario['version']} wants a {wanted} socket")

    @staticmethod
    def _parsed(line):
        try:
            request = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RequestError(f"no JSON: {error}".replace("\n", " ")) from None
        if not isinstance(request, dict):
            raise RequestError("an object is wanted")
        return request

    @staticmethod
    def _identity(request):
        """_identity - what the answer names the request by; null where it has no good id."""
        identity = request.get("id")
        return identity if type(identity) in (int, str) else None

    def _checked(self, request):
        """_checked - (scenario, deadline in seconds) of a request."""
        if self._identity(request) is None:
            raise RequestError("no id")
        if "scenario" not in request:
            raise RequestError("no scenario")
        deadline = request.get("deadline", DEADLINE)
        if type(deadline) not in (int, float) or not 0 < deadline <= 86400:
            raise RequestError(f"deadline: seconds wanted, not {deadline!r}")
        for key in request:
            if key not in ("id", "scenario", "deadline"):
                raise RequestError(f"unknown key {json.dumps(key)}")
        return self._service.checked(request["scenario"]), deadline

    @staticmethod
    def _socket(descriptor):
        try:
            return socket.socket(fileno=descriptor)
        except OSError as error:
            os.close(descriptor)
            raise RequestError(f"the descriptor is no socket: {error.strerror}") from None


def serve_control_line(descriptor, service):
    """serve_control_line - serves the inherited descriptor until its end of file."""
    # The terminal's ^C is for the harness; our end is the end of file.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Control(socket.socket(fileno=descriptor), service).run()
    # Connections that are still open have nobody to tell.
    sys.stdout.flush()
    os._exit(0)
