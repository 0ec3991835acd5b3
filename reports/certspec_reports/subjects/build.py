"""Builds the harness against one library, in a build folder of its own."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from .elf import dotted, machine_glibc, needed_glibc
from .failures import Gap
from .libraries import RUNTIMES
from .prefix import Prefix
from .programs import run

_ARGUMENTS = "matrix-arguments.json"
# What of a build's output says why it failed; not the name of a file error.c.
_TELLING = re.compile(r"\berror:|undefined reference|CMake Error")


@dataclass(frozen=True)
class Subject:
    """Subject is a library to be tested.

    id: names its folders, "openssl-3.0.22". about: where it comes from, in words. version: what it
    calls itself. prefix: its library and headers. system: it is the machine's own.
    """

    id: str
    about: str
    version: str
    prefix: Prefix
    system: bool = False


def build(subject, project, store, jobs):
    """build makes the harness against a Subject and returns the program's path.

    project: certspec's own folder. store: a Store, for a C library where the machine's is too
    old. jobs: compilers side by side. A second build of the same is a matter of ninja. Raises Gap
    with the first complaint and the log it stands in.
    """
    # Two checkouts of certspec share the cache, but not what is built from them.
    checkout = hashlib.sha256(str(project).encode()).hexdigest()[:8]
    folder = store.cache / "builds" / checkout / subject.id
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "matrix.log"
    arguments = _arguments(subject, _runtime(subject, store))
    if _last_arguments(folder) != arguments or not (folder / "build.ninja").exists():
        (folder / "CMakeCache.txt").unlink(missing_ok=True)
        command = ["cmake", "-S", project, "-B", folder, "-G", "Ninja", *arguments]
        _step("cannot be configured", command, folder, log)
        (folder / _ARGUMENTS).write_text(json.dumps(arguments), encoding="utf-8")

    _step("does not build", ["ninja", "-C", folder, "-j", jobs, "certspec"], folder, log)
    return folder / "harness" / "certspec"


def _arguments(subject, runtime):
    # The libraries do the work; optimising the harness takes longer than it saves.
    arguments = ["-DCMAKE_BUILD_TYPE=Debug", "-DCERTSPEC_TESTS=OFF"]
    if subject.system:
        return arguments

    prefix = subject.prefix
    flags = [f"-isystem {quote(str(include))}" for include in prefix.more_includes]
    folders = [str(prefix.libssl.parent)]
    linking = []
    if runtime:
        folders.insert(0, str(runtime.libraries))
        # The machine's linker can't see the symbols of the newer C library; its loader will.
        linking = ["-Wl,--allow-shlib-undefined", quote(f"-Wl,--dynamic-linker={runtime.loader}")]
    linking += [quote(f"-Wl,-rpath,{folder}") for folder in folders]
    return [
        *arguments,
        f"-DOPENSSL_ROOT_DIR={_common_root(prefix)}",
        f"-DOPENSSL_INCLUDE_DIR={prefix.include}",
        f"-DOPENSSL_SSL_LIBRARY={prefix.libssl}",
        f"-DOPENSSL_CRYPTO_LIBRARY={prefix.libcrypto}",
        f"-DCMAKE_C_FLAGS={' '.join(flags)}",
        f"-DCMAKE_EXE_LINKER_FLAGS={' '.join(linking)}",
        # WARNING: comes last on the line, so it has the last word. RUNPATH, unlike RPATH, would
        # not be searched for what the library itself needs: it would get the machine's libm.
        "-DCMAKE_C_STANDARD_LIBRARIES=-Wl,--disable-new-dtags",
    ]


def _common_root(prefix):
    return os.path.commonpath([prefix.include, prefix.libssl.resolve()])


@dataclass(frozen=True)
class _Runtime:
    libraries: Path
    loader: Path


def _runtime(subject, store):
    """The C library that the subject needs beside it, or None where the machine's will do."""
    needed = needed_glibc({subject.prefix.libssl, subject.prefix.libcrypto})
    machine = machine_glibc()
    if machine and needed <= machine:
        return None

    complaints = []
    for runtime in RUNTIMES:
        try:
            unpacked = store.bundle(runtime)
        except Gap as gap:
            complaints.append(str(gap))
            continue
        loaders = sorted(unpacked.root.glob("usr/lib/*-linux-gnu*/ld-linux*.so*"))
        loaders += sorted(unpacked.root.glob("lib/*-linux-gnu*/ld-linux*.so*"))
        if not loaders:
            complaints.append(f"no loader in libc6 {unpacked.version}")
        elif _libc_version(unpacked.version) < needed:
            complaints.append(f"suite {runtime.suite} has glibc {unpacked.version}")
        else:
            return _Runtime(loaders[0].parent, loaders[0])
    raise Gap(f"needs glibc {dotted(needed)}: {'; '.join(complaints)}")


def _libc_version(version):
    return tuple(int(part) for part in re.match(r"\d+(?:\.\d+)*", version).group().split("."))


def _last_arguments(folder):
    try:
        return json.loads((folder / _ARGUMENTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _step(failure, command, folder, log):
    code, output = run(command, folder, 1800)
    log.write_text(output, encoding="utf-8")
    if code:
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        telling = [line for line in lines if _TELLING.search(line)] or lines
        raise Gap(f"the harness {failure}: {telling[0] if telling else code} (log: {log})")
