"""What the tests share: the package on the path, small results, and the program as a process."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
PROGRAM = HERE.parent / "certspec-reports"
sys.path[:0] = [str(HERE.parent), str(HERE)]

import synthetic  # noqa: E402
from browser import Browser, Page  # noqa: E402

from certspec_reports import results as reader  # noqa: E402


@pytest.fixture
def document():
    """document is one library's results with 24 cases, free to be changed."""
    return copy.deepcopy(synthetic.results(library=1, cases=24))


@pytest.fixture
def save(tmp_path):
    """save writes a document into a file and returns its path."""

    def save(document, name="results.json"):
        path = tmp_path / name
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return save


@pytest.fixture
def loaded(save):
    """loaded gives the Results of a document."""
    return lambda document, name="results.json": reader.load(save(document, name))


@pytest.fixture
def program(tmp_path):
    """program runs certspec-reports and returns the finished process."""

    def program(*arguments, **options):
        command = [str(PROGRAM), *map(str, arguments)]
        options = {"cwd": tmp_path, "capture_output": True, "text": True, "timeout": 60} | options
        return subprocess.run(command, check=False, **options)

    return program


def make_page(folder, libraries, cases):
    """make_page makes the page of so many libraries and cases and returns its path."""
    paths = synthetic.write(folder, libraries, cases)
    out = folder / "index.html"
    subprocess.run([PROGRAM, "page", *paths, "--out", out], check=True, timeout=120)
    return out


def page_of_one(folder, document):
    """page_of_one makes the page of one document and returns its address."""
    results, out = folder / "results.json", folder / "index.html"
    results.write_text(json.dumps(document), encoding="utf-8")
    subprocess.run([PROGRAM, "page", results, "--out", out], check=True, timeout=60)
    return out.as_uri()


@pytest.fixture(scope="session")
def driver():
    """driver is one browser for all tests."""
    with Browser() as driver:
        yield driver


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """address is where the page of five libraries with 120 cases each is."""
    return make_page(tmp_path_factory.mktemp("page"), 5, 120).as_uri()


@pytest.fixture
def page(driver, address):
    """page opens the page afresh, at a hash, and fails the test when the console had errors."""
    driver.get_log("browser")
    yield Page(driver, address)
    errors = [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert errors == []
