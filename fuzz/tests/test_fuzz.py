"""The programs around the fuzz targets; the targets themselves are replayed."""

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
    (["--kind", "fast"], 2, "--kind is fuzz, coverage or cflags"),
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
