"""What the matrix knows: libraries by name, the suites that have them, and the C libraries."""

from dataclasses import dataclass

MAIN = "main"
SECURITY = "security"


@dataclass(frozen=True)
class Suite:
    """Suite is a suite of Debian: its name, the archive it lies in (MAIN or SECURITY).

    closed: nobody signs its Release file anew, so the date it is valid until means nothing; the
    signature itself is checked as everywhere.
    """

    name: str
    archive: str = MAIN
    closed: bool = False


SUITES = {
    suite.name: suite
    for suite in (
        Suite("bullseye", closed=True),
        Suite("bullseye-security", SECURITY, closed=True),
        Suite("bookworm"),
        Suite("bookworm-updates"),
        Suite("bookworm-security", SECURITY),
        Suite("trixie"),
        Suite("trixie-security", SECURITY),
        Suite("forky"),
        Suite("sid"),
        Suite("experimental"),
    )
}


@dataclass(frozen=True)
class Library:
    """Library is one that can be asked for by name.

    kind: "openssl", "boringssl" or "wolfssl", as the harness calls it.
    line: what an upstream version must begin with ("3.0"), "" for any.
    package: the Debian package with its headers; the packages that it needs in just its own
    version are the library itself, whatever soname they carry this year.
    suites: where to look, in this order. every: take each upstream version found there, not only
    the first.
    """

    name: str
    kind: str
    line: str
    package: str
    suites: tuple
    every: bool
    about: str


LIBRARIES = {
    library.name: library
    for library in (
        Library(
            "openssl-1.1.1",
            "openssl",
            "1.1.1",
            "libssl-dev",
            ("bullseye-security", "bullseye"),
            False,
            "the last line without providers",
        ),
        Library(
            "openssl-3.0",
            "openssl",
            "3.0",
            "libssl-dev",
            ("bookworm-security", "bookworm", "bookworm-updates"),
            True,
            "long-term support, every point release to be had",
        ),
        Library(
            "openssl-3.5",
            "openssl",
            "3.5",
            "libssl-dev",
            ("trixie-security", "trixie"),
            False,
            "long-term support, the first with QUIC servers",
        ),
        Library(
            "openssl-3.6",
            "openssl",
            "3.6",
            "libssl-dev",
            ("sid", "forky"),
            False,
            "the last line of 3",
        ),
        Library(
            "openssl-4.0",
            "openssl",
            "4.0",
            "libssl-dev",
            ("experimental", "sid", "forky"),
            False,
            "without SSLv3 and engines",
        ),
        Library(
            "boringssl",
            "boringssl",
            "",
            "android-libboringssl-dev",
            ("trixie", "sid", "bookworm"),
            False,
            "Google's fork, as Android's tools use it",
        ),
        Library(
            "wolfssl",
            "wolfssl",
            "",
            "libwolfssl-dev",
            ("sid", "trixie", "bookworm-security", "bookworm"),
            False,
            "its OpenSSL layer",
        ),
    )
}

SYSTEM = "system"


@dataclass(frozen=True)
class Runtime:
    """Runtime is a C library with its loader, unpacked beside libraries that need a newer one."""

    suite: str
    packages: tuple


# zlib and zstd because libcrypto may be linked with versions newer than the machine's, the other
# two because a C++ library needs them in versions that go with this libc.
_RUNTIME_PACKAGES = ("libc6", "libgcc-s1", "libstdc++6", "zlib1g", "libzstd1")

# The first that is new enough is taken.
RUNTIMES = tuple(Runtime(suite, _RUNTIME_PACKAGES) for suite in ("trixie", "sid"))
