"""Bad vectors: one line that names file, place and cause, and exit code 2."""

import json

import pytest

from conftest import BAD_INPUT, case, one_line


def complaint(certspec, *names):
    finished = certspec("run")
    line = one_line(finished)
    assert finished.exit == BAD_INPUT, line
    assert finished.results is None
    for name in names:
        assert name in line
    return line


def test_good_vectors_are_good(certspec):
    finished = certspec("run")
    assert finished.exit == 0, finished.stderr
    assert finished.results["summary"]["runs"] == 2


def test_file_cannot_be_read(certspec, vectors):
    # A folder in the way: also root cannot read it as a file.
    vectors.cases.unlink()
    vectors.cases.mkdir()
    complaint(certspec, "fault.json")


def test_link_leads_nowhere(certspec, vectors):
    vectors.cases.unlink()
    vectors.cases.symlink_to("nowhere.json")
    complaint(certspec, "fault.json")


def test_no_vectors(certspec, vectors):
    vectors.folder.rename(vectors.folder.with_name("elsewhere"))
    complaint(certspec, "vectors")


def test_truncated(certspec, vectors):
    text = vectors.cases.read_text()
    vectors.cases.write_text(text[: len(text) // 2])
    complaint(certspec, "fault.json:")


def test_empty_file(certspec, vectors):
    vectors.cases.write_text("")
    complaint(certspec, "fault.json:")


def test_not_utf8(certspec, vectors):
    vectors.cases.write_bytes(vectors.cases.read_bytes().replace(b"certificate is", b"\xff\xfe is"))
    complaint(certspec, "fault.json:")


def test_not_json(certspec, vectors):
    vectors.cases.write_text('{"topic": "fault",\n"cases": [}\n')
    complaint(certspec, "fault.json:2")


def test_key_twice(certspec, vectors):
    vectors.cases.write_text('{"topic": "fault", "topic": "fault", "cases": []}')
    complaint(certspec, "fault.json", "topic")


BAD_CASES = {
    "unknown key": ({"expects": {}}, "expects"),
    "missing key": ({"rev": None}, "rev"),
    "unknown statement": ({"statements": ["FAULT-99"]}, "FAULT-99"),
    "unknown step": ({"steps": [{"do": "handshak"}]}, "handshak"),
    "unknown key of a step": ({"steps": [{"do": "handshake", "byts": 1}]}, "byts"),
    "unknown protocol": ({"protocols": ["TLSv1.4"]}, "TLSv1.4"),
    "unknown feature": ({"needs": ["wings"]}, "wings"),
    "unknown certificate": (
        {"client": {"callback": [{"return": 1, "certificate": "nobody"}]}}, "nobody"),
    "unknown key of an answer": ({"client": {"callback": [{"returns": 1}]}}, "returns"),
    "unknown key of client": ({"client": {"calback": []}}, "calback"),
    "unknown expectation": ({"expect": {"callback_cals": 1}}, "callback_cals"),
    "unknown expectation of a step": (
        {"steps": [{"do": "handshake", "expect": {"eror": 1}}]}, "eror"),
    "unknown test": ({"expect": {"callback_calls": {"$around": 1}}}, "$around"),
    "wrong kind": ({"title": 7}, "title"),
    "wrong tier": ({"tier": "guessed"}, "guessed"),
    "no expectation": ({"expect": {}, "steps": [{"do": "handshake"}]}, "fault/spoilt"),
    "an observation in a documented case": ({"observe": ["error"]}, "observe"),
}


@pytest.mark.parametrize("name", BAD_CASES)
def test_bad_case(certspec, vectors, name):
    changes, named = BAD_CASES[name]
    spoilt = case("spoilt", **changes)
    vectors.write(case("one"), {key: value for key, value in spoilt.items() if value is not None})
    complaint(certspec, "fault.json:3", "fault/spoilt", named)


def test_duplicate_id(certspec, vectors):
    vectors.write(case("one"), case("one"))
    complaint(certspec, "fault.json", "fault/one")


def test_id_of_another_topic(certspec, vectors):
    vectors.write(case("one", id="other/one"))
    complaint(certspec, "fault.json", "other/one")


def test_duplicate_statement(certspec, vectors):
    page = json.loads(vectors.manual.read_text())
    page["statements"] *= 2
    vectors.manual.write_text(json.dumps(page))
    complaint(certspec, "page.json", "FAULT-1")


def test_deviation_of_unknown_case(certspec, vectors, tmp_path):
    vectors.write(case("one"))
    certspec("run", "--out", "first")
    subject = json.loads((tmp_path / "first" / "results.json").read_text())["subject"]
    name = f"{subject['library']}-{subject['line']}.json"
    (vectors.folder / "deviations" / name).write_text(json.dumps({
        "library": subject["library"], "line": subject["line"], "deviations": [
            {"case": "fault/gone", "rev": 1, "protocols": ["TLSv1.2"], "versions": [">=1.0"],
             "got": {"error": "SSL_ERROR_SSL"}, "reason": "r", "evidence": "e", "link": "l"}]}))
    complaint(certspec, name, "fault/gone")


def test_records_that_are_called_otherwise(certspec, vectors):
    vectors.write(case("one"))
    (vectors.folder / "pins" / "mine.json").write_text("{}")
    complaint(certspec, "pins/mine.json", "LIBRARY-LINE.json")


def test_unknown_key_of_the_scenario_is_our_own_fault(certspec, vectors):
    # Only the server knows the keys of its scenario.
    vectors.write(case("one", server={"request": True, "reqire": True}), case("two"))
    finished = certspec("run")
    assert finished.exit == 3
    by_case = {run["case"]: run for run in finished.results["runs"]}
    assert by_case["fault/one"]["verdict"] == "server-bug"
    assert "reqire" in json.dumps(by_case["fault/one"]["reason"])
    assert by_case["fault/two"]["verdict"] == "pass"
