"""What was asked for on the command line: known names, prefixes, source tarballs."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from .failures import BadRequest
from .libraries import LIBRARIES, SUITES, SYSTEM
from .prefix import NoLibrary, Prefix, find

_OWN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@dataclass(frozen=True)
class Named:
    """Named asks for a known library; suites: where to look, in this order."""

    library: object
    suites: tuple
    every: bool

    @property
    def name(self):
        """name is what the request is called in messages."""
        return self.library.name


@dataclass(frozen=True)
class Own:
    """Own asks for a library that is already there: the system's, or a prefix of the user's."""

    name: str
    prefix: Prefix


@dataclass(frozen=True)
class Source:
    """Source asks for a library to be built from a tarball with those flags of Configure."""

    name: str
    tarball: Path
    flags: tuple


def parse(words, sources=(), flags=()):
    """parse turns the command line's words, and its tarballs, into requests, in their order.

    No words and no tarballs ask for all that is known. Raises BadRequest for an unknown name or
    suite, a name given twice, a prefix without libssl or headers, a tarball that is not there.
    """
    if not words and not sources:
        words = [*LIBRARIES, SYSTEM]
    requests = [_request(word) for word in words]
    requests += [_source(source, tuple(flags)) for source in sources]

    seen = set()
    for request in requests:
        key = (request.name, getattr(request, "suites", ()))
        if key in seen:
            raise BadRequest(request.name, "asked for twice")
        seen.add(key)
    return requests


def _request(word):
    name, equals, folder = word.partition("=")
    if equals:
        return _prefix(word, name, folder)
    if word == SYSTEM:
        return _system()

    name, at, suite = word.partition("@")
    if name not in LIBRARIES:
        raise BadRequest(word, f"no such library{_near(name, [*LIBRARIES, SYSTEM])}")
    library = LIBRARIES[name]
    if not at:
        return Named(library, library.suites, library.every)
    if suite not in SUITES:
        raise BadRequest(word, f'no such suite "{suite}"{_near(suite, SUITES)}')
    return Named(library, (suite,), False)


def _prefix(word, name, folder):
    if not _OWN_NAME.fullmatch(name):
        raise BadRequest(word, "a name is made of letters, digits and . _ + -")
    if name in LIBRARIES or name == SYSTEM:
        raise BadRequest(word, f'"{name}" is the name of a known library: take another one')
    try:
        return Own(name, find(Path(folder).expanduser().resolve()))
    except NoLibrary as lack:
        raise BadRequest(word, str(lack)) from None


def _system():
    try:
        return Own(SYSTEM, find("/usr"))
    except NoLibrary as lack:
        raise BadRequest(SYSTEM, f"{lack}: install libssl-dev") from None


def _source(source, flags):
    tarball = Path(source).expanduser()
    if not tarball.is_file():
        raise BadRequest(source, "no such file")
    name = re.sub(r"\.orig$", "", re.sub(r"\.(tar(\.\w+)?|tgz)$", "", tarball.name))
    return Source(re.sub(r"[^\w.+-]", "-", name), tarball.resolve(), flags)


def _near(name, known):
    near = difflib.get_close_matches(name, known, 1)
    return f': do you mean "{near[0]}"?' if near else ": `matrix list` shows what is known"
