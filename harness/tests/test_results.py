"""What a run leaves behind: results.json by its schema, junit.xml, shards that add up."""

import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import pytest

TOP = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CERTSPEC_PROGRAM", str(TOP / "build/harness/certspec"))
SCHEMA = TOP / "reports" / "schema" / "results.schema.json"
CASES = "suspend/*"


def run(folder, *arguments):
    """run performs the cases into |folder| and gives the results."""
    finished = subprocess.run([PROGRAM, "run", *arguments, "--out", str(folder)],
                              capture_output=True, text=True, timeout=300)
    assert finished.returncode in (0, 89), finished.stdout + finished.stderr
    return json.loads((folder / "results.json").read_text())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return folder, run(folder, CASES)


def keys_of(results):
    return sorted((one["case"], one["protocol"]) for one in results["runs"])


def test_results_obey_their_schema(whole):
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    assert [error.message for error in validator.iter_errors(whole[1])] == []


def test_summary_counts_the_runs(whole):
    results = whole[1]
    assert results["summary"]["complete"] is True
    assert results["summary"]["runs"] == len(results["runs"]) > 0
    assert sum(results["summary"]["verdicts"].values()) == len(results["runs"])


def test_a_run_after_megabytes_of_events(tmp_path):
    """Runs of one process write to one file, which is not let grow."""
    vectors = tmp_path / "vectors"
    shutil.copytree(TOP / "vectors", vectors, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    case = {
        "id": "called/again-and-again",
        "rev": 1,
        "title": "a step that is taken very often",
        "statements": ["REQUEST-2"],
        "tier": "documented",
        "protocols": ["TLSv1.1", "TLSv1.2", "TLSv1.3"],
        "client": {},
        "server": {"request": False},
        "steps": [{"do": "inspect"}] * 12000 + [{"do": "handshake", "expect": {"return": 1}}],
        "expect": {"steps[11999].callback_calls": 0, "steps[12000].callback_calls": 0},
    }
    topic = vectors / "cases" / "called.json"
    document = json.loads(topic.read_text())
    document["cases"].append(case)
    topic.write_text(json.dumps(document))
    results = run(tmp_path / "out", case["id"], "--vectors", str(vectors), "--jobs", "1")
    assert [one["verdict"] for one in results["runs"]] == ["pass"] * 3


def test_libraries_are_those_that_are_mapped(whole):
    subject, server = whole[1]["subject"], whole[1]["server"]
    assert Path(subject["libssl"]["path"]).exists()
    assert len(subject["libssl"]["sha256"]) == 64
    assert server["libraries"]


def test_ladder_holds_what_either_end_has_seen(whole):
    # libssl tells of no ChangeCipherSpec that comes, and of no data.
    untold = ("ChangeCipherSpec", "ApplicationData")

    def names(ladder, side, direction):
        return [line["name"] for line in ladder
                if (line["side"], line["kind"], line.get("direction"))
                == (side, "message", direction) and line["name"] not in untold]

    ladders = [one["observation"]["log"] for one in whole[1]["runs"]
               if one["case"] == "suspend/driven-by-handshake" and one["protocol"] == "TLSv1.2"]
    assert len(ladders) == 1
    for ladder in ladders:
        assert names(ladder, "client", "sent") == names(ladder, "server", "received")
        assert names(ladder, "client", "received") == names(ladder, "server", "sent")
        moments = [line["t"] for line in ladder]
        assert moments[0] == 0 and moments == sorted(moments)
        for name, sender, receiver in (("ClientHello", "client", "server"),
                                       ("ServerHello", "server", "client")):
            ends = [(line["side"], line["direction"]) for line in ladder if line["name"] == name]
            assert ends == [(sender, "sent"), (receiver, "received")]


def test_junit_has_each_run(whole):
    folder, results = whole
    root = ElementTree.parse(folder / "junit.xml").getroot()
    assert len(list(root.iter("testcase"))) == len(results["runs"])
    assert list(root.iter("failure")) == []


def test_shards_add_up(whole, tmp_path):
    shards = [run(tmp_path / str(number), CASES, "--shard", f"{number}/3")
              for number in (1, 2, 3)]
    together = sorted(key for shard in shards for key in keys_of(shard))
    assert together == keys_of(whole[1])


def test_jobs_do_not_change_verdicts(whole, tmp_path):
    def verdicts(results):
        return {(one["case"], one["protocol"]): (one["verdict"], one.get("got"))
                for one in results["runs"]}

    assert verdicts(run(tmp_path, CASES, "--jobs", "1")) == verdicts(whole[1])


def test_reproduce_reproduces(whole, tmp_path):
    one = whole[1]["runs"][0]
    command = one["reproduce"].split()
    arguments = command[command.index("run") + 1:]
    again = run(tmp_path, *(word.strip("'\"") for word in arguments))
    assert keys_of(again) == [(one["case"], one["protocol"])]


def test_catalogue_as_ctest(tmp_path):
    """Each case is a test with labels; a change of the JSON shows in the next call."""
    finished = subprocess.run([PROGRAM, "list", "--ctest"], capture_output=True, text=True,
                              check=True)
    (tmp_path / "CTestTestfile.cmake").write_text(finished.stdout)
    listed = json.loads(subprocess.run(
        ["ctest", "--test-dir", str(tmp_path), "--show-only=json-v1"], capture_output=True,
        text=True, check=True).stdout)
    properties = [{one["name"]: one["value"] for one in test["properties"]}
                  for test in listed["tests"]]
    assert len(properties) > 100
    for one in properties:
        assert one["SKIP_RETURN_CODE"] == 89
        assert one["TIMEOUT"] > 0
        assert len(one["LABELS"]) >= 2
