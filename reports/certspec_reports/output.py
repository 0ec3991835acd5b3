"""Writes an output whole or not at all."""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from .errors import NotWritten


def write(path, text):
    """write puts text (UTF-8) into path by way of a file beside it, or prints it for "-".

    Either the whole text is there afterwards, or path is as it was and NotWritten is raised.
    """
    if str(path) == "-":
        _print(text)
        return

    path = Path(path)
    if path.exists() and not path.is_file():
        _write_into(path, text)
        return

    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # WARNING: mkstemp makes files that only their owner reads; a page is for everyone.
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise NotWritten(path, error.strerror) from None


def _write_into(path, text):
    # A device or a pipe is written into: renaming over it would replace it.
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NotWritten(path, error.strerror) from None


def _print(text):
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered would fail again, loudly, as the interpreter ends.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise NotWritten("standard output", error.strerror) from None


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
