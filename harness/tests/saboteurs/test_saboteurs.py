"""Each saboteur breaks the subject; a case that names the broken statement has to notice."""

import json
import os
import resource
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
TOP = FOLDER.parents[2]
PROGRAM = os.environ.get("CERTSPEC_PROGRAM", str(TOP / "build/harness/certspec"))
LIBRARIES = Path(os.environ.get("CERTSPEC_SABOTEURS", TOP / "build/harness/tests/saboteurs"))
TABLE = json.loads((FOLDER / "saboteurs.json").read_text())
SABOTEURS = {saboteur["name"]: saboteur for saboteur in TABLE["saboteurs"]}
BREAK_A_STATEMENT = [name for name, saboteur in SABOTEURS.items() if saboteur["breaks"]]
SEEN_BY = {name: saboteur["seen_by"] for name, saboteur in SABOTEURS.items()
           if not saboteur["breaks"]}
# What breaks here breaks on the others; a saboteur that cannot names its own.
PROTOCOLS = ("TLSv1.2", "TLSv1.3")
# A subject that no saboteur breaks has time, however busy the machine is.
SECONDS, SECONDS_UNBROKEN = 5, 60
# A part of a saboteur's runs: the other parts are for what it did not show.
RUNS_IN_A_PART = 10
# Not error and not server-bug: those are no verdicts on the subject.
CAUGHT = {"deviates", "crash", "timeout"}


def how(name):
    """how gives the first comment of a saboteur's source: what it does."""
    return (FOLDER / f"{name}.c").read_text().split("*/")[0].split(":", 1)[1].strip()


def results_of(out, *choice, library=None):
    """results_of runs what |choice| selects, with |library| over the subject."""
    environment = {**os.environ, **({"LD_PRELOAD": str(library)} if library else {})}
    finished = subprocess.run(
        [PROGRAM, "run", *choice, "--quiet", "--no-page", "--cold",
         "--time-limit", str(SECONDS if library else SECONDS_UNBROKEN), "--out", str(out)],
        env=environment, capture_output=True, text=True, timeout=600)
    results = json.loads((out / "results.json").read_text())
    assert results["summary"]["complete"], finished.stdout + finished.stderr
    return results


def words(option, values):
    """words gives |option| once for each of |values|."""
    return [word for value in values for word in (option, value)]


def count_runs(statements, protocols):
    """count_runs gives how many runs check one of |statements| on |protocols|."""
    cases = [case for path in (TOP / "vectors" / "cases").glob("*.json")
             for case in json.loads(path.read_text())["cases"]]
    return sum(len(set(case["protocols"]) & set(protocols)) for case in cases
               if set(case.get("statements", ())) & set(statements))


def runs_of(out, statements, protocols=PROTOCOLS, library=None):
    """runs_of runs the cases of |statements|, with a |library| only until each was noticed once.
    Gives {statement: its runs}."""
    choice = [*words("--statement", statements), *words("--protocol", protocols)]
    parts = library and count_runs(statements, protocols) // RUNS_IN_A_PART or 1
    runs = {one: [] for one in statements}
    for part in range(1, parts + 1):
        results = results_of(out, *choice, "--shard", f"{part}/{parts}", library=library)
        for one in statements:
            runs[one] += [run for run in results["runs"] if one in run["statements"]]
        if library and all(caught(runs[one]) for one in statements):
            break
    return runs


def caught(runs):
    """caught gives those of |runs| that noticed."""
    return [f"{run['case']} {run['protocol']}" for run in runs if run["verdict"] in CAUGHT]


def unsupported(runs):
    """unsupported gives why the subject can perform none of |runs|, or None."""
    if not runs or any(run["verdict"] != "unsupported" for run in runs):
        return None
    return "; ".join(sorted({run["reason"] for run in runs}))


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
    others = {"between", "foreign_pair", "messages",
              *(path.stem for path in FOLDER.glob("subject_*.c"))}
    assert {path.stem for path in FOLDER.glob("*.c")} - others == set(SABOTEURS)


def test_without_saboteurs_nothing_is_noticed(tmp_path):
    statements = sorted({one for name in SABOTEURS for one in SABOTEURS[name]["breaks"]})
    protocols = {one for name in SABOTEURS for one in SABOTEURS[name].get("protocols", PROTOCOLS)}
    runs = runs_of(tmp_path, statements, sorted(protocols))
    assert {one: caught(runs[one]) for one in statements if caught(runs[one])} == {}


@pytest.mark.parametrize("name", BREAK_A_STATEMENT)
def test_saboteur_is_caught(tmp_path, name, broken_and_caught):
    library = LIBRARIES / f"{name}.so"
    assert library.exists()
    saboteur = SABOTEURS[name]
    runs = runs_of(tmp_path, saboteur["breaks"], saboteur.get("protocols", PROTOCOLS), library)
    broken_and_caught.update(one for one in runs if caught(runs[one]))
    missed = [one for one in runs if not caught(runs[one])]
    reasons = {one: unsupported(runs[one]) for one in missed}
    assert [one for one in missed if not reasons[one]] == [], how(name)
    if missed == saboteur["breaks"]:
        pytest.skip(f"{', '.join(missed)}: {reasons[missed[0]]}")


@pytest.mark.parametrize("name", SEEN_BY)
def test_saboteur_of_the_undocumented_is_seen(tmp_path, name):
    """The manual is silent there: an observed case must see a difference, for its pin to break."""
    choice = [*words("--case", [SEEN_BY[name]]), *words("--protocol", PROTOCOLS)]
    without = observed(results_of(tmp_path, *choice))
    seen = observed(results_of(tmp_path, *choice, library=LIBRARIES / f"{name}.so"))
    assert [run for run, got in seen.items() if got != without[run]], how(name)


def test_share_of_statements(tmp_path, broken_and_caught, request):
    chosen = [item for item in request.session.items if "saboteur_is_caught" in item.name]
    if len(chosen) != len(BREAK_A_STATEMENT):
        pytest.skip("only some saboteurs were at work")

    pages = {path.stem: {statement["id"]
                         for statement in json.loads(path.read_text())["statements"]
                         if "untestable" not in statement}
             for path in (TOP / "vectors" / "manual").glob("*.json")}
    pages["all"] = set().union(*pages.values())
    missing = sorted(pages["all"] - broken_and_caught)
    # On every protocol: what two cannot, others might.
    results = results_of(tmp_path, *words("--statement", missing))["runs"] if missing else []
    reasons = {one: unsupported([run for run in results if one in run["statements"]])
               for one in missing}
    shares = {}
    for name in TABLE["floor"]:
        apart = {one for one in pages[name] if reasons.get(one)}
        testable = pages[name] - apart
        share = shares[name] = len(broken_and_caught & testable) / len(testable)
        never = sorted(testable - broken_and_caught)
        print(f"saboteurs, {name}: {len(broken_and_caught & testable)} of {len(testable)} testable "
              f"statements broken and caught ({share:.0%}); {len(apart)} apart")
        for one in never:
            print(f"  never broken: {one}: {TABLE['unbroken'].get(one, 'no saboteur yet')}")
        for one in sorted(apart):
            print(f"  apart: {one}: {reasons[one]}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"CPU: {used.ru_utime + used.ru_stime:.0f} s in {len(SABOTEURS)} saboteurs' runs")
    assert {name for name in shares if shares[name] < TABLE["floor"][name]} == set()


def test_reasons_are_for_statements_that_no_saboteur_breaks():
    broken = {one for name in SABOTEURS for one in SABOTEURS[name]["breaks"]}
    assert not broken & set(TABLE["unbroken"])
