"""Each saboteur breaks the subject; a case that names the broken statement has to notice."""

import json
import os
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
TOP = FOLDER.parents[2]
PROGRAM = os.environ.get("CERTSPEC_PROGRAM", str(TOP / "build/harness/certspec"))
LIBRARIES = Path(os.environ.get("CERTSPEC_SABOTEURS", TOP / "build/harness/tests/saboteurs"))
TABLE = json.loads((FOLDER / "saboteurs.json").read_text())
SABOTEURS = {saboteur["name"]: saboteur["breaks"] for saboteur in TABLE["saboteurs"]}
BREAK_A_STATEMENT = [name for name, breaks in SABOTEURS.items() if breaks]
SEEN_BY = {saboteur["name"]: saboteur["seen_by"] for saboteur in TABLE["saboteurs"]
           if not saboteur["breaks"]}
# Not error and not server-bug: those are no verdicts on the subject.
CAUGHT = {"deviates", "crash", "timeout"}


def how(name):
    """how gives the first comment of a saboteur's source: what it does."""
    return (FOLDER / f"{name}.c").read_text().split("*/")[0].split(":", 1)[1].strip()


def results_of(out, *choice, library=None):
    """results_of runs what |choice| selects, with |library| over the subject."""
    environment = {**os.environ, **({"LD_PRELOAD": str(library)} if library else {})}
    finished = subprocess.run(
        [PROGRAM, "run", *choice, "--quiet", "--no-page", "--cold", "--time-limit", "5",
         "--out", str(out)],
        env=environment, capture_output=True, text=True, timeout=600)
    results = json.loads((out / "results.json").read_text())
    assert results["summary"]["complete"], finished.stdout + finished.stderr
    return results


def caught_statements(out, statements, library=None):
    """caught_statements runs the cases of |statements|. Gives {statement: runs that noticed}."""
    choice = [word for statement in statements for word in ("--statement", statement)]
    caught = {statement: [] for statement in statements}
    for run in results_of(out, *choice, library=library)["runs"]:
        if run["verdict"] in CAUGHT:
            for statement in set(run["statements"]) & set(statements):
                caught[statement].append(f"{run['case']} {run['protocol']}")
    return caught


def observed(results):
    """observed gives what the observed cases saw, by run."""
    return {(run["case"], run["protocol"]): run["got"]
            for run in results["runs"] if run["tier"] == "observed"}


@pytest.fixture(scope="module")
def broken_and_caught():
    """broken_and_caught gathers the statements that were broken and seen to be."""
    return set()


def test_sources_and_table_agree():
    # Those that break the process are for the fault tests.
    others = {"between", "foreign_pair", *(path.stem for path in FOLDER.glob("subject_*.c"))}
    assert {path.stem for path in FOLDER.glob("*.c")} - others == set(SABOTEURS)


def test_without_saboteurs_nothing_is_noticed(tmp_path):
    statements = sorted({one for breaks in SABOTEURS.values() for one in breaks})
    caught = caught_statements(tmp_path, statements)
    assert {one: runs for one, runs in caught.items() if runs} == {}


@pytest.mark.parametrize("name", BREAK_A_STATEMENT)
def test_saboteur_is_caught(tmp_path, name, broken_and_caught):
    library = LIBRARIES / f"{name}.so"
    assert library.exists()
    caught = caught_statements(tmp_path, SABOTEURS[name], library)
    broken_and_caught.update(one for one, runs in caught.items() if runs)
    assert [one for one, runs in caught.items() if not runs] == [], how(name)


@pytest.mark.parametrize("name", SEEN_BY)
def test_saboteur_of_the_undocumented_is_seen(tmp_path, name):
    """The manual is silent there: an observed case must see a difference, for its pin to break."""
    without = observed(results_of(tmp_path, SEEN_BY[name]))
    seen = observed(results_of(tmp_path, SEEN_BY[name], library=LIBRARIES / f"{name}.so"))
    assert [run for run, got in seen.items() if got != without[run]], how(name)


def test_share_of_statements(broken_and_caught, request):
    chosen = [item for item in request.session.items if "saboteur_is_caught" in item.name]
    if len(chosen) != len(BREAK_A_STATEMENT):
        pytest.skip("only some saboteurs were at work")

    def check_share(name, pages):
        testable = {statement["id"] for page in pages
                    for statement in json.loads(page.read_text())["statements"]
                    if "untestable" not in statement}
        share = len(broken_and_caught & testable) / len(testable)
        print(f"saboteurs, {name}: {len(broken_and_caught & testable)} of {len(testable)} testable "
              f"statements broken and caught ({share:.0%}); never broken: "
              f"{', '.join(sorted(testable - broken_and_caught)) or 'none'}")
        assert share >= TABLE["floor"][name]

    pages = sorted((TOP / "vectors" / "manual").glob("*.json"))
    page = "SSL_CTX_set_client_cert_cb"
    check_share(page, [path for path in pages if path.stem == page])
    check_share("all", pages)
