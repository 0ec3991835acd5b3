"""A subject that crashes, loops or ends the process takes its own case with it and no other."""

import ctypes
import os
import platform
import re
import shutil
import subprocess
from collections import Counter

import pytest

from conftest import HANG, PROGRAM, TOP, case, preload, unasked, verdicts

PTRACE_SEIZE = 0x4206

CRASHES = {
    "subject_segfaults": ("crash", "SIGSEGV"),
    "subject_aborts": ("crash", "SIGABRT"),
    "subject_exits": ("crash", "exit"),
    # It counts while it loops, so that no state comes again.
    "subject_loops": ("timeout", "killed after 3 s"),
}


@pytest.mark.parametrize("name", CRASHES)
def test_subject_breaks(certspec, vectors, name):
    verdict, reason = CRASHES[name]
    vectors.write(case("broken"), unasked("whole"))
    finished = certspec("run", "--cold", "--time-limit", 3, environment=preload(name))
    assert verdicts(finished) == {"fault/broken": verdict, "fault/whole": "pass"}
    assert finished.exit == 1
    broken, = (run for run in finished.results["runs"] if run["verdict"] == verdict)
    assert reason in broken["reason"]
    assert broken["reproduce"]


@pytest.mark.parametrize("options, calls", [((), [2, 2, 1]), (("--apart",), [1, 1, 1])])
def test_subject_tires(certspec, vectors, tmp_path, options, calls):
    """The runs of a case share a process. What one of them leaves there is no verdict on the next:
    that is performed again by itself."""
    vectors.write(case("several", protocols=["TLSv1.1", "TLSv1.2", "TLSv1.3"]))
    log = tmp_path / "calls"
    finished = certspec("run", "--cold", *options, environment={
        **preload("subject_tires"), "SABOTEUR_CALLS": str(log)})
    assert [run["verdict"] for run in finished.results["runs"]] == ["pass"] * 3
    assert finished.exit == 0
    assert list(Counter(log.read_text().split()).values()) == calls


def may_trace():
    """may_trace tells whether this machine lets a process look at its child's."""
    child = subprocess.Popen(["sleep", "60"])
    try:
        return ctypes.CDLL(None).ptrace(PTRACE_SEIZE, child.pid, None, None) == 0
    finally:
        child.kill()
        child.wait()


@pytest.mark.skipif(platform.machine() != "x86_64" or not may_trace(),
                    reason="loops are shown on x86-64 only, where the kernel allows it")
def test_subject_stays_where_it_is(certspec, vectors):
    """A loop that can be shown to be endless is ended long before its time is up."""
    vectors.write(case("broken"), unasked("whole"))
    finished = certspec("run", "--cold", "--time-limit", 10 * HANG,
                        environment=preload("subject_stays"))
    assert verdicts(finished) == {"fault/broken": "timeout", "fault/whole": "pass"}
    broken, = (run for run in finished.results["runs"] if run["verdict"] == "timeout")
    assert re.fullmatch(r"never ends: every \d+ instructions it is where it was, in step 0",
                        broken["reason"])


def test_library_path_to_a_broken_libssl(certspec, tmp_path):
    library = subprocess.run(["ldd", PROGRAM], capture_output=True, text=True,
                             check=True).stdout.split("libssl.so")[1].split()[0]
    (tmp_path / f"libssl.so{library}").write_bytes(b"this is no library")
    finished = certspec("run", environment={"LD_LIBRARY_PATH": str(tmp_path)})
    assert finished.exit not in (0, 1)
    assert "libssl" in finished.stderr
    assert finished.results is None


def configure(tmp_path, *options):
    return subprocess.run(
        ["cmake", "-S", str(TOP), "-B", str(tmp_path / "build"), "-G", "Ninja", *options],
        capture_output=True, text=True, env={k: v for k, v in os.environ.items()
                                             if k != "OPENSSL_ROOT_DIR"})


@pytest.mark.skipif(shutil.which("ninja") is None, reason="no ninja")
@pytest.mark.parametrize("option, named", [
    ("-DOPENSSL_ROOT_DIR=/nonexistent", "/nonexistent"),
    ("-DCERTSPEC_PYTHON=/bin/false", "cryptography"),
])
def test_configuration_names_what_is_wrong(tmp_path, option, named):
    finished = configure(tmp_path, option)
    assert finished.returncode != 0
    assert named in finished.stderr
