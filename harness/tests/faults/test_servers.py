"""Servers that die, hang or talk rubbish: our own fault, never a verdict on the subject."""

import sys
import textwrap

import pytest

from conftest import OWN_FAULT, TOP, one_line, verdicts

# Runs as the server does. The first process that starts is as the test wants it; those after it
# are real ones.
FAKE = """\
import os, json, signal, socket, sys, time

first = {marker!r}
try:
    os.close(os.open(first, os.O_CREAT | os.O_EXCL))
except FileExistsError:
    os.execv(sys.executable, [sys.executable, "-I", {real!r}, *sys.argv[1:]])

line = socket.socket(fileno=int(sys.argv[-1]))
READY = {{"ready": 1, "python": "3", "cryptography": "0", "openssl": "none", "libraries": []}}


def say(value):
    line.sendall(json.dumps(value).encode() + b"\\n")


def take():
    data, descriptors, _, _ = socket.recv_fds(line, 65536, 8)
    if not data:
        sys.exit(0)
    while not data.endswith(b"\\n"):
        data += line.recv(65536)
    return json.loads(data), descriptors


{behaviour}
"""

AFTER_READY = {
    "killed": "say(READY)\ntake()\nos.kill(os.getpid(), signal.SIGKILL)",
    "exits": "say(READY)\ntake()\nsys.exit(0)",
    "crashes": "say(READY)\ntake()\nraise RuntimeError('a fault of the server')",
    "hung": "say(READY)\ntake()\ntime.sleep(3600)",
    "rubbish": "say(READY)\ntake()\nline.sendall(b'hello\\n')\ntime.sleep(3600)",
    "no object": "say(READY)\ntake()\nsay([1, 2])\ntime.sleep(3600)",
    "no observation":
        "say(READY)\nrequest, _ = take()\nsay({'id': request['id']})\ntime.sleep(3600)",
    "a log of no lines":
        "say(READY)\nrequest, _ = take()\n"
        "say({'id': request['id'], 'observation': {'end': 'ok', 'log': [{'t': 1}]}})\n"
        "time.sleep(3600)",
    "bytes that are no text":
        "say(READY)\ntake()\nline.sendall(bytes(range(128, 255)) + b'\\n')\ntime.sleep(3600)",
    "an endless line":
        "say(READY)\ntake()\nfor _ in range(2000): line.sendall(b'x' * 65536)\ntime.sleep(3600)",
    "connection closed":
        "say(READY)\n_, descriptors = take()\nos.close(descriptors[0])\ntime.sleep(3600)",
    "says server-bug":
        "say(READY)\nwhile True:\n    request, _ = take()\n"
        "    say({'id': request['id'], 'observation': {'end': 'server-bug', 'detail': 'oops'}})",
    "says error":
        "say(READY)\nwhile True:\n    request, _ = take()\n"
        "    say({'id': request['id'], 'error': 'no such thing'})",
}

BEFORE_READY = {
    "exits": "sys.exit(1)",
    "rubbish": "line.sendall(b'hello\\n')\ntime.sleep(3600)",
    "another line": "say({'id': 1})\ntime.sleep(3600)",
}


@pytest.fixture
def servers(tmp_path):
    """servers(behaviour) makes a servers folder whose first process behaves so."""

    def make(behaviour):
        folder = tmp_path / "servers"
        folder.mkdir()
        (folder / "certspec-server").write_text(FAKE.format(
            marker=str(tmp_path / "first"), real=str(TOP / "servers" / "certspec-server"),
            behaviour=behaviour))
        (folder / "certspec-server").chmod(0o755)
        return folder

    return make


@pytest.mark.parametrize("name", AFTER_READY)
def test_server_fails_in_a_case(certspec, servers, name):
    finished = certspec("run", "--jobs", 1, "--time-limit", 3,
                        "--servers", servers(AFTER_READY[name]))
    got = verdicts(finished)
    assert finished.exit == OWN_FAULT, finished.stdout + finished.stderr
    assert got["fault/one"] in ("server-bug", "error")
    if not name.startswith("says"):
        assert got["fault/two"] == "pass"
    assert finished.results["summary"]["complete"] is True


@pytest.mark.parametrize("name", BEFORE_READY)
def test_server_does_not_start(certspec, servers, name):
    finished = certspec("run", "--jobs", 1, "--servers", servers(BEFORE_READY[name]))
    assert finished.exit == OWN_FAULT, finished.stdout + finished.stderr
    assert "pass" not in verdicts(finished).values()


# The first process says who it is and ends; the others begin when the harness has noticed: when
# nobody is called so any more.
ONE_ENDS = """\
import os, sys, time

try:
    os.close(os.open({pid!r} + ".taken", os.O_CREAT | os.O_EXCL))
except FileExistsError:
    while not os.path.exists({pid!r}):
        time.sleep(0.01)
    with open({pid!r}) as file:
        first = int(file.read())
    while os.path.exists(f"/proc/{{first}}"):
        time.sleep(0.01)
    os.execv(sys.executable, [sys.executable, "-I", {real!r}, *sys.argv[1:]])
with open({pid!r} + ".new", "w") as file:
    file.write(str(os.getpid()))
os.rename({pid!r} + ".new", {pid!r})
sys.exit("the first is no more")
"""


def test_one_server_of_two_does_not_start(certspec, servers, tmp_path):
    """The other one does all the work, and is not alone in silence."""
    folder = servers("")
    (folder / "certspec-server").write_text(ONE_ENDS.format(
        pid=str(tmp_path / "pid"), real=str(TOP / "servers" / "certspec-server")))
    finished = certspec("run", "--jobs", 2, "--servers", folder)
    assert finished.exit == 0, finished.stdout + finished.stderr
    assert verdicts(finished) == {"fault/one": "pass", "fault/two": "pass"}
    lines = [line for line in finished.stderr.splitlines() if "one job less" in line]
    assert len(lines) == 1
    assert lines[0].startswith("certspec: one job less: ")
    assert lines[0].endswith(": the first is no more")


def test_no_servers(certspec, tmp_path):
    finished = certspec("run", "--servers", tmp_path / "nowhere")
    assert finished.exit in (2, OWN_FAULT)
    assert "nowhere" in finished.stdout + finished.stderr


def test_no_python(certspec, tmp_path):
    finished = certspec("run", "--python", tmp_path / "no-python")
    assert finished.exit in (2, OWN_FAULT)
    assert "no-python" in finished.stdout + finished.stderr


def test_python_without_the_module(certspec, tmp_path):
    python = tmp_path / "bare-python"
    python.write_text(textwrap.dedent(f"""\
        #!/bin/sh
        echo "ModuleNotFoundError: No module named 'cryptography'" >&2
        exec {sys.executable} -I -c 'raise SystemExit(1)'
        """))
    python.chmod(0o755)
    finished = certspec("run", "--python", python)
    assert finished.exit == OWN_FAULT
    assert "cryptography" in finished.stdout + finished.stderr


def test_complaint_is_one_line(certspec, tmp_path):
    one_line(certspec("run", "--python", tmp_path / "no-python"))
