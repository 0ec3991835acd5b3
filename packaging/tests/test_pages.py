"""The man page and the completions say what --help says, and are well-formed."""

import json
import re
import shutil
import subprocess

import pytest
from conftest import PROGRAM, run

COMMANDS = [command["name"] for command in
            json.loads(run(PROGRAM, "--help", "--json"))["commands"]]


def need(program):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


def options_of(*command):
    """options_of gives the spellings that --help of |command| tells: ["--case", "-c"]."""
    lines = run(PROGRAM, *command, "--help").splitlines()
    found = [word for line in lines
             for word in re.findall(r"^  (?:(-\w), |    )(--[\w-]+)", line)]
    return [spelling for pair in found for spelling in pair if spelling]


def test_help_is_understood():
    assert {"run", "list", "show"} <= set(COMMANDS)
    assert {"--case", "-c", "--no-page", "--help", "-h"} <= set(options_of("run"))


@pytest.mark.parametrize("command", COMMANDS)
def test_all_options_are_in_the_man_page(pages, command):
    text = pages.man.read_text().replace("\\-", "-").replace("\\fB", "").replace("\\fR", "")
    assert f".SS {command}" in text
    told = set(re.findall(r"(?<![\w-])--?\w[\w-]*", text))
    assert set(options_of(command)) - told == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_all_options_are_completed_by_bash(pages, command):
    offered = complete(pages.bash, command, "-")
    assert sorted(offered) == sorted(options_of(command))


@pytest.mark.parametrize("command", COMMANDS)
def test_all_options_are_completed_by_zsh(pages, command):
    text = pages.zsh.read_text()
    part = re.search(rf"^        {command}\)\n(.*?);;$", text, re.M | re.S)[1]
    offered = re.findall(r"'\*?(--?[\w-]+?)[=+]?\[", part)
    assert sorted(offered) == sorted(options_of(command))


def complete(script, *words):
    """complete gives what bash offers for the last of |words| behind "certspec"."""
    program = """
        source "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _certspec "$1"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    printed = run("bash", "-c", program, "bash", script, PROGRAM, *words)
    return [line for line in printed.splitlines() if line]


@pytest.mark.parametrize("words, offered", [
    (["ru"], ["run"]),
    (["--ver"], ["--version"]),
    (["run", "--color", ""], ["auto", "always", "never"]),
    (["run", "--color", "=", "ne"], ["never"]),
    (["run", "--color", "="], ["auto", "always", "never"]),
    (["--color", "never", "li"], ["list"]),
    (["run", "-p", "TLSv1.3"], ["TLSv1.3"]),
    (["run", "--shard", ""], []),
    (["show", "suspend/minus-one-then-cert"], ["suspend/minus-one-then-certificate"]),
    (["run", "--statement", "SUSPEND-4"], ["SUSPEND-4"]),
])
def test_bash_completes(pages, words, offered):
    assert complete(pages.bash, *words) == offered


def test_bash_completes_files(pages, tmp_path):
    (tmp_path / "results.json").touch()
    (tmp_path / "folder").mkdir()
    assert complete(pages.bash, "diff", f"{tmp_path}/re") == [f"{tmp_path}/results.json"]
    assert complete(pages.bash, "run", "--out", f"{tmp_path}/") == [f"{tmp_path}/folder"]


def test_the_colors_are_those_that_are_taken(pages):
    for color in complete(pages.bash, "run", "--color", ""):
        run(PROGRAM, "list", "--features", "--color", color)


def test_shellcheck_has_no_complaint(pages):
    need("shellcheck")
    run("shellcheck", "--shell", "bash", pages.bash)


def test_zsh_can_read_it(pages):
    need("zsh")
    run("zsh", "-n", pages.zsh)


@pytest.mark.parametrize("command", [
    ["groff", "-man", "-ww", "-Tutf8"], ["mandoc", "-T", "lint", "-W", "warning"]])
def test_the_man_page_is_well_formed(pages, command):
    need(command[0])
    finished = subprocess.run([*command, pages.man], capture_output=True, text=True, check=True)
    complaints = finished.stderr if command[0] == "groff" else finished.stdout
    assert complaints == ""
