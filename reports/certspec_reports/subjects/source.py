"""Builds OpenSSL from a source tarball, once for each tarball and set of flags."""

import hashlib
import os
import tempfile
from pathlib import Path

from .failures import Gap
from .programs import run
from .unpack import fill_folder, stamp

_FOLDERS = ("--prefix=/usr", "--libdir=lib", "--openssldir=/usr/lib/ssl")
_SECONDS = 3600


def build_source(request, cache, say):
    """build_source returns the folder that holds include/ and lib/ of a Source request.

    Takes what is in the cache folder where it was built before. Raises Gap: not an OpenSSL
    tarball, Configure refuses the flags, it does not compile.
    """
    key = hashlib.sha256("\0".join(request.flags).encode())
    with open(request.tarball, "rb") as stream:
        key.update(hashlib.file_digest(stream, "sha256").digest())
    folder = Path(cache) / "packages" / f"{request.name}_{key.hexdigest()[:12]}"
    if stamp(folder) is None:
        say(f"building {request.name} from {request.tarball.name} {' '.join(request.flags)}")
        about = {"tarball": request.tarball.name, "flags": list(request.flags)}
        fill_folder(folder, about, lambda root: _build(request, root))
    return folder / "root" / "usr"


def _build(request, root):
    with tempfile.TemporaryDirectory(prefix="source-", dir=root.parent) as temporary:
        _step(request, "cannot be unpacked", ["tar", "-xf", request.tarball], temporary)
        tree = _tree(request, Path(temporary))
        jobs = f"-j{len(os.sched_getaffinity(0))}"
        configure = ["sh", "./config", *_FOLDERS, "no-tests", *request.flags]
        _step(request, "Configure refuses", configure, tree)
        _step(request, "does not compile", ["make", "-s", jobs, "build_sw"], tree)
        install = ["make", "-s", "install_sw", f"DESTDIR={root}"]
        _step(request, "cannot be installed", install, tree)


def _tree(request, folder):
    trees = [path.parent for path in (*folder.glob("Configure"), *folder.glob("*/Configure"))]
    if not trees:
        raise Gap(f"{request.tarball.name}: no source of OpenSSL: it has no Configure")
    return trees[0]


def _step(request, failure, arguments, folder):
    code, output = run(arguments, folder, _SECONDS)
    if code:
        lines = [line for line in output.splitlines() if line.strip()] or ["no reason given"]
        telling = next((line for line in lines if "error" in line.lower()), lines[-1])
        raise Gap(f"{request.tarball.name}: {failure}: {telling.strip()}")
