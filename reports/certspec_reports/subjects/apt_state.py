"""One suite of Debian, seen through apt with a state of its own.

The machine's own apt is only asked which mirror it uses and read for its proxy: its lists, cache,
package state and hooks are never touched. apt checks the signatures, and each download against
the signed lists.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from .failures import Gap
from .libraries import MAIN, SECURITY, SUITES
from .programs import run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

_ALIASES = {"oldoldstable", "oldstable", "stable", "testing", "unstable"}

# WARNING: Post-Invoke hooks of the machine would empty its package cache and wake its services.
_CONFIGURATION = """\
#clear APT::Update;
#clear DPkg;
Dir::State "{folder}";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "root";
APT::Default-Release "";
APT::Update::Error-Mode "any";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
"""

_CLOSED = """\
Acquire::Check-Valid-Until "false";
"""


@dataclass(frozen=True)
class Package:
    """Package is a binary package as the suite's signed list has it; size is in bytes."""

    name: str
    version: str
    architecture: str
    size: int
    sha256: str

    @property
    def file(self):
        """file is what apt calls the package's file: it writes an epoch's colon as %3a."""
        version = self.version.replace(":", "%3a")
        return f"{self.name}_{version}_{self.architecture}.deb"


def machine_archives():
    """machine_archives returns {MAIN: URI, SECURITY: URI}, those that the machine's apt uses.

    An archive that it does not use is left out. Raises Gap when there is no apt.
    """
    arguments = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"]
    code, output = run([*arguments, "Identifier: Packages"], "/")
    if code:
        raise Gap(f"apt-get cannot name the machine's mirror: {complaint(output)}")

    archives = {}
    for line in output.splitlines():
        uri, _, release = line.partition(" ")
        base = release.partition("-")[0].partition("/")[0]
        if release in SUITES or base in SUITES or base in _ALIASES:
            security = release.endswith(("-security", "/updates"))
            archives.setdefault(SECURITY if security else MAIN, uri)
    return archives


class AptState:
    """AptState holds lists, cache and sources of one suite in a folder of its own."""

    def __init__(self, folder, suite, archives, keyring=KEYRING):
        """folder: made when missing; suite: a Suite; archives: as of machine_archives.

        Raises Gap when no archive is known for the suite or the keyring is not there.
        """
        if suite.archive not in archives:
            raise Gap(f"suite {suite.name}: this machine's apt uses no {suite.archive} archive")
        if not Path(keyring).is_file():
            raise Gap(f"no keyring {keyring} to check signatures with")

        self.folder = Path(folder)
        self.suite = suite
        self._uri = archives[suite.archive]
        self._keyring = keyring
        self._ready = False

    def update(self):
        """update gets the suite's lists. Raises Gap: suite gone, no network, bad signature."""
        self._prepare()
        code, output = run(self._command("apt-get", "update"), self.folder)
        if code:
            raise Gap(f"suite {self.suite.name}: {complaint(output)}")

    def packages(self, name, extras=()):
        """packages returns the Package called name, its siblings and the extras, as a list.

        A sibling is a package that name depends on in just its own version. Raises Gap (lasting)
        when the suite has no such package.
        """
        first, depends = self._look_up(name)
        own = re.escape(first.version)
        siblings = re.findall(rf"(?:^|, )([^\s,:]+)(?::\w+)? \(= {own}\)", depends)
        return [first, *(self._look_up(other)[0] for other in (*siblings, *extras))]

    def download(self, packages, folder):
        """download puts packages into folder; what is there, whole, is not fetched again.

        Raises Gap or DiskFull.
        """
        self._prepare()
        wanted = [f"{package.name}={package.version}" for package in packages]
        folder.mkdir(parents=True, exist_ok=True)
        code, output = run(self._command("apt-get", "-q", "download", *wanted), folder)
        if code:
            raise Gap(f"suite {self.suite.name}: {complaint(output)}")

    def _prepare(self):
        if self._ready:
            return

        (self.folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (self.folder / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        options = f"[signed-by={self._keyring} target=Packages lang=none]"
        line = f"deb {options} {self._uri} {self.suite.name} main\n"
        (self.folder / "sources.list").write_text(line, encoding="utf-8")
        text = _CONFIGURATION.format(folder=self.folder)
        if self.suite.closed:
            text += _CLOSED
        (self.folder / "apt.conf").write_text(text, encoding="utf-8")
        self._ready = True

    def _command(self, program, *arguments):
        # -c is read after the machine's own files, so that it has the last word.
        return [program, "-c", self.folder / "apt.conf", *arguments]

    def _look_up(self, name):
        self._prepare()
        command = self._command("apt-cache", "show", "--no-all-versions", name)
        code, output = run(command, self.folder)
        fields = dict(re.findall(r"^([\w-]+): (.*)$", output, re.MULTILINE))
        if code or "Version" not in fields:
            raise Gap(f"suite {self.suite.name} has no package {name}", lasting=True)

        package = Package(
            name=name,
            version=fields["Version"],
            architecture=fields["Architecture"],
            size=int(fields["Size"]),
            sha256=fields["SHA256"],
        )
        return package, fields.get("Depends", "")


def complaint(output):
    """complaint returns the one line of apt's output that says what went wrong."""
    lines = re.findall(r"^[EW]: (.*)$", output, re.MULTILINE)
    telling = [line for line in lines if not line.startswith("Some index files failed")]
    if not telling:
        telling = [line for line in output.splitlines() if line.strip()] or ["no reason given"]
    return telling[0].strip()
