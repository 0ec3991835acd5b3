"""What diff calls newly failing, newly passing, changed, gone, and what it exits with."""

import copy
import json

import pytest
import synthetic

from certspec_reports import differences as d
from certspec_reports import differences_output as output


@pytest.fixture
def compared(document, loaded):
    """compared changes one run of a copy and gives what compare says."""

    def compared(old=None, new=None):
        before, after = document, copy.deepcopy(document)
        before["runs"][0] |= old or {}
        after["runs"][0] |= new or {}
        return d.compare(loaded(before, "before.json"), loaded(after, "after.json"))

    return compared


ERROR, NONE = {"steps[1].error": "SSL_ERROR_SSL"}, {"steps[1].error": "SSL_ERROR_NONE"}


@pytest.mark.parametrize(
    ("before", "after", "kind", "worse"),
    [
        ("pass", "pass", None, False),
        ("pass", "deviates", d.NEWLY_FAILING, True),
        ("pass", "known-deviation", d.NEWLY_FAILING, True),
        ("pass", "crash", d.NEWLY_FAILING, True),
        ("deviates", "timeout", d.NEWLY_FAILING, True),
        ("timeout", "crash", d.NEWLY_FAILING, True),
        ("unsupported", "deviates", d.NEWLY_FAILING, True),
        ("error", "deviates", d.NEWLY_FAILING, True),
        ("pass", "error", d.NOT_JUDGED, True),
        ("crash", "server-bug", d.NOT_JUDGED, True),
        ("deviates", "pass", d.NEWLY_PASSING, False),
        ("crash", "pass", d.NEWLY_PASSING, False),
        ("error", "pass", d.NEWLY_PASSING, False),
        ("known-deviation", "unexpected-pass", d.NEWLY_PASSING, False),
        ("crash", "deviates", d.OBSERVATION, False),
        ("deviates", "known-deviation", d.RECORD, False),
        ("new", "pinned", d.RECORD, False),
        ("pinned", "changed", d.RECORD, True),
        ("unsupported", "pass", d.NEWLY_SUPPORTED, False),
        ("pass", "unsupported", d.GONE, True),
        ("unsupported", "unsupported", None, False),
    ],
)
def test_a_change_of_verdict(compared, before, after, kind, worse):
    found = compared({"verdict": before}, {"verdict": after})

    assert [change.kind for change in found.changes] == ([kind] if kind else [])
    assert found.is_worse is worse


def test_an_observation_is_shown_before_and_after(compared):
    found = compared({"verdict": "pinned", "got": ERROR}, {"verdict": "pinned", "got": NONE})

    (change,) = found.changes
    assert change.kind == d.OBSERVATION
    assert change.values == {"steps[1].error": ("SSL_ERROR_SSL", "SSL_ERROR_NONE")}
    assert not found.is_worse


def test_leaving_the_pin_is_worse(compared):
    found = compared({"verdict": "pinned", "got": ERROR}, {"verdict": "changed", "got": NONE})

    assert [change.kind for change in found.changes] == [d.OBSERVATION]
    assert found.is_worse


def test_what_a_case_gave_while_it_held_is_what_it_wants(compared):
    found = compared({"verdict": "pass"}, {"verdict": "deviates", "got": ERROR, "want": NONE})

    assert found.changes[0].values == {"steps[1].error": ("SSL_ERROR_NONE", "SSL_ERROR_SSL")}


def test_another_rev_is_not_compared(compared):
    found = compared({"rev": 1}, {"rev": 2})

    assert [change.kind for change in found.changes] == [d.REDEFINED]


def test_runs_that_appear_and_vanish(document, loaded):
    after = copy.deepcopy(document)
    gone = after["runs"].pop(0)
    after["runs"].append(gone | {"case": "call/brand-new"})
    found = d.compare(loaded(document, "before.json"), loaded(after, "after.json"))

    assert {change.kind: change.case for change in found.changes} == {
        d.GONE: gone["case"],
        d.ADDED: "call/brand-new",
    }
    assert found.is_worse


