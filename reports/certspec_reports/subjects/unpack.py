"""Unpacks Debian packages into a folder, whole or not at all, and notices what was damaged since.

A folder holds root/ (the packages' files) and stamp.json, written last: what it was made of and
how large each file is.
"""

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path

from .failures import DiskFull, Gap, disk_full
from .programs import run

_STAMP = "stamp.json"
_FORMAT = 1
_TEMPORARY = ".unpacking-"


def stamp(folder):
    """stamp returns what was noted when folder was filled, or None when it is not whole.

    Not whole: missing, begun and never ended, or with a file gone or of another size.
    """
    try:
        noted = json.loads((folder / _STAMP).read_text(encoding="utf-8"))
        if noted["format"] != _FORMAT:
            return None

        for name, size in noted["files"].items():
            if (folder / "root" / name).lstat().st_size != size:
                return None
        return noted["about"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def unpack(files, folder, about):
    """unpack makes folder anew out of the package files and notes about (a dict) in its stamp.

    Raises Gap when dpkg-deb cannot read one of them, DiskFull when there is no room.
    """

    def fill(root):
        for file in files:
            code, output = run(["dpkg-deb", "-x", file, root], root)
            if code:
                reason = (output.strip().splitlines() or ["no reason given"])[-1]
                raise Gap(f"{file.name} cannot be unpacked: {reason}")

    fill_folder(folder, about, fill)


def fill_folder(folder, about, fill):
    """fill_folder calls fill(root) on a new folder's root and puts it in folder's place.

    Where fill raises, folder stays as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder.parent))
    try:
        root = fresh / "root"
        root.mkdir()
        fill(root)
        noted = {"format": _FORMAT, "about": about, "files": _sizes(root)}
        (fresh / _STAMP).write_text(json.dumps(noted, indent=1), encoding="utf-8")
        _replace(fresh, folder)
    except OSError as error:
        if disk_full(error):
            raise DiskFull(folder.parent) from None
        raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def sweep(parent):
    """sweep removes what unpackings that were killed left in parent. Call it under the lock."""
    with contextlib.suppress(FileNotFoundError):
        for path in Path(parent).glob(f"{_TEMPORARY}*"):
            shutil.rmtree(path, ignore_errors=True)


def _replace(fresh, folder):
    if folder.exists():
        # Not removed at once: a kill in between must not leave a half-removed folder with a stamp.
        old = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder.parent))
        os.rename(folder, old / "old")
        os.rename(fresh, folder)
        shutil.rmtree(old, ignore_errors=True)
        return

    os.rename(fresh, folder)


def _sizes(root):
    return {
        str(path.relative_to(root)): path.lstat().st_size
        for path in sorted(root.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
