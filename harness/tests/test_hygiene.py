"""What can be seen of the project's order without running it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not (TOP / ".git").exists() or shutil.which("git") is None,
                                reason="no checkout, no list of files")

# Files that are data or a law's text are as long as they are.
MAX_LINES = 500


def files(*patterns):
    """files lists the project's files that match |patterns|; what git ignores is not of the
    project."""
    output = subprocess.run(
        ["git", "-c", f"safe.directory={TOP}", "ls-files", "-co", "--exclude-standard", "-z", "--",
         *patterns],
        cwd=TOP, capture_output=True, check=True).stdout
    return sorted(TOP / os.fsdecode(name) for name in output.split(b"\0")
                  if name and (TOP / os.fsdecode(name)).exists())


def scripts():
    """scripts lists the shell scripts, known by their first line."""
    found = []
    for path in files("*"):
        with path.open("rb") as file:
            first = file.readline(100)
        if re.match(rb"#!.*\b(ba)?sh\b", first):
            found.append(path)
    return found


def relative(paths):
    return [str(path.relative_to(TOP)) for path in paths]


def need(program):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


def test_there_is_something_to_look_at():
    assert len(files("*.c")) > 20
    assert TOP / "certspec" in scripts()


def test_c_is_formatted():
    need("clang-format")
    subprocess.run(["clang-format", "--dry-run", "-Werror", *files("*.c", "*.h")], check=True)


def test_scripts_pass_shellcheck():
    need("shellcheck")
    subprocess.run(["shellcheck", *scripts()], check=True)


def test_only_subject_knows_versions():
    version_test = re.compile(
        r"^\s*#\s*(if|elif|ifdef|ifndef)\b.*\b(OPENSSL_(VERSION|NO_|IS_)|LIBRESSL_|OSSL_)", re.M)
    knowing = [path for path in files("*.c", "*.h")
               if version_test.search(path.read_text()) and not path.stem.startswith("subject")]
    assert relative(knowing) == []


def test_files_are_short():
    long = [path for path in files("*.c", "*.h", "*.py", "*.cmake", "*CMakeLists.txt", "certspec")
            if len(path.read_text().splitlines()) > MAX_LINES]
    assert relative(long) == []


def width(path):
    return {".c": 80, ".h": 80, ".py": 100}[path.suffix]


def test_lines_are_short():
    wide = [f"{path.relative_to(TOP)}:{number}"
            for path in files("*.c", "*.h", "*.py")
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if len(line) > width(path)]
    assert wide == []


def undocumented(text):
    """undocumented lists the functions that the header |text| declares and no comment speaks of:
    none names it, and none stands with the group of declarations that it is in."""
    named = set(re.findall(r"\w+", " ".join(re.findall(r"/\*.*?\*/", text, re.S))))
    bare = []
    for group in re.split(r"\n\s*\n", text):
        code = re.sub(r"^\s*#.*?(?<!\\)$", "", group, flags=re.S | re.M)
        if "/*" not in code:
            bare += re.findall(r"^[a-z][\w \t\n*]*?\b(\w+)\s*\([^;{]*\)[^;{]*;", code, re.M)
    return [name for name in bare if name not in named]


def test_undocumented_is_found():
    assert undocumented("/* one says what. */\nint one(void);\n\nint two(int a);\n") == ["two"]
    assert undocumented("/* one opens, two closes. */\nint one(void);\nint two(int a);\n") == []


def test_header_functions_have_comments():
    bare = [f"{path.relative_to(TOP)}: {name}"
            for path in files("harness/*.h", "fuzz/*.h") for name in undocumented(path.read_text())]
    assert bare == []


def test_text_files_end_well():
    bad = []
    for path in files("*.c", "*.h", "*.py", "*.json", "*.md", "*.cmake", "*CMakeLists.txt"):
        data = path.read_bytes()
        if data and (not data.endswith(b"\n") or b"\r" in data or b"\t" in data):
            bad.append(path)
    assert relative(bad) == []
