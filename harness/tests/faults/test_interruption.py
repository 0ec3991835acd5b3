"""A run that is cut off leaves a valid results.json that says so."""

import os
import signal
import time

import pytest

from conftest import HANG, case, preload, unasked


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal(certspec, vectors, tmp_path, number):
    vectors.write(unasked("a-whole"), case("b-endless"))
    process = certspec.start("run", "--cold", "--jobs", 1, "--time-limit", HANG,
                             environment=preload("subject_loops"))
    wait_for_children(process.pid)
    descendants = children(process.pid)
    process.send_signal(number)
    finished = certspec.finish(process)
    assert finished.exit == 128 + number
    assert finished.results["summary"]["complete"] is False
    assert "pass" in [run["verdict"] for run in finished.results["runs"]]
    assert all(run["case"] != "fault/b-endless" or run["verdict"] != "pass"
               for run in finished.results["runs"])
    wait_until_gone(descendants)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return file.read().split()


def ticks(pid):
    """ticks gives the processor time that |pid| has used, in clock ticks."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11])


def wait_for_children(pid):
    """wait_for_children waits until a child of |pid| has been busy for half a second: only the
    endless case is."""
    end = time.monotonic() + HANG
    while time.monotonic() < end:
        for child in children(pid):
            try:
                with open(f"/proc/{child}/comm", encoding="ascii") as file:
                    name = file.read().strip()
                if name.startswith("certspec") and ticks(child) > 50:
                    return
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
