"""The front door, ./certspec: what it passes on, and what it says itself."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
FRONT_DOOR = TOP / "certspec"
OWN_BUILD = TOP / "build/harness/certspec"
HANG = 120

# Elsewhere the front door would build first, into a folder that is not the test's.
through_it = pytest.mark.skipif(
    os.environ.get("CERTSPEC_PROGRAM") != str(OWN_BUILD), reason="not the front door's build")


def call(*arguments, **changes):
    return subprocess.run([FRONT_DOOR, *arguments], capture_output=True, text=True, timeout=HANG,
                          check=False, **changes)


def test_unknown_command():
    finished = call("fly")
    assert finished.returncode == 2
    assert finished.stderr.splitlines() == [
        'certspec: unknown command "fly": ./certspec --help lists them']
    assert finished.stdout == ""


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_help(arguments):
    finished = call(*arguments)
    assert finished.returncode == 0
    assert "./certspec COMMAND" in finished.stdout


@through_it
def test_passes_on(tmp_path):
    finished = call("run", "no/such-case", cwd=tmp_path)
    assert finished.returncode == 2
    assert finished.stderr == 'certspec: no case matches "no/such-case"\n'
    finished = call("show", "return-zero/nothing", cwd=tmp_path)
    assert finished.returncode == 2
    assert finished.stderr == (
        'certspec: no case matches "return-zero/nothing"; "return-zero/nothing-installed" is one\n'
    )
    assert call("--version").stdout.startswith("certspec ")


@through_it
def test_makes_the_page(tmp_path):
    finished = call("run", "--out", "here", "suspend/*", cwd=tmp_path)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.splitlines()[-1] == "page: here/index.html"
    assert (tmp_path / "here/index.html").read_text().startswith("<!")


@through_it
def test_is_quiet_when_all_is_green(tmp_path):
    finished = call("run", "--quiet", "suspend/*", cwd=tmp_path)
    assert finished.returncode == 0
    assert finished.stdout == ""


@through_it
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interruption_ends_in_good_order(tmp_path, number):
    process = subprocess.Popen([FRONT_DOOR, "run", "--repeat", "100"], cwd=tmp_path,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    results = tmp_path / "certspec-out" / "results.json"
    end = time.monotonic() + HANG
    while not (results.exists() and json.loads(results.read_text())["runs"]):
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, number)
    process.communicate(timeout=HANG)
    assert process.returncode == 128 + number
    assert json.loads(results.read_text())["summary"]["complete"] is False


@pytest.fixture
def elsewhere(tmp_path):
    """elsewhere gives a copy of the front door, and a way to call it with tools of the test's own:
    elsewhere({"apt-get": script}, "install")."""
    copy = tmp_path / "house" / "certspec"
    copy.parent.mkdir()
    shutil.copy(FRONT_DOOR, copy)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "cksum", "cut", "cat", "mkdir", "tail", "xargs", "env", "printf",
                 "echo"):
        (tools / name).symlink_to(shutil.which(name))

    def run(scripts, *arguments):
        for name, script in scripts.items():
            (tools / name).write_text(f"#!/bin/sh\n{script}\n")
            (tools / name).chmod(0o755)
        return subprocess.run([copy, *arguments], capture_output=True, text=True, timeout=HANG,
                              env={"PATH": str(tools)}, check=False)

    run.folder = tmp_path
    return run


NOTHING_INSTALLED = {"dpkg-query": "exit 1", "id": "echo 0"}


def test_installs_what_is_missing_once(elsewhere):
    log = elsewhere.folder / "apt.log"
    tools = {
        "dpkg-query": 'case "$3" in cmake | shellcheck) exit 1 ;; *) printf installed ;; esac',
        "id": "echo 0",
        "apt-get": f'echo "$@" >>{log}',
    }
    assert elsewhere(tools, "install").returncode == 0
    asked = log.read_text().splitlines()
    assert [line.split()[-1] for line in asked] == ["-q", "cmake", "-q", "shellcheck"]
    again = elsewhere(tools, "install")
    assert (again.returncode, again.stderr) == (0, "")
    assert log.read_text().splitlines() == asked


def test_apt_fails(elsewhere):
    finished = elsewhere({**NOTHING_INSTALLED, "apt-get": "echo no network; exit 100"}, "install")
    assert finished.returncode == 3
    assert finished.stderr.splitlines()[-1] == "certspec: apt-get failed: no network"


def test_nobody_to_install(elsewhere):
    finished = elsewhere({**NOTHING_INSTALLED, "id": "echo 1000", "apt-get": "exit 1"}, "install")
    assert finished.returncode == 3
    assert finished.stderr.startswith("certspec: install as root: gcc ")


def test_no_debian(elsewhere):
    finished = elsewhere({"id": "echo 0"}, "install")
    assert finished.returncode == 3
    assert "this is no Debian system" in finished.stderr
    assert "libjansson-dev" in finished.stderr
