"""The matrix behind the page, and what the page's HTML holds before any script runs."""

import base64
import copy
import json
import re
import zlib
from hashlib import sha256
from html.parser import HTMLParser

import pytest
import synthetic

from certspec_reports import packing
from certspec_reports.matrix import Matrix
from certspec_reports.page import page
from certspec_reports.results import label_apart

ERROR, NONE = {"steps[1].error": "SSL_ERROR_SSL"}, {"steps[1].error": "SSL_ERROR_NONE"}


@pytest.fixture
def pair(document, loaded):
    """pair makes the Matrix of two libraries of which one run of each is changed."""

    def pair(one=None, other=None):
        second = copy.deepcopy(document)
        second["subject"]["version"] = "3.9.9"
        document["runs"][0] |= one or {}
        second["runs"][0] |= other or {}
        return Matrix([loaded(document, "a.json"), loaded(second, "b.json")])

    return pair


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        ({"verdict": "pass"}, {"verdict": "pass"}, None),
        ({"verdict": "pinned", "got": NONE}, {"verdict": "new", "got": NONE}, None),
        ({"verdict": "deviates", "got": ERROR}, {"verdict": "known-deviation", "got": ERROR}, None),
        ({"verdict": "pass"}, {"verdict": "unsupported"}, None),
        ({"verdict": "pass"}, {"verdict": "unexpected-pass"}, None),
        ({"verdict": "pass"}, {"verdict": "crash"}, [{}, {}]),
        ({"verdict": "pinned", "got": NONE}, {"verdict": "pinned", "got": ERROR}, [NONE, ERROR]),
        ({"verdict": "deviates", "got": ERROR, "want": NONE}, {"verdict": "pass"}, [ERROR, NONE]),
    ],
)
def test_libraries_differ_in_what_they_do_not_in_what_is_on_record(pair, one, other, values):
    differences = pair(one, other).differences()

    shown = [[seen for _, _, seen in difference.groups] for difference in differences]
    assert shown == ([values] if values is not None else [])


def test_protocols_that_differ_alike_are_one_difference(loaded):
    results = [loaded(synthetic.results(n, cases=24), f"{n}.json") for n in (3, 4)]

    differences = Matrix(results).differences()

    broken = next(d for d in differences if d.groups[-1][1] == "deviates")
    assert broken.protocols == ["TLSv1.2", "TLSv1.3", "DTLSv1.2"]
    assert [members for members, _, _ in broken.groups] == [[0], [1]]
    assert broken.paths == ["callback_calls", "steps[1].error"]


def test_a_cell_shows_the_worst_and_leaves_unsupported_out_of_the_number(pair):
    matrix = pair({"verdict": "crash"}, {"verdict": "unsupported"})
    statement = matrix.statements["REGISTER-1"]

    first, second = (matrix.statement_cell(statement, number) for number in (0, 1))

    assert (first.worst, first.of_worst, first.supported) == ("crash", 1, first.runs)
    assert (second.worst, second.supported) == ("pass", second.runs - 1)


def test_observed_cases_stand_by_topic_and_not_under_statements(pair):
    matrix = pair()

    assert set(matrix.observed_by_topic()) <= set(synthetic.OBSERVED_TOPICS)
    for statement in matrix.statements.values():
        assert all(case.tier == "documented" for case in statement.cases)


def test_packed_runs_hold_everything(loaded):
    document = synthetic.results(0, cases=24)
    for number, run in enumerate(document["runs"]):
        run["rev"] = 1 + number // 3
        if run["observation"]:
            run["observation"]["stderr"] = f"said {number}"
            run["observation"]["client"]["cert_cb"] = [{"return": number}]
    results = loaded(document)
    matrix = Matrix([results])
    packed = json.loads(zlib.decompress(base64.b64decode(packing.chunk(matrix.cases.values()))))
    values = packed["values"]

    for run in results.runs:
        row = packed["runs"][run.case][run.protocol][0]
        reason, reproduce, got, want, steps, calls, cert_calls, end, server, ladder = (
            values[place] for place in row[:10]
        )
        client = run.observation["client"]
        assert (reason, reproduce, got, want) == (run.reason, run.reproduce, run.got, run.want)
        assert [values[place] for place in steps] == client["steps"]
        assert (calls, end) == (client["callback"], client["end"])
        assert server == [
            {k: v for k, v in run.observation["server"][0].items() if k != "milliseconds"}
        ]
        log = run.observation["log"]
        assert ladder == [[entry.get(key) for key in packing.LADDER_KEYS] for entry in log]
        assert cert_calls == client["cert_cb"]
        assert values[row[10]] == run.observation["stderr"] != ""
        assert row[12] == run.rev
        assert sum(row[11]) == round(log[-1]["t"] * 10)


