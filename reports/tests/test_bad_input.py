"""Bad input gives one line that names file, place and cause, and exit code 2; nothing is lost."""

import json
import os
import resource
import signal

import pytest


def set_at(document, path, value):
    *way, last = path
    for key in way:
        document = document[key]
    if value is None:
        del document[last]
    else:
        document[last] = value


def one_line(process, code):
    assert process.returncode == code, process.stderr
    assert process.stdout == ""
    lines = process.stderr.splitlines()
    assert len(lines) == 1, process.stderr
    return lines[0].removeprefix("certspec-reports: ")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (["schema"], 2, "schema: results schema 2, written by certspec 0.1.0; this is"),
        (["schema"], 0, "schema: results schema 0, written by certspec 0.1.0; only schema 1"),
        (["schema"], None, "schema: not a results file"),
        (["schema"], True, "schema: results schema True"),
        (["subject"], None, "subject: is missing"),
        (["subject", "libssl"], "x", "subject.libssl: must be an object"),
        (["date"], 7, "date: must be text"),
        (["subject", "version"], 3, "subject.version: must be text"),
        (["summary", "complete"], "yes", "summary.complete: must be true or false"),
        (["summary", "runs"], 7, "summary.runs: says 7 runs, but the file holds 72"),
        (["runs"], {}, "runs: must be a list"),
        (["runs", 3], "x", "runs[3]: must be an object"),
        (["runs", 3, "verdict"], "fine", 'runs[3].verdict: unknown value "fine"'),
        (["runs", 3, "protocol"], "SSLv3", 'runs[3].protocol: unknown value "SSLv3"'),
        (["runs", 3, "tier"], "must", 'runs[3].tier: unknown value "must"'),
        (["runs", 3, "case"], None, "runs[3].case: is missing"),
        (["runs", 3, "got"], [1], "runs[3].got: must be an object"),
        (["runs", 3, "seconds"], "1", "runs[3].seconds: must be a number"),
        (["statements"], [], "statements: must be an object"),
        (["statements", "CALL-1"], {}, 'statements.CALL-1: must be an object with a "text"'),
    ],
)
def test_a_wrong_value_is_named(program, save, document, path, value, expected):
    set_at(document, path, value)
    file = save(document)

    line = one_line(program("badge", file), 2)

    assert line.startswith(f"{file}: {expected}")


def test_an_unknown_verdict_of_a_newer_certspec_says_so(program, save, document):
    document["certspec"] = "9.0.0"
    document["runs"][0]["verdict"] = "hung"

    line = one_line(program("summary", save(document)), 2)

    assert line.endswith('unknown value "hung" (written by certspec 9.0.0, this is 0.1.0)')


@pytest.mark.parametrize("length", [1, 400, 30000])
def test_truncated_json_is_named_with_line_and_column(program, save, document, length):
    file = save(document)
    file.write_text(file.read_text(encoding="utf-8")[:length], encoding="utf-8")

    line = one_line(program("page", file), 2)

    assert line.startswith(f"{file}: line 1, column ")
    assert "the file ends early" in line


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "line 1, column 1: the file ends early"),
        (b'{"schema": 1,, }', "line 1, column 14: not JSON"),
        (b"[]", "not a results file: it must be a JSON object"),
        (b"\xff\xfe", "byte 0: not UTF-8 text"),
        (b"[" * 100000, "nested too deeply"),
    ],
)
def test_what_is_no_results_file_is_named(program, tmp_path, content, cause):
    file = tmp_path / "results.json"
    file.write_bytes(content)

    assert one_line(program("diff", file, file), 2).startswith(f"{file}: {cause}")


def test_what_cannot_be_read_is_named(program, tmp_path):
    missing = tmp_path / "none.json"

    assert one_line(program("badge", missing), 2).endswith(
        "cannot be read: No such file or directory"
    )
    assert one_line(program("badge", tmp_path), 2).endswith("cannot be read: Is a directory")


def test_the_same_library_twice_is_refused_by_name(program, save, document):
    first, second = save(document, "a.json"), save(document, "b.json")

    line = one_line(program("page", first, second), 2)

    assert line == f"{second}: subject: results of openssl 3.0.19 are also in {first}"


def test_two_builds_of_one_version_are_told_apart(program, save, document, tmp_path):
    first = save(document, "a.json")
    document["subject"]["build"] = "debug"
    process = program("page", first, save(document, "b.json"))

    assert process.returncode == 0, process.stderr
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert f"openssl 3.0.19 ({first})" in page
    assert f"openssl 3.0.19 ({first.parent / 'b.json'})" in page


def test_the_same_run_twice_is_refused(program, save, document):
    document["runs"].append(dict(document["runs"][0]))
    document["summary"]["runs"] += 1

    line = one_line(program("badge", save(document)), 2)

    assert (
        "runs[72]: register/return-000-then-certificate over TLSv1.2 is already in runs[0]" in line
    )


def test_a_run_that_was_cut_off_is_no_baseline(program, save, document):
    document["summary"]["complete"] = False

    line = one_line(program("baseline", save(document)), 2)

    assert line.endswith(
        "summary.complete: of a run that was cut off: a baseline has to be complete"
    )


def test_wrong_options_exit_with_2(program):
    assert program("page").returncode == 2
    assert program("paint").returncode == 2


def limit_file_size():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def test_no_room_leaves_the_old_page_and_nothing_else(program, save, document, tmp_path):
    file = save(document)
    folder = tmp_path / "out"
    folder.mkdir()
    page = folder / "index.html"
    page.write_text("old", encoding="utf-8")

    process = program("page", file, "--out", page, preexec_fn=limit_file_size)

    assert one_line(process, 5) == f"{page}: cannot be written: File too large"
    assert page.read_text(encoding="utf-8") == "old"
    assert os.listdir(folder) == ["index.html"]


def test_a_full_device_is_named(program, save, document):
    file = save(document)
    with open("/dev/full", "w", encoding="utf-8") as full:
        options = {"capture_output": False, "stdout": full, "stderr": -1}
        process = program("summary", file, **options)

    assert process.returncode == 5
    assert process.stderr == (
        "certspec-reports: standard output: cannot be written: No space left on device\n"
    )


def test_an_output_folder_that_is_missing_is_named(program, save, document):
    process = program("badge", save(document), "--out", "none/badge.json")

    line = one_line(process, 5)
    assert line == "none/badge.json: cannot be written: No such file or directory"


def test_a_device_is_written_into_and_not_replaced(program, save, document):
    assert program("badge", save(document), "--out", "/dev/null").returncode == 0
    assert not os.path.isfile("/dev/null")


def test_a_page_can_be_read_by_everyone(program, save, document, tmp_path):
    program("badge", save(document), "--out", "badge.json", umask=0o022)

    assert (tmp_path / "badge.json").stat().st_mode & 0o777 == 0o644
    assert json.loads((tmp_path / "badge.json").read_text(encoding="utf-8"))["schemaVersion"] == 1
