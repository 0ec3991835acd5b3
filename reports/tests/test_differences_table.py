"""The README's table of differences: what it says, and that it goes where it belongs."""

import pytest

from certspec_reports.differences_table import BEGIN, END, differences_table
from synthetic import results


@pytest.fixture
def three(loaded):
    documents = [results(library=number, cases=1) for number in (3, 4, 4)]
    documents[2]["subject"] |= {"library": "boringssl", "version": "29"}
    values = ("SSL_ERROR_SSL", "SSL_ERROR_WANT_READ", "SSL_ERROR_SYSCALL")
    for document, value in zip(documents, values, strict=True):
        for run in document["runs"]:
            run |= {"tier": "observed", "verdict": "pinned", "got": {"steps[0].error": value}}
    return [loaded(document, f"{i}.json") for i, document in enumerate(documents)]


def test_row_has_the_value_of_each_library(three):
    head, _, *rows = differences_table(three).splitlines()
    assert head == "| case | what | OpenSSL 3.6.5 | OpenSSL 4.0.3 | BoringSSL 29 |"
    assert len(rows) == 1
    cells = "| `steps[0].error` | SSL_ERROR_SSL | SSL_ERROR_WANT_READ | SSL_ERROR_SYSCALL |"
    assert rows[0].endswith(cells)


def test_cases_that_differ_alike_share_a_row(loaded):
    documents = [results(library=number, cases=3) for number in (3, 4)]
    for document, value in zip(documents, ("SSL_ERROR_SSL", "SSL_ERROR_WANT_READ"), strict=True):
        for run in document["runs"]:
            run |= {"tier": "observed", "verdict": "pinned", "got": {"steps[0].error": value}}
    cases = sorted({run["case"] for run in documents[0]["runs"]})
    assert len(cases) == 3
    loaded_ones = [loaded(document, f"{i}.json") for i, document in enumerate(documents)]
    _, _, *rows = differences_table(loaded_ones).splitlines()
    assert len(rows) == 1
    assert f"`{cases[0]}`" in rows[0] and "and 2 more cases" in rows[0]


def test_fork_alone_makes_no_row(three):
    assert len(differences_table([three[0], three[2]]).splitlines()) == 2


def test_table_goes_between_the_marks_and_is_checked(program, save, tmp_path):
    path = save(results(library=3, cases=1), "a.json")
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    arguments = ("differences-table", path, "--into", str(readme))
    assert program(*arguments, "--check").returncode == 1
    assert program(*arguments).returncode == 0
    text = readme.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert program(*arguments, "--check").returncode == 0


def test_file_without_marks_is_refused(program, save, tmp_path):
    path = save(results(library=3, cases=1), "a.json")
    readme = tmp_path / "README.md"
    readme.write_text("nothing\n")
    assert program("differences-table", path, "--into", str(readme)).returncode == 2
