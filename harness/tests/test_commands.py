"""new-case and show: what they print is right, and can be used."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CERTSPEC_PROGRAM", str(TOP / "build/harness/certspec"))
HANG = 120


@pytest.fixture(name="vectors")
def make_vectors(tmp_path):
    """vectors is a copy of the project's own, to be added to."""
    return Path(shutil.copytree(TOP / "vectors", tmp_path / "vectors",
                                ignore=shutil.ignore_patterns("tests", "__pycache__")))


def certspec(*arguments, vectors=TOP / "vectors", cwd=None):
    return subprocess.run([PROGRAM, *arguments, "--vectors", str(vectors)], cwd=cwd, text=True,
                          capture_output=True, timeout=HANG, check=False)


def check(vectors):
    return subprocess.run([sys.executable, TOP / "vectors/check.py", "--vectors", vectors],
                          text=True, capture_output=True, timeout=HANG, check=False)


def add(vectors, topic, printed):
    """add puts what new-case printed where it belongs: first in its topic, or a file of its own."""
    path = vectors / "cases" / f"{topic}.json"
    if path.exists():
        begin = '  "cases": [\n'
        printed = path.read_text().replace(begin, begin + printed.rstrip("\n") + ",\n", 1)
    path.write_text(printed)


def printed_case(*arguments, vectors):
    finished = certspec("new-case", *arguments, vectors=vectors)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.mark.parametrize("topic", ["suspend", "fresh"])
@pytest.mark.parametrize("arguments", [
    ("--statement", "SUSPEND-1", "--statement", "SUSPEND-2", "--statement", "SUSPEND-1",
     *(word for name in ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "DTLSv1", "DTLSv1.2", "QUICv1")
       for word in ("--protocol", name))),
    ("--observed",),
])
def test_new_case_passes_the_checker(vectors, topic, arguments):
    add(vectors, topic, printed_case(topic, "a-new-case", *arguments, vectors=vectors))
    finished = check(vectors)
    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize("arguments, verdict", [
    (("--statement", "SUSPEND-1"), "pass"), (("--observed",), "new")])
def test_new_case_runs(vectors, tmp_path, arguments, verdict):
    add(vectors, "fresh", printed_case("fresh", "one", *arguments, vectors=vectors))
    certspec("run", "fresh/one", "--out", "out", vectors=vectors, cwd=tmp_path)
    results = json.loads((tmp_path / "out/results.json").read_text())
    assert [run["verdict"] for run in results["runs"]] == [verdict, verdict]


@pytest.mark.parametrize("arguments, cause", [
    ((), "new-case takes a topic and a name"),
    (("suspend",), "new-case takes a topic and a name"),
    (("suspend", "a", "b"), "new-case takes a topic and a name"),
    (("suspend", "a"), "a documented case checks a statement"),
    (("suspend", "A", "--observed"), '"A" is not of the form'),
    (("suspend-", "a", "--observed"), '"suspend-" is not of the form'),
    (("sus--pend", "a", "--observed"), '"sus--pend" is not of the form'),
    (("suspend", "a", "--statement", "NOBODY-1"), 'no statement "NOBODY-1"'),
    (("suspend", "a", "--observed", "--protocol", "TLSv9"), 'no protocol "TLSv9"'),
    (("suspend", "minus-one-then-certificate", "--observed"), "already"),
    (("suspend", "a" * 300, "--observed"), "too long"),
])
def test_new_case_refuses(arguments, cause):
    finished = certspec("new-case", *arguments)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert len(finished.stderr.splitlines()) == 1
    assert cause in finished.stderr


def test_show_tells_a_case_in_words():
    shown = certspec("show", "suspend/minus-one-then-certificate").stdout
    text = json.loads((TOP / "vectors/manual/SSL_CTX_set_client_cert_cb.json").read_text())
    first = next(one for one in text["statements"] if one["id"] == "SUSPEND-1")
    for line in ("-1 suspends the handshake; the next call asks again and sends the certificate",
                 first["text"], "client_cert_cb, call 1: returns -1 (suspends)",
                 "hands over certificate ecdsa-leaf and key ecdsa-leaf, returns 1",
                 "requests a certificate", "1. handshake  (SSL_do_handshake)",
                 "error must be SSL_ERROR_WANT_X509_LOOKUP"):
        assert line in shown


