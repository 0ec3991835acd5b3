"""What is committed: the baselines, and the README's table that is made of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from certspec_reports.baseline import baseline
from certspec_reports.matrix import Matrix
from certspec_reports.results import label_apart, load

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "reports" / "baselines"
LINES = ("openssl-1.1.1", "openssl-3.0", "openssl-3.5", "openssl-3.6", "openssl-4.0")
NAMES = (*LINES, "boringssl", "wolfssl")


def of_line(name):
    """of_line returns the path of the one baseline of a library line."""
    found = [path for path in FOLDER.glob("*.json") if path.name.startswith(name)]
    assert len(found) == 1, f"{name}: {len(found)} baselines"
    return found[0]


@pytest.mark.parametrize("name", NAMES)
def test_baseline_is_as_it_would_be_written(name):
    path = of_line(name)
    assert baseline(load(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_baseline_has_nothing_unexplained(name):
    verdicts = set(load(of_line(name)).counts)
    assert verdicts <= {"pass", "pinned", "known-deviation", "unsupported"}


def difference(names, case, protocol, path):
    """difference returns {line: value} as the page's list of differences says it."""
    loaded = [load(of_line(name)) for name in names]
    label_apart(loaded)
    for item in Matrix(loaded).differences():
        if item.case.id == case and protocol in item.protocols and path in item.paths:
            return {names[i]: seen.get(path) for members, _, seen in item.groups for i in members}
    return {}


def test_4_0_says_want_read_after_1_with_nulls():
    case = "return-one/both-null-flight-by-flight"
    assert difference(("openssl-3.6", "openssl-4.0"), case, "TLSv1.2", "steps[1].error") == {
        "openssl-3.6": "SSL_ERROR_SSL",
        "openssl-4.0": "SSL_ERROR_WANT_READ",
    }


def test_1_1_1_drops_a_mismatched_certificate():
    case = "return-one/mismatched-key"
    lines = ("openssl-1.1.1", "openssl-3.0")
    assert difference(lines, case, "TLSv1.2", "steps[0].certificate") == {
        "openssl-1.1.1": None,
        "openssl-3.0": "ecdsa-leaf",
    }


def test_boringssl_aborts_after_1_with_nulls():
    case = "return-one/both-null"
    assert difference(("openssl-3.6", "boringssl"), case, "TLSv1.2", "steps[0].return") == {
        "openssl-3.6": 1,
        "boringssl": -1,
    }


def test_readme_table_is_not_stale():
    command = [sys.executable, "-I", PROJECT / "reports" / "certspec-reports", "differences-table"]
    command += [*map(of_line, NAMES), "--into", PROJECT / "README.md", "--check"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
