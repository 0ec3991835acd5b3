"""What a run of the targets ends with: what was found, and what is below its floor."""

from pathlib import Path

import pytest
from test_fuzz import program


def run_of(monkeypatch, found, features, ms):
    """The exit code of `certspec-fuzz ca_list`, whose target ends so; its libssl is of 3.0.22."""
    monkeypatch.setattr(program, "libssl", lambda *_: Path("libssl"))
    monkeypatch.setattr(program, "build", lambda *_, **__: Path("built"))
    monkeypatch.setattr(program, "fuzz", lambda *_: (found, features))
    monkeypatch.setattr(program.speed, "version_of", lambda _: "3.0.22")
    monkeypatch.setattr(program, "costs", lambda *_: {program.OPENSSL: 1.0, "ca_list": ms})
    return program.run(program.parse(["ca_list"]))


def floor(key):
    return program.json.loads((program.FUZZ / "floors.json").read_text())["3.0"]["ca_list"][key]


@pytest.mark.parametrize("found, fewer, slower, code", [
    (False, 0, 0.9, 0),
    (False, 1, 0.9, program.BELOW_FLOOR),
    (False, 0, 1.1, program.BELOW_FLOOR),
    (True, 1, 1.1, program.FOUND),
])
def test_a_run_below_its_floor_is_not_green(monkeypatch, found, fewer, slower, code):
    features = floor("features") - fewer
    assert run_of(monkeypatch, found, features, slower / floor("speed")) == code


def test_what_cannot_be_compared_is_said(monkeypatch, capsys):
    """Without OpenSSL's own fuzzer features count all the same."""
    def no_client(*_):
        raise program.speed.NoClient("it is not kept")

    for fewer, below in (0, False), (1, True):
        with monkeypatch.context() as patch:
            patch.setattr(program, "floors_of", lambda _: {"ca_list": {"features": 9, "speed": 1}})
            patch.setattr(program, "costs", no_client)
            assert program.below_floor({"ca_list": 9 - fewer}, None, None) == below
        assert "speed is not compared: it is not kept" in capsys.readouterr().out


def test_a_line_without_floors_is_said(monkeypatch, capsys):
    monkeypatch.setattr(program.speed, "version_of", lambda _: "9.9.1")
    assert not program.below_floor({"ca_list": 0}, Path("libssl"), None)
    assert capsys.readouterr().out == "no floors are recorded for OpenSSL 9.9.1\n"
