"""The table in the README: what it says, and that a stale one is found and written."""

import pytest

from check import check
from checker.table import BEGIN, END, table
from spoilt import documented

STALE = "the table is stale (check.py --write writes it)"
NO_MARKERS = f"the markers {BEGIN} and {END} have to stand there once each"


@pytest.fixture(name="readme")
def _readme(folder):
    path = folder.path / "README.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    return path


def test_each_entry_has_a_row(folder):
    assert table(check(folder.path)) == [
        "3 entries: 2 with 1 cases, 1 none.",
        "",
        "**OLD: what was known before**",
        "",
        "| id | about | where it stands | cases |",
        "| --- | --- | --- | --- |",
        "| OLD-1 | one | ONE-1 | `topic/documented` |",
        "| OLD-2 | two |  | none: too far away |",
        "",
        "**A: what was reported**",
        "",
        "| id | about | where it stands | cases |",
        "| --- | --- | --- | --- |",
        "| A01 | three | tracker#1 | `topic/documented` |",
    ]


def test_many_cases_of_a_topic_are_counted(folder):
    case = documented(folder.files)
    for number in range(5):
        folder.files["cases/topic.json"]["cases"].append(case | {"id": f"topic/more-{number}"})
    folder.save()
    assert "| A01 | three | tracker#1 | `topic/…` (6) |" in table(check(folder.path))


def test_stale_table_is_found_and_written(folder, readme):
    assert folder.problems() == [("README.md", 3, "table", STALE)]
    assert folder.problems(write=True) == []
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n3 entries") and text.endswith(f"|\n{END}\nafter\n")
    assert folder.problems() == []

    folder.files["catalogue.json"]["entries"][2]["about"] = "four"
    folder.save()
    line = folder.line_of("README.md", "| A01 |")
    assert folder.problems() == [("README.md", line, "table", STALE)]


@pytest.mark.parametrize("text", ["", BEGIN, END, END + BEGIN, BEGIN + END + END])
def test_markers_have_to_be_there(folder, readme, text):
    readme.write_text(text, encoding="utf-8")
    assert folder.problems(write=True) == [("README.md", 1, "table", NO_MARKERS)]
    assert readme.read_text(encoding="utf-8") == text
