"""One matrix at a time in one cache folder."""

import contextlib
import fcntl
import os
from pathlib import Path

from ..errors import ReportError
from .failures import EXIT_LOCKED


@contextlib.contextmanager
def locked(cache):
    """locked holds the lock of the cache folder while its block runs.

    Raises ReportError (EXIT_LOCKED) at once when another matrix holds it. The lock goes with the
    process, however that ends; the file stays, as removing it would let two take it.
    """
    path = Path(cache) / "lock"
    with open(path, "a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            cause = f"another matrix (process {holder}) is at work here: wait until it has ended"
            cause += ", or give --cache another folder"
            raise ReportError(path, "", cause, EXIT_LOCKED) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
