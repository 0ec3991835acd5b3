"""A run that is cut off leaves a valid results.json that says so."""

import os
import signal
import time

import pytest

from conftest import HANG, OWN_FAULT, case, preload, unasked


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal(certspec, vectors, tmp_path, number):
    vectors.write(unasked("a-whole"), case("b-endless"))
    process = certspec.start("run", "--cold", "--jobs", 1, "--time-limit", HANG,
                             environment=preload("subject_loops"))
    wait_for_the_endless(process.pid)
    left = descendants(process.pid)
    process.send_signal(number)
    finished = certspec.finish(process)
    assert finished.exit == 128 + number
    assert finished.results["summary"]["complete"] is False
    assert "pass" in [run["verdict"] for run in finished.results["runs"]]
    assert all(run["case"] != "fault/b-endless" or run["verdict"] != "pass"
               for run in finished.results["runs"])
    wait_until_gone(left)


def test_killed(certspec, vectors):
    """Nobody is left to clean up: what was written last stays valid, and all others end."""
    vectors.write(unasked("a-whole"), case("b-endless"))
    process = certspec.start("run", "--cold", "--jobs", 1, "--time-limit", HANG,
                             environment=preload("subject_loops"))
    wait_for_the_endless(process.pid)
    left = descendants(process.pid)
    process.kill()
    finished = certspec.finish(process)
    assert finished.results["summary"]["complete"] is False
    wait_until_gone(left)


def test_launcher_killed(certspec, vectors):
    """The process that all cases are forked from takes the case with it, and no other can begin."""
    vectors.write(unasked("a-whole"), case("b-endless"))
    process = certspec.start("run", "--cold", "--jobs", 1, "--time-limit", HANG,
                             environment=preload("subject_loops"))
    endless = wait_for_the_endless(process.pid)
    os.kill(parent(endless), signal.SIGKILL)
    finished = certspec.finish(process)
    assert finished.exit == OWN_FAULT
    assert finished.stderr.splitlines()[-1] == "certspec: the process that forks the cases is gone"
    assert finished.results["summary"]["complete"] is False
    assert "pass" in [run["verdict"] for run in finished.results["runs"]]
    wait_until_gone([endless])


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return file.read().split()


def descendants(pid):
    """descendants gives the children of |pid|, theirs, and so on."""
    found = []
    for child in children(pid):
        found.append(child)
        try:
            found += descendants(child)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def stat_field(pid, number):
    """stat_field gives a field of /proc/PID/stat, counted from 0 after the name."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return int(file.read().rpartition(")")[2].split()[number])


def parent(pid):
    return stat_field(pid, 1)


def ticks(pid):
    """ticks gives the processor time that |pid| has used, in clock ticks."""
    return stat_field(pid, 11)


def wait_for_the_endless(pid):
    """wait_for_the_endless waits until a descendant of |pid| has been busy for half a second: only
    the endless case is. Gives its id."""
    end = time.monotonic() + HANG
    while time.monotonic() < end:
        for child in descendants(pid):
            try:
                with open(f"/proc/{child}/comm", encoding="ascii") as file:
                    name = file.read().strip()
                if name.startswith("certspec") and ticks(child) > 50:
                    return child
            except (FileNotFoundError, ProcessLookupError):
                continue
        time.sleep(0.05)
    pytest.fail("the endless case never began")


def wait_until_gone(pids):
    """wait_until_gone fails when a server or a case outlives the run that started it."""
    end = time.monotonic() + HANG
    while time.monotonic() < end:
        left = [pid for pid in pids if os.path.exists(f"/proc/{pid}")]
        if not left:
            return
        time.sleep(0.05)
    pytest.fail(f"left over: {left}")
