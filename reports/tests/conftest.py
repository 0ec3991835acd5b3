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
