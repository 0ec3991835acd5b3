"""transport - bytes in and out of a connected stream socket, under one absolute deadline."""

import contextlib
import select
import socket
import struct
import threading
import time

from .ending import Ending, Idle

RECEIVE_SIZE = 65536


class StreamTransport:
    """A connected SOCK_STREAM socket (UNIX or TCP) that this object closes.

    `deadline` is a time.monotonic() moment: whatever would wait beyond it raises Ending("timeout").
    """

    def __init__(self, connection, deadline):
        self._socket = connection
        self.deadline = deadline
        self.sent_to_the_end = False
        self.has_received = False
        self.send_error = None
        # Bytes that came and went, and whether nothing but the client ends the wait for more.
        self._received = self._sent = 0
        self._waits_for_client = False
        # A descriptor is not closed, and given to another, while it is being shut down.
        self._closing = threading.Lock()
        # Not by the socket's own time-out, which costs two system calls more each time.
        connection.setblocking(False)
        self._readable = select.poll()
        self._readable.register(connection, select.POLLIN)
        if connection.family != socket.AF_UNIX and connection.type == socket.SOCK_STREAM:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def time_left(self):
        """time_left - seconds until the deadline, more than 0; else Ending("timeout")."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Ending("timeout", "the deadline has passed")
        return left

    def sleep(self, seconds):
        """sleep - waits, but no longer than the deadline or until the client has hung up."""
        wait = min(seconds, self.time_left())
        watch = select.poll()
        watch.register(self._socket, 0)
        watch.poll(wait * 1000)
        self.time_left()

    def send(self, data):
        """send - all of `data`. A connection that the client has closed is remembered in
        `send_error` and not fatal: the client may have said why, and that is still to be read."""
        if self.send_error or self.sent_to_the_end:
            return

        self.time_left()
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._send_some(rest) :]
            self._sent += len(data)
        except OSError as error:
            self.send_error = error.strerror

    def _send_some(self, data):
        """_send_some - the number of bytes that have been sent, at least one; Ending("timeout") or
        an OSError."""
        while True:
            try:
                return self._socket.send(data)
            except BlockingIOError:
                writable = select.poll()
                writable.register(self._socket, select.POLLOUT)
                if not writable.poll(self.time_left() * 1000):
                    raise Ending("timeout", "the client does not read") from None

    def receive(self, until=None):
        """receive - what has come, at least one byte. `until`: a moment after which Idle is raised.
        The client's end of file is Ending("eof"), and so is a reset once it has sent anything: a
        close with unread data behind it resets the connection (RFC 2525, section 2.17)."""
        try:
            data = self._read(until)
        except OSError as error:
            if self.has_received:
                raise Ending("eof", f"the client has closed ({error.strerror})") from None
            raise Ending("reset", error.strerror) from None
        if not data:
            raise Ending("eof", "the client has closed")

        self.has_received = True
        return data

    def _read(self, until):
        """_read - one recv: its bytes, Idle, Ending("timeout") or an OSError."""
        while True:
            left = self.time_left()
            if until is not None:
                left = min(left, max(until - time.monotonic(), 0.0005))
            self._waits_for_client = until is None
            ready = self._readable.poll(left * 1000)
            self._waits_for_client = False
            if not ready:
                if until is not None and time.monotonic() < self.deadline:
                    raise Idle()
                raise Ending("timeout", "the client says nothing")
            try:
                data = self._socket.recv(RECEIVE_SIZE)
            except BlockingIOError:
                # What woke us is gone: a datagram whose checksum is wrong.
                continue
            self._received += len(data)
            return data

    def is_at_standstill(self, received, sent):
        """is_at_standstill - whether nothing will ever come from here: as many bytes have been
        received and sent as the client, which waits, has sent and received, and this end waits
        for the client alone. May be called by any thread."""
        # WARNING: the order decides. Once all is received the wait that is seen after it is the
        # last one, and what is sent is sent.
        return self._received == received and self._waits_for_client and self._sent == sent

    def client_is_gone(self):
        """client_is_gone - ends the wait for a client that cannot say so any more. May be called
        by any thread."""
        with self._closing, contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RD)

    def half_close(self):
        """half_close - end of file for the client; reading goes on."""
        self.sent_to_the_end = True
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            self.send_error = self.send_error or error.strerror

    def abort_on_close(self):
        """abort_on_close - makes `close` reset a TCP connection instead of ending it. On a UNIX
        socket a close with unread data does the same; nothing more can be asked for there."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self):
        """close - gives the socket back."""
        with self._closing:
            self._socket.close()
