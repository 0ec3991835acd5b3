"""What the fault tests share: a small catalogue of their own and a way to run certspec on it."""

import json
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

TOP = Path(__file__).resolve().parents[3]
PROGRAM = os.environ.get("CERTSPEC_PROGRAM", str(TOP / "build/harness/certspec"))
SABOTEURS = Path(os.environ.get("CERTSPEC_SABOTEURS", TOP / "build/harness/tests/saboteurs"))
# No assertion depends on it: what takes longer than this has hung.
HANG = 120

BAD_INPUT = 2
OWN_FAULT = 3


def case(name, **changes):
    """case gives a case that passes, with |changes| to its keys."""
    return {
        "id": f"fault/{name}",
        "rev": 1,
        "title": "The callback's certificate is sent",
        "statements": ["FAULT-1"],
        "tier": "documented",
        "protocols": ["TLSv1.2"],
        "client": {"callback": [{"return": 1, "certificate": "ecdsa-leaf", "key": "ecdsa-leaf"}]},
        "server": {"request": True},
        "steps": [{"do": "handshake", "expect": {"return": 1}}],
        "expect": {"callback_calls": 1, "server.certificates": ["ecdsa-leaf"]},
        **changes,
    }


def unasked(name):
    """unasked gives a case that passes, and in which no certificate is asked for: the saboteurs
    that break the process leave it alone."""
    return case(name, server={}, expect={"callback_calls": 0, "server.certificates": None})


class Vectors:
    """Vectors is a vectors folder with two cases that pass, to be spoiled."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("manual", "cases", "deviations", "pins"):
            (folder / name).mkdir(parents=True)
        for name in ("pki", "schema", "ca_lists"):
            (folder / name).symlink_to(TOP / "vectors" / name)
        self.manual = folder / "manual" / "page.json"
        self.manual.write_text(json.dumps({"page": "page(3)", "statements": [
            {"id": "FAULT-1", "section": "NOTES", "text": "It is sent.", "forms": ["3"]}]}))
        self.cases = folder / "cases" / "fault.json"
        self.write(case("one"), case("two"))

    def write(self, *cases):
        """write replaces all cases, one a line: case N is in line N + 1."""
        lines = ",\n".join(json.dumps(one) for one in cases)
        self.cases.write_text('{"topic": "fault", "cases": [\n' + lines + "\n]}\n")


@pytest.fixture
def vectors(tmp_path):
    return Vectors(tmp_path / "vectors")


@pytest.fixture
def certspec(tmp_path, vectors):
    """certspec("run", "--jobs", "1") runs the program on the vectors of the test. Gives exit code,
    output, and the results if there are any."""

    def start(*arguments, environment=None, **changes):
        if arguments[0] == "run":
            arguments = ("run", "--no-page", *arguments[1:])
        return subprocess.Popen(
            [PROGRAM, *map(str, arguments), "--vectors", str(vectors.folder)], cwd=tmp_path,
            env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, **changes)

    def finish(process):
        stdout, stderr = process.communicate(timeout=HANG)
        results = tmp_path / "certspec-out" / "results.json"
        return SimpleNamespace(
            exit=process.returncode, stdout=stdout, stderr=stderr,
            results=json.loads(results.read_text()) if results.exists() else None)

    def run(*arguments, **changes):
        return finish(start(*arguments, **changes))

    run.start = start
    run.finish = finish
    return run


def verdicts(finished):
    """verdicts gives {case: verdict} of a finished run."""
    return {run["case"]: run["verdict"] for run in finished.results["runs"]}


def one_line(finished):
    """one_line gives the complaint: it must be one line."""
    lines = finished.stderr.strip().splitlines()
    assert len(lines) == 1, finished.stderr
    return lines[0]


def preload(name):
    """preload gives the environment that loads saboteur |name| over the subject."""
    library = SABOTEURS / f"{name}.so"
    if not library.exists():
        pytest.skip("no saboteurs in this build: a sanitizer is in the way")
    return {"LD_PRELOAD": str(library)}
