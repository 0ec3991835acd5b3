"""bench: each figure of the case is what was measured beside it, and nothing is left out."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CERTSPEC_PROGRAM", str(TOP / "build/harness/certspec"))
HANG = 240
CASE = "return-one/certificate-and-key"
PROTOCOLS = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "DTLSv1", "DTLSv1.2"}


def bench(vectors, *arguments):
    return subprocess.run([PROGRAM, "bench", "--quick", "--vectors", str(vectors), *arguments],
                          text=True, capture_output=True, timeout=HANG, check=False)


@pytest.fixture(name="vectors", scope="module")
def make_vectors(tmp_path_factory):
    """vectors is a copy of the project's own in which only one case is left."""
    vectors = tmp_path_factory.mktemp("bench") / "vectors"
    shutil.copytree(TOP / "vectors", vectors, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    for path in (vectors / "cases").iterdir():
        topic = json.loads(path.read_text())
        topic["cases"] = [case for case in topic["cases"] if case["id"] == CASE]
        if topic["cases"]:
            path.write_text(json.dumps(topic))
        else:
            path.unlink()
    for folder in ("pins", "deviations"):
        for path in (vectors / folder).iterdir():
            path.unlink()
    return vectors


@pytest.fixture(name="found", scope="module")
def measure(vectors):
    """found is what one bench has measured."""
    finished = bench(vectors, "--json")
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_ratio_of_a_case(found):
    assert found["case"] == CASE
    assert {row["protocol"] for row in found["cpu"]} <= PROTOCOLS
    assert len(found["cpu"]) >= 4
    for row in found["cpu"]:
        # Medians of ratios and ratios of medians: alike, not the same.
        whole = (row["client_ms"] + row["server_ms"]) / row["bare_ms"]
        assert row["ratio"] == pytest.approx(whole, rel=0.5)
        assert row["client_ms"] > row["bare_ms"] / 2
        assert row["server_ms"] > row["bare_ms"] / 10


def test_all_runs_side_by_side(found):
    jobs = found["jobs"]
    assert jobs["runs"] == len(found["cpu"])
    assert jobs["default"] == 2 * os.cpu_count()
    assert min(jobs["one_seconds"], jobs["two_seconds"], jobs["default_seconds"]) > 0
    assert jobs["speed_up"] == pytest.approx(jobs["one_seconds"] / jobs["two_seconds"], rel=0.01)
    mean = sum(row["bare_ms"] for row in found["cpu"]) / len(found["cpu"])
    assert jobs["bare_seconds"] == pytest.approx(jobs["runs"] * mean / 1000, rel=0.01)


def test_targets_are_judged_by_the_figures(found):
    targets = {target["name"]: target for target in found["targets"]}
    worst = max(row["ratio"] for row in found["cpu"])
    ratio = targets["a case against a bare handshake, processor time"]
    assert ratio["value"] == pytest.approx(worst, rel=0.01)
    assert targets["two jobs against one"]["value"] == found["jobs"]["speed_up"]
    for target in targets.values():
        met = target["value"] <= target["at_most"] if "at_most" in target else (
            target["value"] >= target["at_least"])
        assert target["met"] == met


def test_a_case_that_is_gone_is_said(vectors, tmp_path):
    other = shutil.copytree(vectors, tmp_path / "vectors")
    for path in (other / "cases").iterdir():
        path.write_text(path.read_text().replace(CASE, "return-one/another"))
    finished = bench(other)
    assert finished.returncode == 3
    assert CASE in finished.stderr
