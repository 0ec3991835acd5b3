"""Bad options: one line, exit code 2."""

import pytest

from conftest import BAD_INPUT, one_line

BAD_OPTIONS = {
    "unknown option": ("run", "--wings"),
    "unknown command": ("fly",),
    "missing argument": ("run", "--case"),
    "no number": ("run", "--jobs", "many"),
    "no jobs": ("run", "--jobs", "0"),
    "no time": ("run", "--time-limit", "0"),
    "malformed shard": ("run", "--shard", "1"),
    "shard beyond the last": ("run", "--shard", "3/2"),
    "shard nought": ("run", "--shard", "0/2"),
    "unknown protocol": ("run", "--protocol", "TLSv9"),
    "unknown statement": ("run", "--statement", "NOBODY-1"),
    "no such case": ("run", "no/such-case"),
    "unknown colour": ("run", "--color", "sometimes"),
    "option of another command": ("show", "fault/one", "--shard", "1/2"),
    "show nothing": ("show",),
    "show what is not there": ("show", "fault/gone"),
}


@pytest.mark.parametrize("name", BAD_OPTIONS)
def test_bad_option(certspec, name):
    arguments = BAD_OPTIONS[name]
    finished = certspec(*arguments)
    assert finished.exit == BAD_INPUT
    assert one_line(finished).startswith("certspec: ")
    assert finished.results is None


def test_fewer_runs_than_asked(certspec):
    assert certspec("run", "--min", "2").exit == 0
    assert certspec("run", "--min", "3").exit == 4


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help(certspec, option):
    finished = certspec("run", option)
    assert finished.exit == 0
    assert finished.stdout.strip()
    assert finished.stderr == ""
