"""datagrams - bytes in and out of a connected datagram socket, under one absolute deadline."""

import contextlib
import errno
import socket

from .ending import Ending, Idle
from .transport import StreamTransport

# UDP has no end of file. Neither DTLS nor QUIC ever sends an empty datagram: it stands for one.
END_OF_FILE = b""
# Refused sends of ours are told by recv, in place of datagrams that have come.
REFUSALS = 3


class DatagramTransport(StreamTransport):
    """A connected SOCK_DGRAM socket that this object closes; see StreamTransport."""

    def __init__(self, connection, deadline):
        super().__init__(connection, deadline)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)

    def send(self, data):
        """send - one datagram. One that cannot be sent is lost, as any datagram may be."""
        if self.sent_to_the_end:
            return
        self.time_left()
        try:
            self._send_some(data)
            self._sent += len(data)
        except OSError as error:
            if error.errno != errno.EMSGSIZE:
                self.send_error = error.strerror

    def receive(self, until=None):
        """receive - the next datagram. `until`: a moment after which Idle is raised. The client's
        empty datagram, and a port that nobody listens on any more, are Ending("eof")."""
        refusals = 0
        while True:
            try:
                data = self._read(until)
            except OSError as error:
                refusals += 1
                if error.errno != errno.ECONNREFUSED or refusals > REFUSALS:
                    raise Ending("eof", f"the client is gone ({error.strerror})") from None
                continue
            if data == END_OF_FILE:
                raise Ending("eof", "the client has closed")
            self.has_received = True
            return data

    def receive_with_timer(self, until, timer, expired):
        """receive_with_timer - the same; `expired()` is called as often as the moment that
        `timer()` gives (None: never) is over before."""
        while True:
            first = moment = timer()
            if moment is None or until is not None and until <= moment:
                first = until
            try:
                return self.receive(first)
            except Idle:
                if first is not moment:
                    raise
            expired()

    def client_is_gone(self):
        """client_is_gone - says in the place of a client that is no more, and whose address is
        free, what it cannot say. May be called by any thread."""
        # WARNING: a shutdown would not do: recv has nothing to tell and poll wakes at once, for
        # ever.
        with self._closing, contextlib.suppress(OSError):
            client = socket.socket(self._socket.family, socket.SOCK_DGRAM)
            with client:
                client.bind(self._socket.getpeername())
                client.sendto(END_OF_FILE, self._socket.getsockname())

    def half_close(self):
        """half_close - an empty datagram: nothing more will come from here."""
        if not self.sent_to_the_end:
            try:
                self._socket.send(END_OF_FILE)
            except OSError as error:
                self.send_error = self.send_error or error.strerror
        self.sent_to_the_end = True

    def abort_on_close(self):
        """abort_on_close - nothing: a datagram socket has no reset."""

    def close(self):
        """close - says so, and gives the socket back."""
        self.half_close()
        super().close()