class Outline(HTMLParser):
    """Outline collects what a page would load, and how its tables are built."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.handlers, self.ids, self.scopes, self.scripts = [], [], [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.loads += [values[key] for key in ("src", "srcset", "action") if key in values]
        self.loads += [values["href"]] if tag == "link" else []
        self.handlers += [key for key in values if key.startswith("on") or key == "style"]
        self.ids += [values["id"]] if "id" in values else []
        self.scopes += [values.get("scope")] if tag == "th" else []
        self.scripts += tag == "script"


@pytest.fixture
def text(loaded):
    """text is the page of three libraries."""
    results = [loaded(synthetic.results(n, cases=24), f"{n}.json") for n in (0, 4, 6)]
    label_apart(results)
    return page(results)


def test_the_page_loads_nothing_and_runs_only_its_own_script(text):
    outline = Outline(text)

    assert outline.loads == ["data:,"]
    assert outline.handlers == []
    assert re.findall(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", text) == []
    assert "default-src 'none'" in text
    assert "unsafe" not in text.partition("</head>")[0]


def test_the_policy_allows_this_style_and_these_scripts_and_no_other(text):
    def digests(element):
        found = re.findall(f"<{element}>(.*?)</{element}>", text, re.DOTALL)
        return [f"'sha256-{base64.b64encode(sha256(t.encode()).digest()).decode()}'" for t in found]

    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": " ".join(digests("style")),
        "script-src": " ".join(digests("script")),
    }


def test_ids_are_unique_and_every_header_has_a_scope(text):
    outline = Outline(text)

    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.scopes) == {"col", "row", "rowgroup"}


def test_the_matrix_is_in_the_html(text):
    body = text.partition('<table class="matrix')[2].partition("</table>")[0]

    assert body.count("data-s=") == 64
    assert "the getter gives back the function that was set last, case 1" in body
    assert "<b> deviates</b>" in body
    assert "register/return-000-then-certificate" in body


def test_hostile_results_stay_text(document, loaded):
    hostile = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> & \u2028"
    calm = Outline(page([loaded(document, "calm.json")]))
    run = document["runs"][0]
    run |= {"title": hostile, "reason": hostile, "verdict": "deviates", "got": {hostile: hostile}}
    document["statements"]["CALL-1"]["text"] = hostile
    document["subject"]["library"] = hostile

    outline = Outline(page([loaded(document)]))

    assert outline.scripts == calm.scripts
    assert outline.loads == ["data:,"]
    assert outline.handlers == []


def test_a_page_of_one_library_says_what_needs_a_look(document, loaded):
    document["runs"][0] |= {"verdict": "crash", "reason": "signal 11"}
    document["summary"]["complete"] = False

    text = page([loaded(document)])

    assert 'id="differs"' not in text
    assert "Needs a look" in text and "signal 11" in text
    assert "cut off: 72 of 72 runs" in text


def test_a_page_of_a_baseline_and_of_nothing(document, loaded):
    from certspec_reports.baseline import baseline

    from_baseline = page([loaded(json.loads(baseline(loaded(document))), "baseline.json")])
    document |= {"runs": [], "summary": {"complete": False}}
    empty = page([loaded(document, "empty.json")])

    assert from_baseline.count("data-s=") == empty.count("data-s=") == 64


def test_releases_of_a_library_come_before_other_libraries(document, loaded):
    def library(name, version, error):
        one = copy.deepcopy(document)
        one["subject"] |= {"library": name, "version": version}
        one["runs"][0] |= {"verdict": "pinned", "got": {"steps[1].error": error}}
        return loaded(one, f"{name}-{version}.json")

    same = [library("openssl", "3.9.0", "A"), library("other", "1", "B"),
            library("openssl", "4.9.0", "A")]
    apart = [*same, library("openssl", "5.0.0", "B")]
    alike, different = Matrix(same), Matrix(apart)
    [fork_only], [by_release] = alike.differences(), different.differences()

    assert not alike.between_releases(fork_only)
    assert different.between_releases(by_release)
    assert [(s.before, s.after, s.cases) for s in alike.upgrades([fork_only])] == [(0, 2, 0)]
    assert [(s.before, s.after, s.cases) for s in different.upgrades([by_release])] == [
        (0, 2, 0), (2, 3, 1)]
    packed = packing.index(different, [by_release])
    case = list(different.cases).index(by_release.case.id)
    rows = {protocol: groups for protocol, _, groups in packed["cases"][case][3]}
    assert rows[by_release.protocols[0]] == "abab"
    assert {groups for case in packed["cases"] for *_, groups in case[3]} == {"abab", ""}


def test_one_library_that_lacks_it_is_in_no_group(document, loaded):
    second, third = copy.deepcopy(document), copy.deepcopy(document)
    for number, one in enumerate((document, second, third)):
        one["subject"]["version"] = f"3.9.{number}"
        one["runs"][0] |= {"verdict": ("pass", "unsupported", "crash")[number]}
    matrix = Matrix([loaded(one, f"{i}.json") for i, one in enumerate((document, second, third))])

    found = matrix.differences()

    assert [(u.before, u.after, u.cases) for u in matrix.upgrades(found)] == [(0, 1, 0), (1, 2, 0)]
    assert [(u.gone, u.newly) for u in matrix.upgrades(found)] == [(1, 0), (0, 1)]
    html = page(matrix.libraries)
    assert re.search(r"3\.9\.0 to 3\.9\.1: none, 1 no longer supported\n", html)
    assert re.search(r"3\.9\.1 to 3\.9\.2: none, 1 newly supported\n", html)
    rows = {groups for case in packing.index(matrix, found)["cases"] for *_, groups in case[3]}
    assert rows == {"a.b", ""}
