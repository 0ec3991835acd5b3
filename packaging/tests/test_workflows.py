"""The workflows of .github: well-formed, pinned, and of commands that are there."""

import json
import re
import shlex
import shutil
from types import SimpleNamespace

import pytest
from conftest import PROGRAM, TOP, run

yaml = pytest.importorskip("yaml", reason="python3-yaml is not installed")

WORKFLOWS = sorted((TOP / ".github/workflows").glob("*.yml"))
pytestmark = pytest.mark.skipif(not WORKFLOWS, reason="no checkout, no workflows")

SYSTEM = {"apt-get", "cat", "cp", "gh", "rm"}


def steps(path):
    """steps gives all steps of the workflow |path|, the combinations of its matrix filled in."""
    workflow = yaml.safe_load(path.read_text())
    for job in workflow["jobs"].values():
        (name, values), *_ = [*job.get("strategy", {}).get("matrix", {}).items(), ("", [""])]
        for value in values:
            for step in job["steps"]:
                expression = "${{ matrix." + name + " }}"
                yield {key: text.replace(expression, value) if key == "run" else text
                       for key, text in step.items()}


def commands(path):
    """commands gives the words of each command that the workflow |path| runs."""
    for step in steps(path):
        for line in step.get("run", "").splitlines():
            yield shlex.split(line.split(" >")[0])


def by_name(path):
    return path.stem


def test_there_are_workflows():
    assert [path.stem for path in WORKFLOWS] == ["conformance", "fuzz", "matrix", "sanitizers"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=by_name)
def test_is_well_formed(path):
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    # YAML 1.1 takes the key "on" for a truth.
    assert set(workflow[True]) <= {"push", "pull_request", "schedule", "workflow_dispatch"}
    for job in workflow["jobs"].values():
        assert job["runs-on"] == "ubuntu-24.04"
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)


@pytest.mark.parametrize("path", WORKFLOWS, ids=by_name)
def test_actions_are_pinned(path):
    loose = [step["uses"] for step in steps(path)
             if "uses" in step and not re.fullmatch(r"actions/[\w/-]+@v\d+", step["uses"])]
    assert loose == []


def presets(kind):
    listed = json.loads((TOP / "CMakePresets.json").read_text())[f"{kind}Presets"]
    return {preset["name"] for preset in listed if not preset.get("hidden")}


def front_door():
    """front_door gives the commands that ./certspec --help tells."""
    listed = re.findall(r"^  ([\w-]+(?:, [\w-]+)*)", run(TOP / "certspec", "--help"), re.M)
    return {name for names in listed for name in names.split(", ")}


@pytest.mark.parametrize("path", WORKFLOWS, ids=by_name)
def test_commands_are_there(path):
    reports = run(TOP / "reports/certspec-reports", "--help")
    seen = list(commands(path))
    assert seen
    for words in seen:
        program = words[0]
        if program == "./certspec":
            assert words[1] in front_door(), words
        elif program == "reports/certspec-reports":
            assert re.search(rf"^\s+{words[1]}\b", reports, re.M), words
        elif program in ("cmake", "ctest"):
            preset = words[words.index("--preset") + 1]
            kind = "test" if program == "ctest" else "build" if "--build" in words else "configure"
            assert preset in presets(kind), words
        elif program.startswith(".ci/"):
            assert (TOP / program).stat().st_mode & 0o111, words
        else:
            assert program in SYSTEM, words


def test_the_conformance_job_is_what_the_readme_says():
    told = [shlex.join(words) for words in commands(TOP / ".github/workflows/conformance.yml")]
    assert "./certspec run" in told
    assert "./certspec test" in told


@pytest.fixture
def folders(tmp_path):
    """folders gives a folder with good results of openssl-3.0.1, and one with those of
    openssl-3.0.2, of which spoil() makes bad ones; what else they hold is of other lines."""
    run(PROGRAM, "run", "suspend/minus-one-then-certificate", "--no-page", "--out",
        tmp_path / "before/openssl-3.0.1")
    for other in ("before/openssl-3.5.7", "before/openssl-1.1.1w", "after/openssl-3.0.2"):
        shutil.copytree(tmp_path / "before/openssl-3.0.1", tmp_path / other)

    def spoil():
        path = tmp_path / "after/openssl-3.0.2/results.json"
        results = json.loads(path.read_text())
        results["runs"][0] |= {"verdict": "deviates", "got": {"return": 0}, "want": {"return": 1}}
        counts = results["summary"]["verdicts"]
        counts |= {"pass": counts["pass"] - 1, "deviates": 1}
        path.write_text(json.dumps(results))

    return SimpleNamespace(before=tmp_path / "before", after=tmp_path / "after", spoil=spoil)


def test_matrix_changes_compares_within_a_line(folders):
    same = run(TOP / ".ci/matrix-changes", folders.before, folders.after)
    assert same.startswith("## openssl-3.0.2\n")
    assert "no difference" in same.lower()
    folders.spoil()
    worse = run(TOP / ".ci/matrix-changes", folders.before, folders.after, code=1)
    assert "suspend/minus-one-then-certificate" in worse


def test_matrix_changes_has_nothing_to_compare_with(folders):
    folders.spoil()
    alone = run(TOP / ".ci/matrix-changes", folders.before / "nowhere", folders.after)
    assert alone == "## openssl-3.0.2\n\nNo results before these.\n\n"


def test_matrix_changes_is_called_wrongly(folders):
    run(TOP / ".ci/matrix-changes", folders.before, code=2)
    run(TOP / ".ci/matrix-changes", folders.before, folders.after / "nowhere", code=2)
