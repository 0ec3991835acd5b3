"""The matrix from its command line to its table: a harness and libraries of the tests' own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from debian_archive import Archive, missing_tool
from synthetic import results

from certspec_reports.subjects import command
from certspec_reports.subjects.command import main
from certspec_reports.subjects.elf import dotted, machine_glibc, needed_glibc
from certspec_reports.subjects.lock import locked
from certspec_reports.subjects.run import deferred_interrupt

pytestmark = pytest.mark.skipif(missing_tool() is not None, reason=f"no {missing_tool()} here")

CMAKE = """\
cmake_minimum_required(VERSION 3.25)
project(certspec LANGUAGES C)
find_package(OpenSSL REQUIRED COMPONENTS SSL Crypto)
add_subdirectory(harness)
"""
HARNESS_CMAKE = """\
add_executable(certspec certspec.c)
target_compile_definitions(certspec PRIVATE RESULTS="${CMAKE_SOURCE_DIR}/results")
target_link_libraries(certspec PRIVATE OpenSSL::SSL OpenSSL::Crypto)
target_link_options(certspec PRIVATE -Wl,--enable-new-dtags)
"""
# Takes "run --out DIR …": copies results/VERSION.json of the library that is really mapped, and
# exits with what results/VERSION.exit says. Takes "explore", too, and exits with 1 for any option
# more.
HARNESS = r"""
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  char command[4096];
  if (argc > 1 && strcmp(argv[1], "explore") == 0) {
    for (int i = 1; i < argc; i++) printf("%s ", argv[i]);
    printf("\non %s: the model agrees\n", SSL_new());
    return argc > 7;
  }
  if (argc < 4) return 2;
  snprintf(command, sizeof(command), "cp %s/%s.json %s/results.json && exit $(cat %s/%s.exit)",
           RESULTS, SSL_new(), argv[3], RESULTS, SSL_new());
  int status = system(command);
  return status / 256;
}
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    archive = Archive(tmp_path_factory.mktemp("archive"))
    archive.add_library("sid", "3.6.5-1", library="libssl3t64")
    archive.add_library("experimental", "4.0.3-1", library="libssl4")
    archive.publish("sid")
    archive.publish("experimental")
    yield archive
    archive.close()


@pytest.fixture
def project(tmp_path):
    project = tmp_path / "project"
    (project / "harness").mkdir(parents=True)
    (project / "results").mkdir()
    (project / "CMakeLists.txt").write_text(CMAKE)
    (project / "harness/CMakeLists.txt").write_text(HARNESS_CMAKE)
    (project / "harness/certspec.c").write_text(HARNESS)
    for number, version in ((3, "3.6.5"), (4, "4.0.3")):
        document = results(library=number, cases=2)
        assert document["subject"]["version"] == version
        (project / f"results/{version}.json").write_text(json.dumps(document))
        (project / f"results/{version}.exit").write_text("0")
    return project


@pytest.fixture
def matrix(archive, project, tmp_path, capfd):
    def run(*arguments):
        more = ["--cache", tmp_path / "cache", "--out", tmp_path / "out"]
        more += ["--mirror", archive.uri, "--keyring", archive.keyring, "--jobs", "1"]
        code = main([str(word) for word in (*more, *arguments)], project=project)
        return code, capfd.readouterr()

    run.cache, run.out = tmp_path / "cache", tmp_path / "out"
    return run


def test_two_libraries_and_a_gap_become_a_table(matrix):
    code, said = matrix("openssl-3.6", "openssl-4.0", "boringssl")
    assert code == 0, said.err
    assert "openssl-3.6.5: 2 cases, 6 runs in " in said.err
    page = (matrix.out / "index.html").read_text()
    assert "3.6.5" in page and "4.0.3" in page
    assert "boringssl: not there: suite trixie" in said.err
    assert "<strong>boringssl</strong>" in page
    subject = json.loads((matrix.out / "openssl-4.0.3/results.json").read_text())["subject"]
    assert subject["version"] == "4.0.3"


def test_baselines_are_kept_and_the_same_twice(matrix, project):
    kept = []
    for _ in range(2):
        code, said = matrix("openssl-3.6", "openssl-4.0", "--baselines")
        assert code == 0, said.err
        folder = project / "reports/baselines"
        kept.append({path.name: path.read_text() for path in folder.iterdir()})
    assert kept[0] == kept[1]
    assert sorted(kept[0]) == ["openssl-3.6.5.json", "openssl-4.0.3.json"]


def test_exploring_makes_a_log_and_no_page(matrix):
    code, said = matrix("openssl-3.6", "openssl-4.0", "--explore", "1")
    assert code == 0, said.err
    assert "openssl-3.6.5: on 3.6.5: the model agrees\n" in said.err
    log = (matrix.out / "openssl-4.0.3/explore.log").read_text()
    assert log.startswith("explore --depth 1 --jobs 1 --quiet \n")
    assert not (matrix.out / "index.html").exists()


def test_exploring_that_disagrees_names_the_log(matrix):
    code, said = matrix("openssl-3.6", "--explore", "1", "--", "--limit", "9")
    log = matrix.out / "openssl-3.6.5/explore.log"
    assert code == 1
    assert f"openssl-3.6.5: on 3.6.5: the model agrees: {log}\n" in said.err


def test_second_run_fetches_nothing(matrix):
    matrix("openssl-3.6", "--fetch-only")
    code, said = matrix("openssl-3.6", "--mirror", "file:/nowhere")
    assert code == 0
    assert "fetching" not in said.err and "reading" not in said.err


