"""Source tarballs: built once for each tarball and set of flags; what is wrong is one line."""

import subprocess

import pytest
from debian_archive import missing_tool  # noqa: F401 - puts reports/ on the path

from certspec_reports.subjects.failures import Gap
from certspec_reports.subjects.prefix import find
from certspec_reports.subjects.request import parse
from certspec_reports.subjects.source import build_source

# As OpenSSL's: config makes a Makefile that knows build_sw and install_sw.
CONFIG = """\
#!/bin/sh
for flag; do
  [ "$flag" = no-such-flag ] && { echo "***** Unsupported options: $flag" >&2; exit 1; }
done
echo "$@" > flags
printf 'build_sw:\\n\\ttouch built\\n' > Makefile
printf 'install_sw:\\n\\ttest -e built && mkdir -p $(DESTDIR)/usr && ' >> Makefile
printf 'cp -r include lib flags $(DESTDIR)/usr\\n' >> Makefile
"""


@pytest.fixture
def tarball(tmp_path):
    tree = tmp_path / "tree" / "openssl-3.0.99"
    (tree / "include/openssl").mkdir(parents=True)
    (tree / "lib").mkdir()
    for name in ("include/openssl/ssl.h", "include/openssl/opensslconf.h"):
        (tree / name).touch()
    for name in ("lib/libssl.so", "lib/libcrypto.so", "Configure"):
        (tree / name).touch()
    text = '# define OPENSSL_VERSION_TEXT "OpenSSL 3.0.99 1 Jan 2026"\n'
    (tree / "include/openssl/opensslv.h").write_text(text)
    (tree / "config").write_text(CONFIG)
    return _pack(tmp_path, tree)


def _pack(tmp_path, tree):
    file = tmp_path / f"{tree.name}.tar.gz"
    command = ["tar", "-C", tree.parent, "-czf", file, tree.name]
    subprocess.run(command, check=True)
    return file


def _build(tarball, cache, *flags):
    said = []
    [request] = parse([], [tarball], flags)
    return build_source(request, cache, said.append), said


def test_built_with_the_flags_given(tarball, tmp_path):
    folder, said = _build(tarball, tmp_path / "cache", "no-asm")
    assert find(folder).version == "3.0.99"
    assert (folder / "flags").read_text().split()[-1] == "no-asm"
    assert said == ["building openssl-3.0.99 from openssl-3.0.99.tar.gz no-asm"]


def test_built_once_for_each_set_of_flags(tarball, tmp_path):
    first, _ = _build(tarball, tmp_path / "cache", "no-asm")
    again, said = _build(tarball, tmp_path / "cache", "no-asm")
    other, _ = _build(tarball, tmp_path / "cache", "no-dtls")
    assert again == first and said == []
    assert other != first


def test_flag_that_is_refused(tarball, tmp_path):
    with pytest.raises(Gap, match="Configure refuses: .*Unsupported options: no-such-flag"):
        _build(tarball, tmp_path / "cache", "no-such-flag")
    assert list((tmp_path / "cache" / "packages").iterdir()) == []


def test_tarball_of_something_else(tmp_path):
    tree = tmp_path / "tree" / "other-1.0"
    tree.mkdir(parents=True)
    with pytest.raises(Gap, match=r"other-1.0.tar.gz: no source of OpenSSL"):
        _build(_pack(tmp_path, tree), tmp_path / "cache")


def test_file_that_is_no_tarball(tmp_path):
    file = tmp_path / "openssl-3.0.99.tar.gz"
    file.write_text("no tarball")
    with pytest.raises(Gap, match="cannot be unpacked"):
        _build(file, tmp_path / "cache")


def test_what_was_built_and_damaged_is_built_again(tarball, tmp_path):
    folder, _ = _build(tarball, tmp_path / "cache")
    (folder / "lib/libssl.so").unlink()
    again, said = _build(tarball, tmp_path / "cache")
    assert again == folder and len(said) == 1
    assert (folder / "lib/libssl.so").exists()
