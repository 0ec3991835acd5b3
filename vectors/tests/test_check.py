"""Each kind of problem is provoked alone in a folder without any, and found where it is."""

import json
import subprocess
import sys

import pytest

from conftest import VECTORS
import spoilt_lists
from spoilt import CASES, DOCUMENTED, MANUAL, OBSERVED, SPOILT, documented, observed


def test_the_folder_has_no_problem(folder):
    assert folder.problems() == []


@pytest.mark.parametrize("name", [*SPOILT, *spoilt_lists.SPOILT])
def test_problem_is_found(folder, name):
    change, file, place, cause = (SPOILT | spoilt_lists.SPOILT)[name]
    if change is None:
        folder.files[file] = folder.read(file)
        folder.files[file]["certificates"]["rsa-leaf"]["issuer"] = "nobody"
    else:
        change(folder.files)
    folder.save()
    found = [(where, words) for of, _, where, words in folder.problems() if of == file]
    assert (place, cause) in found


def test_no_expectation_at_all(folder):
    case = documented(folder.files)
    for part in (case, *case["steps"]):
        part.pop("expect", None)
        part.pop("expect_on", None)
    folder.save()
    line = folder.line_of(CASES, '"id": "topic/documented"') - 1
    assert (
        CASES,
        line,
        DOCUMENTED,
        "a case of tier documented needs expect somewhere",
    ) in folder.problems()


def test_lines_are_those_of_the_file(folder):
    documented(folder.files)["steps"][1]["protocols"] = ["TLSv1.2", "TLSv1"]
    documented(folder.files)["expect"]["error"] = "y" * 120
    folder.save()
    lines = {place: line for _, line, place, _ in folder.problems()}
    assert lines[f"{DOCUMENTED} expect.error"] == folder.line_of(CASES, '"error": "yyy')


@pytest.mark.parametrize("file, key", [(CASES, "cases"), (MANUAL, "statements")])
def test_id_that_stands_twice(folder, file, key):
    again = dict(folder.files[file])
    again[key] = [again[key][0]]
    other = file.replace("topic", "other").replace("page", "two")
    folder.files[other] = again
    folder.save()
    found = [cause for _, _, _, cause in folder.problems() if "id stands already in" in cause]
    assert len(found) == 1
    # The file that comes first by name keeps its id.
    first = sorted([file, other])[0]
    line = folder.line_of(first, "{") if key == "cases" else None
    assert found[0].startswith(f"id stands already in {first.split('/')[1]}:")
    assert line is None or int(found[0].rsplit(":", 1)[1]) > line


@pytest.mark.parametrize(
    "text, line, cause",
    [
        ('{"topic": 1,\n}', 2, 'no JSON: "\\"" is missing'),
        ('{"topic": 1}\n7', 2, "no JSON: text after the value"),
        ('{"topic": NaN}', 1, "no JSON: NaN is no JSON"),
        ('{"topic" 1}', 1, 'no JSON: ":" is missing'),
        ("[1\n2]", 2, 'no JSON: "," or "]" is missing'),
        ("", 1, "no JSON: Expecting value"),
    ],
)
def test_text_that_is_no_json(folder, text, line, cause):
    (folder.path / CASES).write_text(text, encoding="utf-8")
    assert (CASES, line, "file", cause) in folder.problems()


def test_key_that_stands_twice(folder):
    path = folder.path / CASES
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"rev": 2,', '"rev": 2, "rev": 2,'), encoding="utf-8")
    line = folder.line_of(CASES, '"rev": 2')
    assert folder.problems() == [(CASES, line, f"{OBSERVED} rev", "key stands twice")]


def test_files_of_certificates(folder):
    (folder.path / "pki/rsa-leaf.key.pem").unlink()
    (folder.path / "pki/stray.pem").write_text("", encoding="utf-8")
    found = {(file, place, cause) for file, _, place, cause in folder.problems()}
    assert found == {
        ("pki/index.json", "certificates.rsa-leaf.key", "no file rsa-leaf.key.pem"),
        ("pki/index.json", "certificates", "stray.pem is not named here"),
    }


def test_canonical_form_is_wanted_and_written(folder):
    path = folder.path / CASES
    wanted = path.read_text(encoding="utf-8")
    lines = wanted.splitlines(keepends=True)
    at = folder.line_of(CASES, '"rev": 1')
    lines[at - 1 : at + 1] = lines[at : at - 2 : -1]
    path.write_text("".join(lines), encoding="utf-8")
    cause = "not in canonical form (check.py --write makes it so)"
    assert folder.problems() == [(CASES, at, "file", cause)]

    assert folder.problems(write=True) == []
    assert path.read_text(encoding="utf-8") == wanted


def run(*arguments):
    return subprocess.run(
        [sys.executable, VECTORS / "check.py", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )


def test_exit_codes_and_output(folder):
    done = run("--vectors", folder.path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith("2 statements, 2 cases: no problems\n")

    documented(folder.files)["colour"] = 1
    observed(folder.files)["colour"] = 1
    folder.save()
    done = run("--vectors", folder.path)
    assert done.returncode == 1
    assert [line.split(": ", 1)[1] for line in done.stdout.splitlines()] == [
        f'{name} colour: unknown key "colour"' for name in (DOCUMENTED, OBSERVED)
    ]

    assert run("--vectors", folder.path / "nowhere").returncode == 2
    assert run("--colour").returncode == 2
    (folder.path / CASES).write_bytes(b"\xff")
    assert run("--vectors", folder.path).returncode == 2


def test_schema_that_is_none(folder):
    schema = folder.path / "schema/pins.schema.json"
    schema.write_text(json.dumps({"type": "colour"}), encoding="utf-8")
    done = run("--vectors", folder.path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
