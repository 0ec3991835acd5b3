"""Gets named libraries and C libraries out of Debian's suites into the cache."""

import hashlib
import shutil
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from .apt_state import KEYRING, AptState, machine_archives
from .failures import DiskFull, Gap
from .found import Found, read, write
from .libraries import SUITES
from .unpack import stamp, sweep, unpack

# Lists of one suite, the largest package and what it unpacks to, with room to spare: bytes.
_ROOM = 150 << 20


@dataclass(frozen=True)
class Fetched:
    """Fetched is a package unpacked: its name, suite and versions, the folder of its files."""

    name: str
    suite: str
    version: str
    upstream: str
    root: Path


class Store:
    """Store is the cache folder: apt states, downloads, unpacked packages, what was found where.

    archives: {MAIN: URI, …} instead of the machine's own. refresh: ask the suites again, also for
    what is there. say(line) is told what is being done. Methods may be called by several threads.
    """

    def __init__(self, cache, archives=None, keyring=KEYRING, refresh=False, say=None):
        self.cache = Path(cache).resolve()
        self.downloaded = 0
        self._archives = archives
        self._keyring = keyring
        self._refresh = refresh
        self._say = say or (lambda line: None)
        self._states = {}
        self._packages = {}
        self._guard = threading.Lock()
        self._guards = defaultdict(threading.Lock)

    def sweep(self):
        """sweep removes what runs that were killed left behind. Call it under the lock."""
        sweep(self.cache / "packages")

    def found(self, name, suite):
        """found returns what is noted of package name in suite, as Found, or None: not asked."""
        return read(self._note(name, suite))

    def is_there(self, name, suite):
        """is_there tells whether package name of suite lies unpacked and whole in the cache."""
        found = self.found(name, suite)
        return bool(found and found.version and stamp(self._folder(name, found)) is not None)

    def look(self, name, suite, line="", extras=()):
        """look returns which version of package name is in suite, as Found.

        Asks the suite only when nobody has, or for a refresh. extras: names of packages that go
        with it. Raises Gap, also for a version that is not of line.
        """
        with self._lock(suite):
            found = self.found(name, suite)
            asked = (name, suite) in self._packages
            if found is None or (self._refresh and not asked):
                found = self._ask(name, suite, extras)
        if found.gap:
            raise Gap(found.gap, lasting=True)
        if not found.of_line(line):
            raise Gap(f"suite {suite} has {name} {found.version}, not {line}", lasting=True)
        return found

    def get(self, name, suite, line="", extras=()):
        """get returns package name of suite, unpacked, as Fetched. Raises Gap or DiskFull."""
        found = self.look(name, suite, line, extras)
        folder = self._folder(name, found)
        with self._lock(folder):
            if stamp(folder) is None:
                self._check_room()
                about = {"suite": suite, "version": found.version, "files": found.files}
                unpack(self._files(name, suite, found, extras), folder, about)
        return Fetched(name, suite, found.version, found.upstream, folder / "root")

    def bundle(self, runtime):
        """bundle returns a Runtime's packages, unpacked into one folder, as get does."""
        first, *extras = runtime.packages
        return self.get(first, runtime.suite, extras=extras)

    def _ask(self, name, suite, extras):
        state = self._state(suite)
        try:
            packages = state.packages(name, extras)
        except Gap as gap:
            if gap.lasting:
                write(self._note(name, suite), Found(gap=str(gap)))
            raise

        self._packages[name, suite] = packages
        found = Found(
            version=packages[0].version,
            files={package.file: package.sha256 for package in packages},
            size=sum(package.size for package in packages),
        )
        write(self._note(name, suite), found)
        return found

    def _files(self, name, suite, found, extras):
        downloads = self.cache / "downloads"
        files = [downloads / file for file in found.files]
        sums = list(found.files.values())
        if all(map(_has_sum, files, sums)):
            return files

        with self._lock(suite):
            state = self._state(suite)
            packages = self._packages.get((name, suite)) or state.packages(name, extras)
            if [package.sha256 for package in packages] != sums:
                raise Gap(f"suite {suite} has another {name} by now: give --refresh")
            names = " ".join(f"{package.name}={package.version}" for package in packages)
            self._say(f"fetching {names} from {suite} ({found.size / 1e6:.1f} MB)")
            state.download(packages, downloads)
            self.downloaded += found.size
        for file, wanted in zip(files, sums, strict=True):
            if not _has_sum(file, wanted):
                raise Gap(f"suite {suite}: {file.name} is not what the signed list says")
        return files

    def _state(self, suite):
        with self._lock("machine's mirror"):
            if self._archives is None:
                self._archives = machine_archives()
        if suite not in self._states:
            self._check_room()
            folder = self.cache / "apt" / suite
            state = AptState(folder, SUITES[suite], self._archives, self._keyring)
            self._say(f"reading the list of {suite}")
            state.update()
            self._states[suite] = state
        return self._states[suite]

    def _check_room(self):
        self.cache.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.cache).free < _ROOM:
            raise DiskFull(self.cache, _ROOM)

    def _lock(self, key):
        with self._guard:
            return self._guards[key]

    def _folder(self, name, found):
        return self.cache / "packages" / f"{name}_{found.version.replace(':', '%3a')}"

    def _note(self, name, suite):
        return self.cache / "found" / f"{name}@{suite}.json"


def _has_sum(file, wanted):
    try:
        with open(file, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == wanted
    except FileNotFoundError:
        return False
