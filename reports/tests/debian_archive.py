"""A Debian archive of the tests' own: signed, in a folder, reached by a file: URI.

Its packages hold a libssl that is one empty function, so that what fetches, unpacks, builds and
runs can be tested without a network and without the real thing.
"""

import hashlib
import shutil
import subprocess
import sys
from email.utils import formatdate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

NEEDED = ("apt-get", "apt-cache", "dpkg-deb", "dpkg", "gpg", "gpgv", "gcc")


def missing_tool():
    """missing_tool names a program that the archive needs and this machine lacks, or None."""
    return next((tool for tool in NEEDED if not shutil.which(tool)), None)


class Archive:
    """Archive is a folder with pool/ and dists/, the key that signs it, and the keyring for it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.keyring = self.folder / "keyring.gpg"
        self.uri = f"file:{self.folder / 'debian'}"
        self._home = self.folder / "gnupg"
        self._home.mkdir(parents=True, mode=0o700)
        name = "certspec test archive, never to be trusted"
        self._gpg("--quick-generate-key", "--passphrase", "", name, "ed25519", "sign", "never")
        self._gpg("--output", self.keyring, "--export")
        self._packages = {}

    def close(self):
        """close ends the agent that gpg has started."""
        environment = {"GNUPGHOME": str(self._home), "PATH": "/usr/bin:/bin"}
        command = ["gpgconf", "--kill", "gpg-agent"]
        subprocess.run(command, env=environment, check=False, capture_output=True)

    def add_library(self, suite, version, library="libssl3", depends=""):
        """add_library adds libssl-dev and its library of a Debian version to a suite."""
        upstream = version.rpartition("-")[0]
        self._add(suite, library, version, depends, self._library_files(upstream))
        needs = f"{library} (= {version}), libc6"
        self._add(suite, "libssl-dev", version, needs, self._header_files(upstream))

    def add_package(self, suite, name, version, files):
        """add_package adds a package with files: {path: text}."""
        self._add(suite, name, version, "", {path: text.encode() for path, text in files.items()})

    def publish(self, suite):
        """publish writes the suite's lists, signed, with what was added to it so far."""
        dists = self.folder / "debian" / "dists" / suite
        lists = dists / "main" / f"binary-{_architecture()}"
        lists.mkdir(parents=True, exist_ok=True)
        packages = "\n".join(self._packages.get(suite, {}).values())
        (lists / "Packages").write_text(packages)
        digest = hashlib.sha256(packages.encode()).hexdigest()
        path = lists.relative_to(dists) / "Packages"
        release = f"Origin: certspec tests\nSuite: {suite}\nCodename: {suite}\n"
        release += f"Date: {formatdate(usegmt=True)}\nArchitectures: {_architecture()}\n"
        release += f"Components: main\nSHA256:\n {digest} {len(packages.encode())} {path}\n"
        (dists / "Release").write_text(release)
        self._gpg("--output", dists / "InRelease", "--clearsign", dists / "Release")

    def file(self, package):
        """file returns the path of the package's newest file in the pool."""
        return sorted((self.folder / "debian" / "pool").glob(f"{package}_*.deb"))[-1]

    def _add(self, suite, name, version, depends, files):
        control = f"Package: {name}\nVersion: {version}\nArchitecture: {_architecture()}\n"
        control += "Maintainer: certspec tests <tests@example.org>\nDescription: for tests\n"
        control += f"Depends: {depends}\n" if depends else ""
        file = f"{name}_{version.replace(':', '%3a')}_{_architecture()}.deb"
        deb = self.folder / "debian" / "pool" / file
        if not deb.exists():  # one version in two suites is one file
            self._build(deb, control, files)
        digest = hashlib.sha256(deb.read_bytes()).hexdigest()
        size = deb.stat().st_size
        entry = f"{control}Filename: pool/{deb.name}\nSize: {size}\nSHA256: {digest}\n"
        self._packages.setdefault(suite, {})[name] = entry

    def _build(self, deb, control, files):
        tree = self.folder / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        for path, content in files.items():
            file = tree / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                file.write_bytes(content)
            else:
                file.symlink_to(content)
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "DEBIAN" / "control").write_text(control)
        deb.parent.mkdir(parents=True, exist_ok=True)
        _run("dpkg-deb", "--root-owner-group", "-b", tree, deb)

    def _library_files(self, upstream):
        folder = f"usr/lib/{_multiarch()}"
        files = {}
        for name, function in (("libssl", "SSL_new"), ("libcrypto", "OPENSSL_init_crypto")):
            source = self.folder / f"{name}.c"
            # The version makes the files of two versions differ.
            source.write_text(f'const char *{function}(void) {{ return "{upstream}"; }}\n')
            object_file = self.folder / f"{name}.so.3"
            soname = f"-Wl,-soname,{name}.so.3"
            _run("gcc", "-shared", "-fPIC", soname, source, "-o", object_file)
            files[f"{folder}/{name}.so.3"] = object_file.read_bytes()
        return files

    def _header_files(self, upstream):
        folder = f"usr/lib/{_multiarch()}"
        text = f'#define OPENSSL_VERSION_TEXT "OpenSSL {upstream} 1 Jan 2026"\n'
        text += f'# define OPENSSL_VERSION_STR "{upstream}"\n'
        return {
            "usr/include/openssl/ssl.h": b"const char *SSL_new(void);\n",
            "usr/include/openssl/opensslv.h": text.encode(),
            f"usr/include/{_multiarch()}/openssl/configuration.h": b"\n",
            f"{folder}/libssl.so": "libssl.so.3",
            f"{folder}/libcrypto.so": "libcrypto.so.3",
        }

    def _gpg(self, *arguments):
        _run("gpg", "--homedir", self._home, "--batch", "--yes", *arguments)


def _architecture():
    return _run("dpkg", "--print-architecture").strip()


def _multiarch():
    return _run("gcc", "-print-multiarch").strip() or "x86_64-linux-gnu"


def _run(*command):
    words = [str(word) for word in command]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout
