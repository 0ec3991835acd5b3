"""The programs around the fuzz targets; the targets themselves are replayed."""

import importlib.machinery
import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[1]
TOP = FUZZ.parent
HANG = 300

sys.path.insert(0, str(FUZZ))
import seeds  # noqa: E402
import speed  # noqa: E402

LOADER = importlib.machinery.SourceFileLoader("certspec_fuzz", str(FUZZ / "certspec-fuzz"))
program = importlib.util.module_from_spec(importlib.util.spec_from_loader(LOADER.name, LOADER))
LOADER.exec_module(program)


def call(*command):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=HANG,
                          check=False)


@pytest.fixture(scope="module")
def seed_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    assert seeds.main([str(TOP / "vectors"), str(folder)]) == 0
    return folder


def targets():
    return {line.split()[0] for line in call(FUZZ / "certspec-fuzz", "--list").stdout.splitlines()}


def test_every_target_is_whole():
    assert targets() == set(seeds.TARGETS)
    for target in targets():
        for name in (f"{target}.options", f"{target}.dict", f"proof/{target}.c"):
            assert (FUZZ / name).exists(), name


def test_seeds_come_from_all_lists(seed_folder):
    lists = [data for data, _ in seeds.ca_lists(TOP / "vectors")]
    assert len(lists) > 50
    made = {path.read_bytes()[1:] for path in (seed_folder / "ca_list").iterdir()}
    assert made == set(lists)


def test_stale_seeds_go_away(seed_folder):
    stale = seed_folder / "ca_list" / "stale"
    stale.write_bytes(b"")
    assert seeds.main([str(TOP / "vectors"), str(seed_folder)]) == 0
    assert not stale.exists()


def test_unknown_target():
    finished = call(FUZZ / "certspec-fuzz", "no_such")
    assert finished.returncode == 2
    assert 'unknown target "no_such"' in finished.stderr


@pytest.mark.parametrize("target", ["ca_list", "certificate_request"])
def test_a_crash_is_a_case(target, seed_folder, tmp_path):
    vectors = tmp_path / "vectors"
    shutil.copytree(TOP / "vectors", vectors, ignore=shutil.ignore_patterns("__pycache__"))
    path = vectors / "cases" / "hostile.json"
    document = json.loads(path.read_text())
    some = sorted((seed_folder / target).iterdir())[::60]
    assert len(some) > 4
    for seed in some:
        finished = call(FUZZ / "crash-to-case", target, seed)
        assert finished.returncode == 0, finished.stderr
        document["cases"].append(json.loads(finished.stdout))
    path.write_text(json.dumps(document))
    call(sys.executable, vectors / "check.py", "--write", "--vectors", vectors)
    finished = call(sys.executable, vectors / "check.py", "--vectors", vectors)
    found = [line for line in finished.stdout.splitlines() if "fuzz-" in line]
    assert found == []


@pytest.mark.parametrize("arguments, code, said", [
    (["--kind", "fast"], 2, "--kind is fuzz, coverage, upstream or cflags"),
    (["--source", "no-such.tar.gz"], 2, "cannot read no-such.tar.gz"),
    (["--source"], 2, "--source needs a value"),
    (["--fast"], 2, 'unknown option "--fast"'),
])
def test_libssl_bad_options(arguments, code, said):
    finished = call(FUZZ / "libssl.sh", *arguments)
    assert finished.returncode == code
    assert said in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


def test_libssl_of_another_tarball(tmp_path):
    tarball = tmp_path / "other.tar.gz"
    with tarfile.open(tarball, "w:gz") as archive:
        archive.add(__file__, "other/file")
    finished = call("env", "CC=cc", FUZZ / "libssl.sh", "--kind", "cflags", "--source", tarball,
                    "--cache", tmp_path / "cache")
    assert finished.returncode == 3
    assert finished.stderr.splitlines()[-1].endswith("other.tar.gz holds no OpenSSL")


@pytest.mark.parametrize("lines, features", [
    (["#2\tINITED cov: 5 ft: 7 corp: 1/1b", "#9\tDONE   cov: 5 ft: 21 corp: 2/2b lim: 4"], 21),
    (["#1782: cov: 8548 ft: 6402 corp: 229 exec/s 156 oom/timeout/crash: 0/0/0 time: 9s"], 6402),
    (["INFO: Loaded 1 modules", "rubbish ft: 3"], 0),
])
def test_features_are_read_of_libfuzzers_last_line(lines, features):
    assert program.covered(lines)[0] == features


def test_every_target_has_floors():
    floors = json.loads((FUZZ / "floors.json").read_text())
    for line in floors.values():
        assert set(line) == targets()
        for floor in line.values():
            assert set(floor) == {"features", "speed"}
            assert floor["features"] > 1 and floor["speed"] > 0


@pytest.mark.parametrize("features, ms, said", [
    (100, 2.0, []),
    (99, 2.0, ["ca_list: covers 99 features, fewer than its floor of 100"]),
    (100, 2.1, ["ca_list: takes 0.48 inputs for each of OpenSSL's client, fewer than its floor of"
                " 0.5"]),
])
def test_what_is_below_a_floor_is_said(monkeypatch, capsys, features, ms, said):
    monkeypatch.setattr(program, "floors_of",
                        lambda prefix: {"ca_list": {"features": 100, "speed": 0.5}})
    monkeypatch.setattr(program, "costs", lambda *_: {program.OPENSSL: 1.0, "ca_list": ms})
    assert program.below_floor({"ca_list": features}, None, None) == (said != [])
    assert capsys.readouterr().out.splitlines() == said


def test_a_flight_holds_its_request_in_records(tmp_path):
    speed.write_flights(TOP / "vectors", tmp_path)
    flights = [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(flights) > 100
    for flight in flights:
        messages = b""
        while flight:
            length = int.from_bytes(flight[3:5], "big")
            assert flight[0] == speed.HANDSHAKE_RECORD and length <= speed.MAX_RECORD
            messages, flight = messages + flight[5:5 + length], flight[5 + length:]
        kinds = []
        while messages:
            length = int.from_bytes(messages[1:4], "big")
            kinds.append(messages[0])
            messages = messages[4 + length:]
        assert kinds == [speed.SERVER_HELLO, speed.CERTIFICATE, speed.CERTIFICATE_REQUEST,
                         speed.SERVER_HELLO_DONE]


def test_a_source_without_a_client_fuzzer(tmp_path):
    tarball = tmp_path / "other.tar.gz"
    with tarfile.open(tarball, "w:gz") as archive:
        archive.add(__file__, "other/fuzz/client.c")
    with pytest.raises(speed.NoClient, match="has no fuzz/fuzz_rand.c"):
        speed.unpack_client(tmp_path, tarball, tmp_path / "client")


def test_cost_is_without_start_and_end(tmp_path):
    """A program that takes as long as it is told, and a while more whatever it is told."""
    busy = tmp_path / "busy"
    busy.write_text("#!/usr/bin/python3 -I\nimport sys, time\n"
                    "seconds = 0.1 + 0.02 * int(sys.argv[1].partition('=')[2])\n"
                    "while time.process_time() < seconds:\n    pass\n")
    busy.chmod(0o755)
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (inputs / "input").write_bytes(b"")
    (inputs / "too-long").write_bytes(b"..")
    one = speed.measure({"busy": (busy, inputs, 1)})
    assert 10 < one["busy"] < 40  # ms; half and twice what it is told