def test_changes_are_counted_by_case_and_protocols_alike_are_one(document, loaded):
    after = copy.deepcopy(document)
    for run in after["runs"][:3]:
        run |= {"verdict": "deviates", "got": ERROR, "want": NONE}
    found = d.compare(loaded(document, "before.json"), loaded(after, "after.json"))

    (change,) = found.changes
    assert change.protocols == ["TLSv1.2", "TLSv1.3", "DTLSv1.2"]
    assert found.cases(d.NEWLY_FAILING) == 1


def test_a_statement_fails_newly_with_its_first_case(compared):
    found = compared({"verdict": "pass"}, {"verdict": "deviates"})

    assert found.statements == {d.NEWLY_FAILING: ["REGISTER-1"]}


def test_exit_codes(program, save, document):
    same, other = save(document, "a.json"), copy.deepcopy(document)
    run = next(run for run in other["runs"] if run["verdict"] == "pinned")
    run["got"] = {"certificate": None}
    moved = save(other, "b.json")
    other["runs"][0]["verdict"] = "deviates"
    worse = save(other, "c.json")

    assert program("diff", same, same, "--strict").returncode == 0
    assert program("diff", same, moved).returncode == 0
    assert program("diff", same, moved, "--strict").returncode == 1
    assert program("diff", same, worse).returncode == 1
    assert program("diff", worse, same).returncode == 0


def test_text_names_case_values_and_conclusion(compared):
    found = compared({"verdict": "pass"}, {"verdict": "deviates", "got": ERROR, "want": NONE})

    text = output.as_text(found)
    assert "newly failing: 1 case " in text
    assert "register/return-000-then-certificate  TLSv1.2  pass -> deviates" in text
    assert 'steps[1].error: "SSL_ERROR_NONE" -> "SSL_ERROR_SSL"' in text
    assert text.endswith("\n1 case got worse\n")
    assert "\033[" not in text
    assert "\033[" in output.as_text(found, color=True)


def test_text_says_when_there_is_nothing(compared):
    assert output.as_text(compared()).endswith("no difference\n")


def test_a_run_that_was_cut_off_is_mentioned(document, loaded):
    after = copy.deepcopy(document)
    after["summary"]["complete"] = False
    found = d.compare(loaded(document, "before.json"), loaded(after, "after.json"))

    for text in (output.as_text(found), output.as_markdown(found)):
        assert "after.json is of a run that was cut off" in text


def test_json_leaves_absent_values_out(compared):
    found = compared({"verdict": "pinned", "got": {}}, {"verdict": "pinned", "got": ERROR})

    document = json.loads(output.as_json(found))
    assert document["cases"] == {d.OBSERVATION: 1}
    assert document["changes"][0]["values"] == {"steps[1].error": {"after": "SSL_ERROR_SSL"}}
    assert document["worse"] is False


def test_markdown_shows_hostile_text_as_text(compared):
    hostile = "a | b\n`c` </details> <img src=x> @team [x](y)"
    found = compared({}, {"verdict": "deviates", "title": hostile, "got": {"error": hostile}})

    text = output.as_markdown(found)
    row = next(line for line in text.splitlines() if line.startswith("| `register/"))
    title = row.partition("<br>")[2].partition(" | TLSv1.2 |")[0]
    assert row.count(" | ") == 4
    assert "<img" not in title and "</details>" not in title and "@team" not in title
    assert "\\[x\\](y)" in title


def test_markdown_is_short_enough_for_a_comment(document, loaded):
    before = synthetic.results(library=0, cases=400)
    after = copy.deepcopy(before)
    for run in after["runs"]:
        run |= {"verdict": "crash", "reason": "x" * 5000}
    found = d.compare(loaded(before, "before.json"), loaded(after, "after.json"))

    text = output.as_markdown(found)
    assert 50_000 < len(text) < 65_536
    rows = text.count("\n| `")
    assert f"… and {len(found.changes) - rows} more." in text
