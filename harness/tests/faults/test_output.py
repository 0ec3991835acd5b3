"""Results that cannot be written: said in one line, exit code 5, and never a green run."""

import os
import subprocess

import pytest

NOT_WRITTEN = 5


def complaint(finished):
    assert finished.exit == NOT_WRITTEN, finished.stdout + finished.stderr
    assert "results" in finished.stderr or "certspec-out" in finished.stderr


def test_file_in_the_way_of_the_folder(certspec, tmp_path):
    (tmp_path / "certspec-out").write_text("")
    complaint(certspec("run"))


def test_folder_in_the_way_of_the_file(certspec, tmp_path):
    (tmp_path / "certspec-out" / "results.json").mkdir(parents=True)
    process = certspec.start("run")
    _, stderr = process.communicate()
    assert process.returncode == NOT_WRITTEN, stderr
    assert "results.json" in stderr


def test_folder_that_nobody_can_write(certspec):
    finished = certspec("run", "--out", "/proc/certspec")
    assert finished.exit == NOT_WRITTEN
    assert "/proc/certspec" in finished.stderr


def test_full_disk(certspec, tmp_path):
    folder = tmp_path / "full"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "certspec-test", str(folder)],
        capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("no tmpfs can be mounted here")
    try:
        finished = certspec("run", "--out", folder)
        assert finished.exit == NOT_WRITTEN
        assert str(folder) in finished.stderr
        assert not os.path.exists(folder / "results.json")
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_full_terminal(certspec, tmp_path, vectors):
    with open("/dev/full", "w", encoding="ascii") as full:
        process = subprocess.run(
            [certspec.start.__globals__["PROGRAM"], "run", "--vectors", str(vectors.folder)],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, timeout=120)
    assert process.returncode == NOT_WRITTEN
