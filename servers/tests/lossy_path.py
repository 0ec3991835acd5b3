"""lossy_path - a UDP path between a client and a server that loses and reorders by script."""

import select
import socket
import threading


class LossyPath:
    """Forwards datagrams between whoever sends to `port` and a server's port.

    `drop`: {("client", 0), ("server", 3), …}: direction and index, from 0, of what is lost.
    `swap`: the same of what comes after the datagram that follows it.
    """

    def __init__(self, server_port, drop=(), swap=()):
        self._drop, self._swap = set(drop), set(swap)
        self.seen = {"client": 0, "server": 0}
        self.lost = set()
        self._near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._near.bind(("127.0.0.1", 0))
        self._far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._far.connect(("127.0.0.1", server_port))
        self._client = None
        self._late = {"client": [], "server": []}
        self._ours, self._theirs = socket.socketpair()
        self.port = self._near.getsockname()[1]
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while True:
            ready, _, _ = select.select([self._near, self._far, self._theirs], [], [])
            if self._theirs in ready:
                return
            if self._near in ready:
                data, self._client = self._near.recvfrom(65536)
                self._forward("client", data, self._far.send)
            if self._far in ready:
                try:
                    data = self._far.recv(65536)
                except ConnectionRefusedError:
                    continue
                self._forward("server", data, lambda data: self._near.sendto(data, self._client))

    def _forward(self, direction, data, send):
        at = (direction, self.seen[direction])
        self.seen[direction] += 1
        if at in self._drop:
            self.lost.add(at)
            return
        if at in self._swap:
            self.lost.add(at)
            self._late[direction].append(data)
            return
        for datagram in [data, *self._late[direction]]:
            try:
                send(datagram)
            except ConnectionRefusedError:
                pass
        self._late[direction] = []

    def close(self):
        """close - ends the thread."""
        self._ours.close()
        self._thread.join()
        for each in (self._near, self._far, self._theirs):
            each.close()
