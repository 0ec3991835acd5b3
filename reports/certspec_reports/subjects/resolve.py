"""Turns requests into subjects: folders with library and headers. What can't be had is a gap."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .build import Subject
from .failures import Gap
from .prefix import NoLibrary, find
from .request import Named, Own
from .source import build_source

# apt waits for the network most of the time, so more than there are cores.
_AT_ONCE = 4


@dataclass(frozen=True)
class Missing:
    """Missing is a library that was asked for and is not to be had, and the cause in one line."""

    name: str
    cause: str


def resolve(requests, store, say):
    """resolve returns ([Subject], [Missing]) for the requests, in their order.

    Raises DiskFull. say(line) is told what takes time.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda request: _one(request, store, say), requests))
    subjects = [subject for found, _ in answers for subject in found]
    missing = [lack for _, lacks in answers for lack in lacks]
    return subjects, missing


def _one(request, store, say):
    if isinstance(request, Own):
        return [_own(request)], []

    try:
        if isinstance(request, Named):
            return _named(request, store)
        return [_source(request, store, say)], []
    except Gap as gap:
        return [], [Missing(request.name, str(gap))]


def _own(request):
    system = request.name == "system"
    about = "the system's" if system else str(request.prefix.libssl.parent)
    return Subject(request.name, about, request.prefix.version, request.prefix, system)


def _source(request, store, say):
    try:
        prefix = find(build_source(request, store.cache, say))
    except NoLibrary as lack:
        raise Gap(f"{request.tarball.name}: {lack}") from None
    about = f"built from {request.tarball.name} {' '.join(request.flags)}".strip()
    return Subject(request.name, about, prefix.version, prefix)


def _named(request, store):
    library = request.library
    subjects, gaps = {}, []
    for suite in request.suites:
        if subjects and not request.every:
            break
        try:
            found = store.look(library.package, suite, library.line)
            if found.upstream not in subjects:
                subjects[found.upstream] = _fetched(library, suite, store)
        except Gap as gap:
            gaps.append(gap)

    if not subjects:
        raise Gap("; ".join(map(str, gaps)))
    # Where each version is wanted, a suite that does not answer hides one. One that answers
    # that it has another line hides nothing.
    lost = [gap for gap in gaps if request.every and not gap.lasting]
    return list(subjects.values()), [Missing(library.name, str(gap)) for gap in lost]


def _fetched(library, suite, store):
    fetched = store.get(library.package, suite, library.line)
    try:
        prefix = find(fetched.root / "usr")
    except NoLibrary as lack:
        raise Gap(f"{library.package} {fetched.version} of {suite}: {lack}") from None
    about = f"Debian {suite}, {library.package} {fetched.version}"
    return Subject(f"{library.kind}-{fetched.upstream}", about, fetched.upstream, prefix)
