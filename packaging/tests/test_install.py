"""What is installed works where it is, and after it was moved, without the sources."""

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from conftest import BUILD, PROGRAM, TOP, run

CASE = "suspend/minus-one-then-certificate"


def test_a_case_runs(prefix, tmp_path):
    program = prefix / "bin/certspec"
    stdout = run(program, "run", CASE, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
    assert stdout.splitlines()[-1] == "page: certspec-out/index.html"
    results = json.loads((tmp_path / "certspec-out/results.json").read_text())
    assert {one["verdict"] for one in results["runs"]} == {"pass"}
    assert (tmp_path / "certspec-out/index.html").read_text().startswith("<!")
    same = run(program, "diff", *2 * ["certspec-out/results.json"], cwd=tmp_path)
    assert same.splitlines()[-1] == "no difference"


def test_nothing_of_the_sources_is_used(prefix):
    listed = run(prefix / "bin/certspec", "list", "--ctest", CASE)
    assert str(prefix / "share/certspec/vectors") in listed
    assert str(prefix / "share/certspec/servers") in listed
    assert str(TOP) not in listed


@pytest.mark.parametrize("folder, code", [("vectors", 2), ("servers", 3)])
def test_what_is_missing_is_named(prefix, tmp_path, folder, code):
    copy = shutil.copytree(prefix, tmp_path / "copy")
    shutil.rmtree(copy / "share/certspec" / folder)
    run(copy / "bin/certspec", "run", CASE, cwd=tmp_path, code=code)


def test_matrix_needs_a_checkout(prefix, tmp_path):
    finished = subprocess.run([prefix / "share/certspec/reports/certspec-reports", "matrix"],
                              cwd=tmp_path, capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert finished.stderr.splitlines() == [
        f"certspec matrix: {prefix}/share/certspec: there are no sources to build the harness "
        "from: matrix needs a checkout"]


def test_a_program_of_somebody_else_links(prefix, tmp_path):
    run("cmake", "-S", Path(__file__).parent / "consumer", "-B", tmp_path,
        f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", tmp_path)
    cases = json.loads(run(PROGRAM, "list", "--json"))
    assert run(tmp_path / "consumer") == f"{len(cases)} cases\n"


def test_the_package_does_not_point_to_where_it_was_made(prefix):
    texts = [path.read_text() for path in (prefix / "lib").rglob("*.cmake")]
    assert len(texts) >= 4
    assert [text for text in texts if str(TOP) in text or str(BUILD) in text] == []


def test_the_tarball_works(tmp_path):
    run("cpack", "-G", "TGZ", "--config", BUILD / "CPackConfig.cmake", "-B", tmp_path)
    (archive,) = tmp_path.glob("certspec-*.tar.gz")
    with tarfile.open(archive) as opened:
        names = opened.getnames()
        opened.extractall(tmp_path / "there")
    assert len({name.partition("/")[0] for name in names}) == 1
    assert [name for name in names if "/tests" in name or ".pytest_cache" in name] == []
    (folder,) = (tmp_path / "there").iterdir()
    run(folder / "bin/certspec", "run", CASE, cwd=tmp_path)
    assert (folder / "share/doc/certspec/LICENSE").is_file()


def test_there_is_one_version(tmp_path):
    cache = (TOP / "CMakeLists.txt").read_text()
    version = re.search(r"^\s+VERSION ([\d.]+)$", cache, re.M)[1]
    assert run(PROGRAM, "--version") == f"certspec {version}\n"
    reports = run(TOP / "reports/certspec-reports", "--version", cwd=tmp_path)
    assert reports == f"certspec-reports {version}\n"
    typed = [path for path in [*TOP.glob("harness/*.[ch]"), *TOP.glob("fuzz/*.[ch]"),
                               *TOP.glob("servers/certspec_servers/*.py")]
             if version in path.read_text()]
    assert typed == []
