"""What the tests of packaging share: the build, and a prefix that was moved after it was filled."""

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("CERTSPEC_BUILD", TOP / "build"))
PROGRAM = os.environ.get("CERTSPEC_PROGRAM", str(BUILD / "harness/certspec"))
HANG = 300


def run(*command, code=0, **changes):
    """run gives what |command| prints; it must end with |code|."""
    finished = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              timeout=HANG, check=False, **changes)
    assert finished.returncode == code, finished.stdout + finished.stderr
    return finished.stdout


@pytest.fixture(scope="session")
def prefix(tmp_path_factory):
    """prefix gives the folder of an installation that was moved: bin/, share/, …"""
    folder = tmp_path_factory.mktemp("install")
    run("cmake", "--install", BUILD, "--prefix", folder / "first")
    return (folder / "first").rename(folder / "second")


@pytest.fixture(scope="session")
def pages(prefix):
    """pages gives the installed man page and completions: man, bash, zsh."""
    share = prefix / "share"
    return SimpleNamespace(man=share / "man/man1/certspec.1",
                           bash=share / "bash-completion/completions/certspec",
                           zsh=share / "zsh/site-functions/_certspec")
