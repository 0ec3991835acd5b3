"""The small outputs: badge, step summary, baseline, schema check."""

import copy
import json
import random

import pytest
import synthetic

from certspec_reports import results as reader
from certspec_reports.badge import badge
from certspec_reports.baseline import baseline, runs_of
from certspec_reports.differences import compare
from certspec_reports.schema import violations
from certspec_reports.summary import summary


@pytest.mark.parametrize(
    ("verdict", "complete", "color", "message"),
    [
        ("pass", True, "brightgreen", "54 pass, 18 pinned"),
        ("pass", False, "orange", "incomplete"),
        ("deviates", True, "red", "1 deviates"),
        ("crash", False, "red", "1 crash"),
        ("error", True, "red", "1 error"),
    ],
)
def test_badge(document, loaded, verdict, complete, color, message):
    for run in document["runs"]:
        if run["tier"] == "documented":
            run["verdict"] = "pass"
    document["runs"][0]["verdict"] = verdict
    document["summary"]["complete"] = complete

    shown = json.loads(badge(loaded(document)))

    assert (shown["label"], shown["color"]) == ("certspec openssl 3.0.19", color)
    assert shown["message"] == message
    assert shown.get("isError", False) is (color == "red")


def test_a_badge_of_nothing_is_not_green(document, loaded):
    document |= {"runs": [], "summary": {"complete": True}}

    assert json.loads(badge(loaded(document)))["color"] == "lightgrey"


def test_summary_has_a_line_a_library_and_what_is_wrong(document, loaded):
    document["runs"][0] |= {"verdict": "deviates", "got": {"want": "a|b"}, "want": {"want": None}}
    other = synthetic.results(library=4, cases=24)
    other["summary"]["complete"] = False

    text = summary([loaded(document, "a.json"), loaded(other, "b.json")])

    assert "| openssl 3.0.19 | 24 | 72 |" in text
    assert "| openssl 4.0.3 **(incomplete)** | 24 | 72 |" in text
    assert "### openssl 3.0.19: 1 to look at" in text
    assert '| `want: "a\\|b"` | `want: null` |' in text


def test_a_baseline_says_the_same_as_its_results(document, loaded, tmp_path):
    results = loaded(document)
    path = tmp_path / "baseline.json"
    path.write_text(baseline(results), encoding="utf-8")

    assert compare(results, reader.load(path)).changes == []


def test_a_baseline_is_the_same_for_every_run_of_the_same(document, loaded):
    other = copy.deepcopy(document)
    random.Random(1).shuffle(other["runs"])
    other["statements"] = dict(reversed(other["statements"].items()))
    other |= {"date": "2030-01-01", "host": {"system": "other"}, "server": {}}
    other["subject"] |= {"build": "other", "libssl": {"path": "/other", "sha256": ""}}
    for run in other["runs"]:
        run |= {"seconds": 9.9, "observation": None}
        run["got"] = dict(reversed(run["got"].items()))

    assert baseline(loaded(document, "a.json")) == baseline(loaded(other, "b.json"))


def test_a_baseline_holds_no_time_place_or_address(document, loaded):
    document["runs"][0] |= {
        "reason": "ASan: heap-use-after-free at 0x602000000010 in /home/me/build-1/ssl/lib.c:12",
        "reproduce": "/home/me/certspec run register/x",
        "got": {"data": ["see https://example.org/a/b", "0x7fff12345678"]},
    }

    document["runs"][0]["verdict"] = "deviates"
    text = baseline(loaded(document))

    run = next(run for run in runs_of(json.loads(text)) if "ASan" in run.get("reason", ""))
    assert run["reason"] == "ASan: heap-use-after-free at 0x… in lib.c:12"
    assert run["got"] == {"data": ["see https://example.org/a/b", "0x…"]}
    for word in ("seconds", "observation", "date", "host", "sha256", "/home", "/opt"):
        assert word not in text


def test_a_baseline_has_a_line_for_each_outcome(document, loaded):
    text = baseline(loaded(document))

    outcomes = sum(len(case["runs"]) for case in json.loads(text)["cases"])
    assert text.count('"protocols": ') == outcomes < len(document["runs"])
    assert text.count("\n") <= outcomes + len(document["runs"]) + len(document["statements"]) + 12


def test_a_baseline_of_another_form_is_refused(program, save, document, loaded):
    document = json.loads(baseline(loaded(document))) | {"baseline": 2}
    process = program("diff", *[save(document, "other.json")] * 2)

    assert process.returncode == 2
    assert "other.json: baseline: form 2" in process.stderr


def test_a_baseline_without_its_cases_is_refused(program, save, document, loaded):
    document = json.loads(baseline(loaded(document)))
    del document["cases"][0]["runs"]
    process = program("diff", *[save(document, "cut.json")] * 2)

    assert process.returncode == 2
    assert "cut.json: cases: " in process.stderr


def test_a_baseline_of_a_baseline_is_itself(document, loaded):
    once = baseline(loaded(document))

    assert baseline(loaded(json.loads(once), "baseline.json")) == once


def test_the_schema_takes_results_and_their_baseline(document, loaded):
    assert violations(document) == []
    kept = loaded(json.loads(baseline(loaded(document))), "baseline.json")
    assert violations(kept.document) == []


def test_the_schema_refuses_by_place(program, save, document):
    document["runs"][2]["statements"] = "CALL-1"
    document["summary"]["complete"] = 1

    places = [place for place, _ in violations(document)]
    assert "summary.complete" in places
    assert "runs[2].statements" in places


def test_schema_exits_with_1_for_what_does_not_match(program, save, document):
    assert program("schema", save(document, "good.json")).returncode == 0
    document["runs"][0]["rev"] = -1
    process = program("schema", save(document, "bad.json"))

    assert process.returncode == 1
    assert "bad.json: runs[0].rev: " in process.stderr
