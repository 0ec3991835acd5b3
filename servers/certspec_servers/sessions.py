"""sessions - what a server remembers of finished handshakes, to resume them."""

import hashlib
import threading
from collections import OrderedDict
from typing import NamedTuple

STORES = 128
SESSIONS_OF_A_STORE = 256


class Session(NamedTuple):
    """A session: names.Version name, names.CipherSuite, master secret (TLS 1.3: PSK), whether the
    master secret is an extended one, and how many bytes of 0-RTT data it allows."""

    version: str
    suite: object
    secret: bytes
    extended_master_secret: bool = False
    max_early_data: int = 0


class SessionStores:
    """Sessions by store name, then by session id or ticket. Shared by all connections of a process;
    the oldest are forgotten beyond STORES stores and SESSIONS_OF_A_STORE sessions in one."""

    def __init__(self):
        self._lock = threading.Lock()
        self._stores = OrderedDict()
        self._put = 0

    def put(self, store, key, session):
        """put - remembers a session under the bytes `key`."""
        with self._lock:
            sessions = self._stores.pop(store, None)
            self._stores[store] = sessions = OrderedDict() if sessions is None else sessions
            sessions.pop(key, None)
            sessions[key] = session
            self._put += 1
            while len(sessions) > SESSIONS_OF_A_STORE:
                sessions.popitem(last=False)
            while len(self._stores) > STORES:
                self._stores.popitem(last=False)

    def get(self, store, key):
        """get - the session under `key`, or None."""
        with self._lock:
            return self._stores.get(store, {}).get(key)

    def unused(self, store, name, offered):
        """unused - the bytes `name`, if no session is under it and it is not `offered`, else others
        made from it, of its length. Connections that share a seed come with the same name: to draw
        from their seed until one is free would take longer with each session."""
        with self._lock:
            sessions = self._stores.get(store, {})
            attempt = self._put
            found = name
            while found in sessions or found == offered:
                found = hashlib.shake_256(name + attempt.to_bytes(8, "big")).digest(len(name))
                attempt += 1
            return found