def test_show_tells_every_case():
    """Nothing of a case may be lost: each name and text that stands in it is shown."""
    cases = [case for path in sorted((TOP / "vectors/cases").glob("*.json"))
             for case in json.loads(path.read_text())["cases"]]
    shown = certspec("show", "*").stdout
    for case in cases:
        begin = shown.index(f"{case['id']} (rev {case['rev']}, {case['tier']})\n")
        part = shown[begin:shown.index("\nlast run", begin)]
        for leaf in leaves({key: case.get(key, {}) for key in (
                "title", "client", "client_on", "server_on", "steps", "expect", "observe")}):
            # A text alone stands as it is, one inside an object as JSON.
            as_json = json.dumps(leaf, ensure_ascii=False)[1:-1]
            assert leaf in part or as_json in part, (case["id"], leaf)


def leaves(value):
    """leaves gives the texts at the ends of a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [value] if isinstance(value, str) else []


def test_show_has_the_last_run(tmp_path):
    certspec("run", "suspend/minus-one-then-certificate", "--out", "here", cwd=tmp_path)
    shown = certspec("show", "suspend/minus-one-then-certificate", "--out", "here",
                     cwd=tmp_path).stdout
    last = shown[shown.index("last run (here)"):]
    assert last.count("-> ClientHello") == 1
    assert last.count("pass  suspend/minus-one-then-certificate") == shown.count("\n  0. ") * 6
    one = certspec("show", "suspend/minus-one-then-certificate", "--out", "here", "--protocol",
                   "TLSv1.3", cwd=tmp_path).stdout
    assert "callback client_cert_cb returns -1" in one
    assert "EncryptedExtensions" in one
    assert "TLSv1.2 " not in one[one.index("last run"):]


def test_show_has_what_is_known():
    shown = certspec("show", "hostile/tls12-type-not-listed-rsa").stdout
    records = json.loads((TOP / "vectors/deviations/openssl-3.0.json").read_text())["deviations"]
    version = shown[shown.index("known of "):].split("\n")[0]
    if not version.startswith("known of openssl 3.0."):
        pytest.skip("the deviation is known of 3.0")
    known = next(one for one in records if one["case"] == "hostile/tls12-type-not-listed-rsa")
    assert known["reason"] in shown


def test_show_without_a_run(tmp_path):
    shown = certspec("show", "suspend/minus-one-then-certificate", cwd=tmp_path).stdout
    assert "none: certspec run 'suspend/minus-one-then-certificate'" in shown


def servers_of(pid):
    """servers_of - the processors that each server of a run may use, by reading /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            status = dict(line.split(":\t", 1) for line in path.read_text().splitlines()
                          if ":\t" in line)
            if (status["PPid"] == str(pid)
                    and b"certspec-server" in (path.parent / "cmdline").read_bytes()):
                found.append(status["Cpus_allowed_list"])
        except OSError:
            pass
    return found


@pytest.mark.parametrize("more", [0, 1])
def test_as_many_jobs_as_processors_have_one_each(tmp_path, more):
    allowed = sorted(os.sched_getaffinity(0))
    with subprocess.Popen([PROGRAM, "run", "suspend/*", "--repeat", "1000", "--no-page",
                           "--jobs", str(len(allowed) + more), "--out", "out"],
                          cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + HANG
            while len(servers_of(process.pid)) < len(allowed) + more:
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.05)
            time.sleep(0.2)
            found = servers_of(process.pid)
        finally:
            process.terminate()
    if more:
        assert len({*found}) == 1
    else:
        assert sorted(found) == sorted(str(number) for number in allowed)
