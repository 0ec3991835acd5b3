"""Runs the machine's own programs: apt, dpkg-deb, tar, cmake."""

import os
import subprocess

from .failures import DiskFull, Gap, says_disk_full

# Left out: what would swap a library under them, or make apt and git speak another language.
_UNWANTED = ("LD_LIBRARY_PATH", "LD_PRELOAD", "OPENSSL_CONF", "OPENSSL_MODULES", "LANGUAGE")


def environment():
    """environment returns the environment that the machine's programs are started with."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    return kept | {"LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


def run(arguments, folder, seconds=300):
    """run starts a program in folder, with no standard input, and returns (exit code, output).

    The output is standard output and standard error as they came. Raises Gap when the program is
    not there or takes longer than seconds, DiskFull (naming folder) when it says so.
    """
    try:
        done = subprocess.run(
            [str(argument) for argument in arguments],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        raise Gap(f"{arguments[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise Gap(f"{arguments[0]} did not end within {seconds} s") from None

    text = done.stdout.decode("utf-8", "replace")
    if done.returncode and says_disk_full(text):
        raise DiskFull(folder)
    return done.returncode, text
