"""pin.py and deviate.py: what a run becomes in pins/ and deviations/, and what stays there."""

import json
import subprocess
import sys
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[1]
SUBJECT = {"library": "openssl", "line": "9.9", "version": "9.9.1"}


def run_of(case, verdict, got, protocol="TLSv1.2", **further):
    return {"case": case, "rev": 1, "protocol": protocol, "verdict": verdict, "got": got} | further


def call(script, folder, runs, *arguments):
    for name in ("pins", "deviations"):
        (folder / name).mkdir(exist_ok=True)
    rule = {"library": "openssl", "cases": ["a/*"], "reason": "It is so."}
    (folder / "deviation_reasons.json").write_text(json.dumps({"reasons": [rule]}))
    results = folder / "results.json"
    results.write_text(json.dumps({"subject": SUBJECT, "runs": runs}))
    command = [sys.executable, VECTORS / script, results, "--vectors", folder, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def recorded(folder, kind):
    text = (folder / kind / "openssl-9.9.json").read_text(encoding="utf-8")
    return [(one["case"], one["protocols"], one["got"]) for one in json.loads(text)[kind]]


def test_runs_that_saw_the_same_share_a_pin(tmp_path):
    runs = [run_of("a/b", "new", {"x": 1}, protocol) for protocol in ("TLSv1.3", "TLSv1.2")]
    assert call("pin.py", tmp_path, runs).returncode == 0
    assert recorded(tmp_path, "pins") == [("a/b", ["TLSv1.2", "TLSv1.3"], {"x": 1})]


def test_a_changed_run_changes_what_it_names_and_only_when_asked(tmp_path):
    call("pin.py", tmp_path, [run_of("a/b", "new", {"x": 1, "y": 2})])
    changed = [run_of("a/b", "changed", {"y": 3})]
    assert call("pin.py", tmp_path, changed).returncode == 1
    assert recorded(tmp_path, "pins") == [("a/b", ["TLSv1.2"], {"x": 1, "y": 2})]
    assert call("pin.py", tmp_path, changed, "--replace").returncode == 0
    assert recorded(tmp_path, "pins") == [("a/b", ["TLSv1.2"], {"x": 1, "y": 3})]


def test_a_deviation_that_no_rule_fits_is_named_and_not_recorded(tmp_path):
    finished = call("deviate.py", tmp_path, [run_of("b/c", "deviates", {"x": 1})])
    assert finished.returncode == 1 and "b/c TLSv1.2" in finished.stdout
    assert recorded(tmp_path, "deviations") == []


def test_what_was_seen_again_stays_and_what_is_gone_goes(tmp_path):
    both = [run_of("a/b", "deviates", {"x": 1}, protocol) for protocol in ("TLSv1.2", "TLSv1.3")]
    assert call("deviate.py", tmp_path, both).returncode == 0
    again = [
        run_of("a/b", "known-deviation", {"x": 1}, "TLSv1.2"),
        run_of("a/b", "unexpected-pass", {}, "TLSv1.3"),
    ]
    assert call("deviate.py", tmp_path, again).returncode == 0
    assert recorded(tmp_path, "deviations") == [("a/b", ["TLSv1.2"], {"x": 1})]


def test_records_of_what_was_not_run_stay(tmp_path):
    call("deviate.py", tmp_path, [run_of("a/b", "deviates", {"x": 1})])
    assert call("deviate.py", tmp_path, [run_of("a/c", "pass", {})]).returncode == 0
    assert recorded(tmp_path, "deviations") == [("a/b", ["TLSv1.2"], {"x": 1})]


def test_findings_tell_deviations_and_ways(tmp_path):
    (tmp_path / "ways").mkdir()
    way = {"id": "one-way", "versions": [">=9"], "scenario": "TLSv1.3:code", "reason": "It turns."}
    head = {"library": "openssl", "line": "9.9"}
    (tmp_path / "ways/openssl-9.9.json").write_text(json.dumps(head | {"ways": [way]}))
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- deviate.py: begin -->\nold\n<!-- deviate.py: end -->\nafter\n")
    assert call("deviate.py", tmp_path, [run_of("a/b", "deviates", {"x": 1})],
                "--findings", page).returncode == 0
    text = page.read_text()
    assert "- It is so. TLSv1.2: `a/b`" in text
    assert "- `one-way`: It turns. `TLSv1.3:code`" in text
    assert "old" not in text and text.startswith("before") and text.endswith("after\n")


def test_the_project_s_findings_are_of_the_day():
    """FINDINGS.md says what ways/ has, in its words."""
    text = (VECTORS.parent / "FINDINGS.md").read_text(encoding="utf-8")
    for path in (VECTORS / "ways").glob("*.json"):
        for way in json.loads(path.read_text(encoding="utf-8"))["ways"]:
            assert f"- `{way['id']}`: {way['reason']}" in text


def test_the_readme_shows_a_case_as_it_is():
    """The case in README.md is the one of that id."""
    text = (VECTORS.parent / "README.md").read_text(encoding="utf-8")
    shown = json.loads(text.partition("```json\n")[2].partition("```")[0])
    topic = shown["id"].partition("/")[0]
    cases = json.loads((VECTORS / "cases" / f"{topic}.json").read_text(encoding="utf-8"))["cases"]
    assert [case for case in cases if case["id"] == shown["id"]] == [shown]