def test_library_really_is_the_one_asked_for(matrix):
    """The fake harness copies the results of the version that it finds mapped."""
    matrix("openssl-3.6", "openssl-4.0")
    for version in ("3.6.5", "4.0.3"):
        document = json.loads((matrix.out / f"openssl-{version}/results.json").read_text())
        assert document["subject"]["version"] == version


@pytest.mark.parametrize(("harness", "expected"), [(1, 1), (89, 0), (3, 3), (5, 5), (139, 3)])
def test_exit_code_of_the_harness_counts(matrix, project, harness, expected):
    (project / "results/4.0.3.exit").write_text(str(harness))
    code, _ = matrix("openssl-3.6", "openssl-4.0")
    assert code == expected


def test_harness_that_does_not_compile_is_our_fault(matrix, project):
    (project / "harness/certspec.c").write_text("#error no\n")
    code, said = matrix("openssl-3.6")
    assert code == 3
    assert "the harness does not build: " in said.err and "error: #error no" in said.err
    assert "matrix.log" in said.err


def test_nothing_to_be_had(matrix):
    code, said = matrix("boringssl")
    assert code == 6
    assert "no library is to be had" in said.err


def test_two_at_once(matrix):
    matrix.cache.mkdir()
    with locked(matrix.cache):
        code, said = matrix("openssl-3.6")
    assert code == 7
    assert "another matrix (process " in said.err
    assert said.err.count("\n") == 1


def test_lock_goes_with_its_process(matrix):
    matrix.cache.mkdir()
    program = f"import fcntl; fcntl.flock(open({str(matrix.cache / 'lock')!r}, 'w'), fcntl.LOCK_EX)"
    subprocess.run([sys.executable, "-c", program], check=True)
    assert matrix("openssl-3.6", "--fetch-only")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["openssl-9"], "openssl-9: no such library"),
        (["mine=/nowhere"], "mine=/nowhere: no such folder"),
        (["--source", "/nowhere.tar.gz"], "/nowhere.tar.gz: no such file"),
        (["--jobs", "0"], "--jobs: must be 1 or more"),
        (["--configure", "no-asm"], "--configure: is for --source"),
        (["--mirror", "http://a b"], "--mirror: "),
    ],
)
def test_bad_input_is_one_line(matrix, arguments, complaint):
    code, said = matrix(*arguments)
    assert code == 2
    assert said.err.startswith(f"certspec matrix: {complaint}")
    assert said.err.count("\n") == 1


def test_cache_that_cannot_be_made(matrix, tmp_path):
    (tmp_path / "file").touch()
    code, said = matrix("openssl-3.6", "--cache", tmp_path / "file" / "cache")
    assert code == 5
    assert "cannot be made: Not a directory" in said.err


def test_list_shows_what_is_there(matrix):
    assert "@experimental        not asked yet" in matrix("list")[1].out
    matrix("openssl-4.0", "--fetch-only")
    assert "@experimental        4.0.3-1, unpacked" in matrix("list")[1].out


def test_same_files_are_run_once(matrix):
    matrix("openssl-3.6", "--fetch-only")
    root = next((matrix.cache / "packages").glob("libssl-dev_3.6.5-1")) / "root/usr"
    code, said = matrix("openssl-3.6", f"mine={root}")
    assert code == 0
    assert "mine: the same files as openssl-3.6.5: run once" in said.err


def test_newer_glibc_than_anyone_has(matrix, monkeypatch):
    monkeypatch.setattr("certspec_reports.subjects.build.machine_glibc", lambda: (2, 1))
    monkeypatch.setattr("certspec_reports.subjects.build.needed_glibc", lambda files: (9, 9))
    code, said = matrix("openssl-3.6")
    assert code == 3
    assert "openssl-3.6.5: needs glibc 9.9: " in said.err


def test_glibc_of_a_library_and_of_the_machine():
    machine = machine_glibc()
    assert machine is None or machine >= (2, 2)
    assert (0,) < needed_glibc([sys.executable]) <= (machine or (99,))
    assert dotted((2, 36)) == "2.36"


def test_an_interrupt_is_noted_and_ends_nothing():
    """^C reaches the harness, too: its results are waited for."""
    before = signal.getsignal(signal.SIGINT)
    with deferred_interrupt() as interrupted:
        assert not interrupted.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupted.wait(60)
    assert signal.getsignal(signal.SIGINT) is before


def test_nothing_is_begun_after_an_interrupt(matrix, monkeypatch):
    @contextlib.contextmanager
    def already():
        interrupted = threading.Event()
        interrupted.set()
        yield interrupted

    monkeypatch.setattr(command, "deferred_interrupt", already)
    code, said = matrix("openssl-3.6", "openssl-4.0")
    assert code == 130
    assert "interrupted: 2 libraries were not run" in said.err
    assert "runs in" not in said.err
    assert not matrix.out.exists()


def test_forks_are_begun_first_and_told_in_the_order_asked_for(monkeypatch, tmp_path, capsys):
    begun = []

    def note(subject, program, out, arguments):
        begun.append(subject.id)
        return SimpleNamespace(subject=subject, code=3, log="log", results=None)

    monkeypatch.setattr(command, "run_harness", note)
    monkeypatch.setattr(command, "_AT_ONCE", 1)
    kinds = {"one": "openssl", "two": "wolfssl", "three": "openssl", "four": "boringssl"}
    programs = [
        (SimpleNamespace(id=name, prefix=SimpleNamespace(kind=kind)), "program")
        for name, kind in kinds.items()
    ]
    outcomes = command._run_all(programs, tmp_path, 1, [])
    assert begun == ["two", "four", "one", "three"]
    assert [outcome.subject.id for outcome, _ in outcomes] == list(kinds)
