"""The page of results that leave out some of the cases: it shows what was run."""

import pytest
import synthetic
from browser import why_absent
from conftest import page_of_one

pytestmark = pytest.mark.skipif(bool(why_absent()), reason=why_absent() or "present")


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    """part is where the page of a run of one case is. No other statement has a run, and one of
    these no case can test."""
    folder = tmp_path_factory.mktemp("part")
    document = synthetic.results(1, cases=1)
    document["statements"]["NONE-1"]["untestable"] = "nobody can see it"
    return page_of_one(folder, document)


def test_a_part_of_the_cases_shows_what_was_run(page, part):
    page.address = part
    page.open()

    topics = "[...document.querySelectorAll('#pick-topic option')].filter(o => !o.hidden).length"
    assert page.statements == ["REGISTER-1"]
    assert page.status == "1 cases, 1 statements"
    assert page.run("document.querySelector('#without-runs').innerText").startswith(
        "63 of 64 statements have no run in these results."
    )
    assert page.run(topics) == 2

    # A filter that is about statements does not bring them back.
    page.open("q=topic:suspend")
    assert page.statements == []
    assert page.run("document.querySelector('#nothing').hidden") is False

    page.open("q=NONE-1")
    page.run("document.querySelector('#show-all').click()")
    page.until("location.hash.includes('show=all')")
    assert page.fragment == {"q": "NONE-1", "show": "all"}
    assert page.statements == ["NONE-1"]
    assert page.status == "0 of 1 cases, 1 of 64 statements"

    page.open("show=all")
    assert len(page.statements) == 64
    assert page.run("document.querySelector('#show-all').checked") is True
    assert page.run(topics) == 9


def test_without_javascript_a_part_shows_every_statement(page, part):
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.driver.get("about:blank")
        page.driver.get(part)
        assert len(page.statements) == 64
        assert page.run("document.querySelector('#show-all').offsetParent") is None
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_what_no_case_can_test_is_not_left_out(page, tmp_path):
    document = synthetic.results(1, cases=120)
    document["statements"]["NONE-9"] = {"text": "unseen", "untestable": "nobody can see it"}
    page.address = page_of_one(tmp_path, document)
    page.open()

    assert "NONE-9" in page.statements
    assert page.status == "120 cases, 65 statements"
    assert page.run("document.querySelector('#without-runs')") is None
