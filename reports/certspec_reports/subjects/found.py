"""What was found where, kept in the cache so that a second run asks nobody."""

import contextlib
import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Found:
    """Found is the answer to "which version of this package has that suite".

    gap: why there is none, then nothing else is set. version: Debian's, with its revision.
    files: {file name of a package: its SHA-256 in hex}, the package's own first.
    """

    gap: str = ""
    version: str = ""
    files: dict = field(default_factory=dict)
    size: int = 0

    @property
    def upstream(self):
        """upstream is the version without what Debian added: "3.0.22" of "3.0.22-1~deb12u2"."""
        version = self.version.partition(":")[2] or self.version
        return version.rpartition("-")[0] or version

    def of_line(self, line):
        """of_line tells whether the version belongs to a line: 1.1.1w to 1.1.1, any to ""."""
        rest = self.upstream.removeprefix(line)
        return not line or (rest != self.upstream and (rest.isalpha() or rest[:1] in ("", ".")))


def read(path):
    """read returns the Found in a file, or None when there is none that can be read."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Found(**json.loads(path.read_text(encoding="utf-8")))
    return None


def write(path, found):
    """write puts a Found into a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(found)), encoding="utf-8")
    fresh.replace(path)
