"""The table of what was reached: its parts, and the whole on a library of two functions."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FUZZ))
import coverage  # noqa: E402

SOURCE = """\
int reached(int x);
int never(int x);

#define IS_BIG(x) ((x) > 3 && (x) != 7)

int reached(int x) {
  if (IS_BIG(x)) {
    return 1;
  }
  return 0;
}

int never(int x) {
  if (x == 0) {
    x = -1;
  }
  return x;
}
"""
MAIN = """\
int reached(int x);
int never(int x);

int main(int argc, char **argv) {
  (void)argv;
  return argc == 99 ? never(argc) : reached(argc) + reached(argc + 3);
}
"""


def record(**changes):
    return {
        "version": "9.",
        "files": ["ssl/two.c"],
        "functions": ["reached", "never"],
        "floors": {},
        "reasons": {"why": "because"},
        "unreachable": {},
        **changes,
    }


def function():
    """Six lines, two of them not reached, and a branch."""
    return coverage.Function(f"{coverage.COMPILED_IN}/ssl/two.c",
                             {13: 1, 14: 1, 15: 0, 16: 0, 17: 1, 18: 1},
                             {(14, "x == 0", True): 0, (14, "x == 0", False): 4})


@pytest.fixture(name="source")
def fixture_source(tmp_path):
    folder = tmp_path / "source" / "ssl"
    folder.mkdir(parents=True)
    (folder / "two.c").write_text(SOURCE)
    return coverage.Source(tmp_path / "source")


def complaints(excluded, source):
    return coverage.complaints({"together": {"never": function()}}, excluded, source)


def entry(**changes):
    return {"never": [{"why": "why", "after": ["if (x == 0) {"], "lines": ["x = -1;", "}"],
                       **changes}]}


def test_counts_are_read():
    lcov = "SF:/a.c\nDA:1,2\nDA:7,0\nBRDA:1,0,0,1\nend_of_record\nSF:/b.c\nDA:1,5\n"
    assert coverage.line_counts(lcov) == {"/a.c": {1: 2, 7: 0}, "/b.c": {1: 5}}


def test_nothing_excluded(source):
    excluded = coverage.exclude(record(), {"never": function()}, source)
    lines = coverage.count_lines("never", function(), excluded)
    assert (lines.reached, lines.reachable, lines.everything) == (4, 6, 6)
    assert len(complaints(excluded, source)) == 2


def test_an_excluded_line_takes_away_from_what_can_be_reached(source):
    excluded = coverage.exclude(record(unreachable=entry()), {"never": function()}, source)
    assert set(excluded.lines) == {("never", 15), ("never", 16)}
    lines = coverage.count_lines("never", function(), excluded)
    assert (lines.reached, lines.reachable, lines.everything) == (4, 4, 6)
    assert lines.percent() == 100
    assert complaints(excluded, source) == []
    assert coverage.unreachable({"never": function()}, excluded, {"why": "because"}, source) == [
        "because: 2 lines, 0 branches by themselves",
        "  ssl/two.c:15: x = -1;", "  ssl/two.c:16: }"]


def test_an_excluded_line_that_is_reached(source):
    excluded = coverage.exclude(
        record(unreachable=entry(after=["int never(int x) {"], lines=["if (x == 0) {"])),
        {"never": function()}, source)
    said = complaints(excluded, source)
    assert "reached, yet recorded as unreachable: ssl/two.c:14: if (x == 0) {" in said


@pytest.mark.parametrize("changes", [
    {"lines": ["x = -2;"]},
    {"after": ["if (x == 1) {"]},
])
def test_a_record_of_code_that_is_no_more(source, changes):
    excluded = coverage.exclude(record(unreachable=entry(**changes)), {"never": function()}, source)
    assert excluded.lines == {}
    assert complaints(excluded, source)[0].startswith(
        "the record is stale: never: nowhere: ")


def test_a_branch_by_itself(source):
    unreachable = {"never": [{"why": "why", "branches": ["x == 0 is true"]}]}
    excluded = coverage.exclude(record(unreachable=unreachable), {"never": function()}, source)
    branches = coverage.count_branches("never", function(), excluded)
    assert (branches.reached, branches.reachable, branches.everything) == (1, 1, 2)
    assert coverage.missing_branches({"never": function()}, excluded) == []
    wrong = {"never": [{"why": "why", "branches": ["x == 0 is false"]}]}
    excluded = coverage.exclude(record(unreachable=wrong), {"never": function()}, source)
    assert any("x == 0 is false" in text
               for text in complaints(excluded, source))


def test_nearly_all_is_not_all():
    assert coverage.Count(1999, 2000).percent() == 99.9


def test_less_than_recorded():
    totals = {"seeds": [coverage.Count(94, 100), coverage.Count(9, 10)]}
    floors = {"seeds": {"lines": 95.0, "branches": 90.0}, "cases": {"lines": 1, "branches": 1}}
    assert coverage.below(totals, floors) == ["seeds: 94.0 % of the lines, recorded are 95.0 %"]


def test_the_record_is_whole():
    real = json.loads((FUZZ / "coverage.json").read_text())
    assert len(real["functions"]) == len(set(real["functions"])) == 34
    assert set(real["unreachable"]) <= set(real["functions"])
    used = {entry["why"] for entries in real["unreachable"].values() for entry in entries}
    assert used == set(real["reasons"])
    floors = real["floors"]
    assert floors["seeds"]["lines"] >= 95 and floors["seeds"]["branches"] >= 85
    assert floors["together"]["lines"] == 100


@pytest.mark.skipif(not all(map(shutil.which, ("clang", "llvm-cov", "llvm-profdata"))),
                    reason="no clang and llvm")
def test_a_whole_measurement(tmp_path):
    libssl = tmp_path / "libssl"
    (libssl / "source" / "ssl").mkdir(parents=True)
    (libssl / "source" / "ssl" / "two.c").write_text(SOURCE)
    header = libssl / "include" / "openssl" / "opensslv.h"
    header.parent.mkdir(parents=True)
    header.write_text('# define OPENSSL_VERSION_STR "9.1"\n')
    (tmp_path / "main.c").write_text(MAIN)
    program = tmp_path / "program"
    flags = ["-fprofile-instr-generate", "-fcoverage-mapping",
             f"-fcoverage-compilation-dir={coverage.COMPILED_IN}"]
    subprocess.run(["clang", *flags, "-c", "ssl/two.c", "-o", tmp_path / "two.o"], check=True,
                   cwd=libssl / "source")
    subprocess.run(["clang", *flags, tmp_path / "main.c", tmp_path / "two.o", "-o", program],
                   check=True)
    for name in ("seeds", "cases"):
        subprocess.run([program], check=False,
                       env={"LLVM_PROFILE_FILE": str(tmp_path / name / "a.profraw")})

    def measure(**changes):
        path = tmp_path / "record.json"
        path.write_text(json.dumps(record(**changes)))
        return subprocess.run(
            [FUZZ / "coverage.py", libssl, path, tmp_path, f"seeds={tmp_path / 'seeds'}",
             f"cases={tmp_path / 'cases'}", "--", program],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    finished = measure()
    assert finished.returncode == 1
    row = next(line for line in finished.stdout.splitlines() if line.startswith("reached "))
    # Six lines and 2 conditions in a macro, one outcome of which nobody sees: 7.
    assert row.split()[2:4] == ["6/6", "3/4"]
    assert "not reached: ssl/two.c:15: x = -1;" in finished.stdout
    text = (tmp_path / "coverage.txt").read_text()
    assert "branch not reached: ssl/two.c:7: IS_BIG(x): (x) != 7 is false" in text \
        or "branch not reached: ssl/two.c:7: IS_BIG: (x) != 7 is false" in text
    assert (tmp_path / "together" / "index.html").exists()

    body = [line.strip() for line in SOURCE.splitlines()[12:18]]
    listed = {"never": [{"why": "why", "lines": body}]}
    finished = measure(unreachable=listed,
                       floors={"together": {"lines": 100.0, "branches": 75.0}})
    assert finished.returncode == 0, finished.stdout
    finished = measure(unreachable=listed,
                       floors={"together": {"lines": 100.0, "branches": 80.0}})
    assert finished.returncode == 1
    assert "together: 75.0 % of the branches, recorded are 80.0 %" in finished.stdout

    finished = measure(version="8.", floors={"together": {"lines": 100.0, "branches": 80.0}})
    assert finished.returncode == 0
    assert "the record is of 8." in finished.stdout


@pytest.mark.parametrize("arguments", [
    [], ["a", "b", "c", "seeds=d"], ["a", "b", "c", "d", "--", "e"]])
def test_bad_arguments(arguments):
    finished = subprocess.run([FUZZ / "coverage.py", *arguments], capture_output=True, text=True,
                              check=False)
    assert finished.returncode == 2
    assert len(finished.stderr.splitlines()) == 1


def test_no_profiles(tmp_path):
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record()))
    finished = subprocess.run(
        [FUZZ / "coverage.py", tmp_path, path, tmp_path, f"seeds={tmp_path}", "--", "program"],
        capture_output=True, text=True, check=False)
    assert finished.returncode == 3
    assert finished.stderr.startswith("coverage.py: seeds: no profiles in ")
