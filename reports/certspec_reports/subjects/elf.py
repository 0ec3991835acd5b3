"""Which C library a shared library needs, and which one the machine has."""

import os
import re

from .failures import Gap
from .programs import run


def machine_glibc():
    """machine_glibc returns the version of the machine's C library as (2, 36), or None."""
    try:
        text = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except ValueError:
        return None
    return _newest(text.replace("glibc ", "GLIBC_"))


def needed_glibc(libraries):
    """needed_glibc returns the newest version that any of the libraries (paths) asks for."""
    newest = (0,)
    for library in libraries:
        code, output = run(["objdump", "-p", library], "/")
        if code:
            raise Gap(f"{library} is no shared library: {output.strip().splitlines()[-1]}")
        newest = max(newest, _newest(output) or (0,))
    return newest


def dotted(version):
    """dotted writes (2, 36) as "2.36"."""
    return ".".join(str(part) for part in version)


def _newest(text):
    versions = re.findall(r"GLIBC_(\d+(?:\.\d+)*)", text)
    return max((tuple(int(part) for part in v.split(".")) for v in versions), default=None)
