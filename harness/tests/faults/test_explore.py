"""explore on a subject that crashes, loops, ends the process, or differs from the model: it says so
once a kind, with the least that shows it, and walks on."""

import json

import pytest

from conftest import preload

DEATHS = {"subject_segfaults": 11, "subject_aborts": 6, "subject_exits": 0}
ABOVE = "TLSv1.3:request:none:none:any:2ee:S"


def explored(certspec, *arguments, environment=None):
    """explored gives the report, and the exit code, of an exploration."""
    finished = certspec("explore", "--json", "--jobs", 1, *arguments, environment=environment)
    assert finished.stdout, finished.stderr
    return json.loads(finished.stdout), finished.exit


def write_ways(vectors, *ids):
    """write_ways says what the subject is known for."""
    folder = vectors.folder / "ways"
    folder.mkdir(exist_ok=True)
    ways = [{"id": one, "versions": [">=0.1"], "scenario": ABOVE, "reason": "because"}
            for one in ids]
    (folder / "openssl.json").write_text(
        json.dumps({"library": "openssl", "line": "1", "ways": ways}))


@pytest.mark.parametrize("name", DEATHS)
def test_walk_goes_on_when_the_library_dies(certspec, name):
    report, code = explored(certspec, "--depth", 0, "--limit", 12, environment=preload(name))
    assert code == 1
    assert report["performed"] == 12
    assert 0 < report["disagreements"] <= 12
    died = [found for found in report["found"] if found["answer"] == "died"]
    assert {found["signal"] for found in died} == {DEATHS[name]}
    assert all(found["case"] for found in died)
    shortest = min((found["code"] for found in died), key=len)
    assert shortest.endswith(":S") and shortest.startswith("TLSv1.")


def test_walk_goes_on_when_a_call_does_not_return(certspec):
    report, code = explored(certspec, "--depth", 0, "--limit", 3, "--time-limit", 2,
                            environment=preload("subject_loops"))
    assert code == 1
    assert report["performed"] == 3
    assert {found["answer"] for found in report["found"]} == {"endless"}


def test_disagreement_is_named_once_with_the_least_that_shows_it(certspec):
    report, code = explored(certspec, "--depth", 1, environment=preload("above_one_is_one"))
    assert code == 1
    assert report["disagreements"] > len(report["found"])
    assert ABOVE in {found["code"] for found in report["found"]}
    assert all(found["case"]["steps"] for found in report["found"])
    assert report["known"] == 0


def test_known_way_is_counted_and_green(certspec, vectors):
    write_ways(vectors, "above-one-is-one")
    environment = preload("above_one_is_one")
    report, code = explored(certspec, "--depth", 1, environment=environment)
    assert (code, report["disagreements"], report["found"]) == (0, 0, [])
    assert report["known"] > 0
    assert report["ways"] == {"above-one-is-one": report["known"]}

    finished = certspec("explore", "--only", ABOVE, environment=environment)
    assert finished.exit == 0
    assert "known, above-one-is-one: because" in finished.stdout

    finished = certspec("explore", "--depth", 0, environment=environment)
    assert finished.exit == 0
    assert "disagree in 1 known ways" in finished.stdout


def test_way_that_changes_nothing_is_not_counted(certspec, vectors):
    """The model takes the way of one slot here, too, and comes to the same without it."""
    write_ways(vectors, "above-one-is-one", "one-slot")
    report, _ = explored(certspec, "--depth", 0, environment=preload("above_one_is_one"))
    assert report["known"] > 0
    assert report["ways"] == {"above-one-is-one": report["known"]}


def test_known_way_that_is_gone_is_no_longer_green(certspec, vectors):
    write_ways(vectors, "above-one-is-one")
    report, code = explored(certspec, "--depth", 0)
    assert (code, report["disagreements"]) == (1, 0)
    assert report["gone"] == ["above-one-is-one"]
    finished = certspec("explore", "--depth", 0, "--quiet")
    assert "known, and not seen any more: above-one-is-one" in finished.stdout


def test_known_way_whose_scenario_hangs_is_gone(certspec, vectors):
    """Not to return is another thing than what is known."""
    write_ways(vectors, "above-one-is-one")
    report, code = explored(certspec, "--depth", 0, "--limit", 1, "--time-limit", 2,
                            environment=preload("subject_loops"))
    assert code == 1
    assert report["gone"] == ["above-one-is-one"]


def test_way_that_nobody_knows_is_bad_input(certspec, vectors):
    write_ways(vectors, "sideways")
    finished = certspec("explore", "--depth", 0)
    assert finished.exit == 2
    assert "ways/openssl.json:1: sideways: the model knows no such way" in finished.stderr
