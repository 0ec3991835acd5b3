"""Finds library and headers in a folder: a prefix, an unpacked package, a build tree."""

import re
from dataclasses import dataclass
from pathlib import Path

_LIBRARY_FOLDERS = ("lib", "lib64", "lib/*-linux-gnu*", "lib/*-linux-gnu*/android", "")
_INCLUDE_FOLDERS = ("include", "include/android")


class NoLibrary(Exception):
    """NoLibrary says in a few words what a folder lacks."""


@dataclass(frozen=True)
class Prefix:
    """Prefix is what was found in a folder.

    kind: "openssl", "boringssl" or "wolfssl". version: as the headers say it, "" where they don't.
    include: folder that holds openssl/ssl.h. more_includes: further folders that its headers
    need. libssl, libcrypto: the files to link with (one and the same for wolfSSL).
    """

    kind: str
    version: str
    include: Path
    more_includes: tuple
    libssl: Path
    libcrypto: Path


def find(folder):
    """find looks through a folder and returns a Prefix. Raises NoLibrary."""
    folder = Path(folder)
    if not folder.is_dir():
        raise NoLibrary("no such folder")

    for name in _INCLUDE_FOLDERS:
        include = folder / name
        if (include / "wolfssl" / "openssl" / "ssl.h").is_file():
            return _wolfssl(folder, include)
        if (include / "openssl" / "ssl.h").is_file():
            return _openssl(folder, include)
    raise NoLibrary("no header openssl/ssl.h in it")


def _openssl(folder, include):
    configured = [include, *sorted(include.glob("*-linux-gnu*"))]
    names = ("configuration.h", "opensslconf.h")
    more = [path for path in configured if any((path / "openssl" / n).is_file() for n in names)]
    if not more:
        raise NoLibrary("no header openssl/opensslconf.h in it")

    libssl = _library(folder, "libssl")
    libcrypto = libssl.with_name("libcrypto.so")
    if not libcrypto.exists():
        raise NoLibrary("no libcrypto.so beside its libssl.so")

    base = _text(include / "openssl" / "base.h")
    if "OPENSSL_IS_BORINGSSL" in base:
        return Prefix("boringssl", "", include, (), libssl, libcrypto)

    version = _version(r'OPENSSL_VERSION_TEXT\s+"OpenSSL (\S+)', include / "openssl/opensslv.h")
    more = tuple(path for path in more if path != include)
    return Prefix("openssl", version, include, more, libssl, libcrypto)


def _wolfssl(folder, include):
    library = _library(folder, "libwolfssl")
    version = _version(r'LIBWOLFSSL_VERSION_STRING\s+"([^"]+)', include / "wolfssl/version.h")
    return Prefix("wolfssl", version, include / "wolfssl", (include,), library, library)


def _library(folder, name):
    found = [path for where in _LIBRARY_FOLDERS for path in _folders(folder, where)]
    for path in found:
        # A link that leads nowhere is as good as none.
        if (path / f"{name}.so").exists():
            return path / f"{name}.so"
    if any((path / f"{name}.a").exists() for path in found):
        raise NoLibrary(f"only a static {name}.a in it: the harness needs a shared {name}.so")
    raise NoLibrary(f"no {name}.so in it")


def _folders(folder, pattern):
    return sorted(folder.glob(pattern)) if pattern else [folder]


def _version(pattern, header):
    match = re.search(pattern, _text(header))
    return match.group(1) if match else ""


def _text(path):
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
