"""What is asked for on the command line: names, prefixes, tarballs; and what is wrong with it."""

import pytest
from debian_archive import missing_tool  # noqa: F401 - puts reports/ on the path

from certspec_reports.subjects.failures import BadRequest
from certspec_reports.subjects.libraries import LIBRARIES, SYSTEM
from certspec_reports.subjects.prefix import NoLibrary, find
from certspec_reports.subjects.request import Named, Own, Source, parse


def _prefix(folder, library="lib", include="include", version="3.0.99"):
    (folder / library).mkdir(parents=True, exist_ok=True)
    for name in ("libssl.so", "libcrypto.so"):
        (folder / library / name).touch()
    headers = folder / include / "openssl"
    headers.mkdir(parents=True)
    (headers / "ssl.h").touch()
    (headers / "opensslconf.h").touch()
    text = f'# define OPENSSL_VERSION_TEXT "OpenSSL {version} 1 Jan 2026"\n'
    (headers / "opensslv.h").write_text(text)
    return folder


def test_nothing_asks_for_all(monkeypatch, tmp_path):
    monkeypatch.setattr("certspec_reports.subjects.request.find", lambda folder: "prefix")
    assert [request.name for request in parse([])] == [*LIBRARIES, SYSTEM]


def test_name_and_name_of_one_suite():
    plain, one = parse(["openssl-3.0", "openssl-3.0@trixie"])
    assert isinstance(plain, Named) and plain.every
    assert one.suites == ("trixie",) and not one.every


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("openssl-3.1", 'openssl-3.1: no such library: do you mean "openssl-3.'),
        ("xyz", "xyz: no such library: `matrix list` shows what is known"),
        ("openssl-3.0@trixi", 'no such suite "trixi": do you mean "trixie"?'),
        ("openssl-3.0=/tmp", '"openssl-3.0" is the name of a known library'),
        ("=/tmp", "a name is made of letters"),
        ("../x=/tmp", "a name is made of letters"),
        ("mine=/nowhere", "mine=/nowhere: no such folder"),
    ],
)
def test_bad_word(word, complaint):
    with pytest.raises(BadRequest) as caught:
        parse([word])
    assert complaint in str(caught.value)
    assert caught.value.exit_code == 2


def test_asked_for_twice():
    with pytest.raises(BadRequest, match="openssl-3.5: asked for twice"):
        parse(["openssl-3.5", "openssl-3.5"])


@pytest.mark.parametrize("library", ["lib", "lib64", "lib/x86_64-linux-gnu", "."])
def test_prefix_of_any_shape(tmp_path, library):
    [request] = parse([f"mine={_prefix(tmp_path, library)}"])
    assert isinstance(request, Own)
    assert request.prefix.libssl == tmp_path / library / "libssl.so"
    assert (request.prefix.kind, request.prefix.version) == ("openssl", "3.0.99")


def test_headers_split_by_architecture(tmp_path):
    prefix = _prefix(tmp_path)
    split = tmp_path / "include/x86_64-linux-gnu"
    (split / "openssl").mkdir(parents=True)
    (prefix / "include/openssl/opensslconf.h").rename(split / "openssl/opensslconf.h")
    assert find(prefix).more_includes == (split,)


def test_boringssl_and_wolfssl_are_told_apart(tmp_path):
    boring = _prefix(tmp_path / "boring")
    (boring / "include/openssl/base.h").write_text("#define OPENSSL_IS_BORINGSSL\n")
    assert find(boring).kind == "boringssl"

    wolf = tmp_path / "wolf"
    (wolf / "include/wolfssl/openssl").mkdir(parents=True)
    (wolf / "include/wolfssl/openssl/ssl.h").touch()
    text = '#define LIBWOLFSSL_VERSION_STRING "5.9.2"\n'
    (wolf / "include/wolfssl/version.h").write_text(text)
    (wolf / "lib").mkdir()
    (wolf / "lib/libwolfssl.so").touch()
    found = find(wolf)
    assert (found.kind, found.version) == ("wolfssl", "5.9.2")
    assert found.libssl == found.libcrypto


def _no_headers(prefix):
    (prefix / "include/openssl/ssl.h").unlink()


def _no_configuration(prefix):
    (prefix / "include/openssl/opensslconf.h").unlink()


def _no_libssl(prefix):
    (prefix / "lib/libssl.so").unlink()


def _static_only(prefix):
    (prefix / "lib/libssl.so").rename(prefix / "lib/libssl.a")


def _no_libcrypto(prefix):
    (prefix / "lib/libcrypto.so").unlink()


def _broken_link(prefix):
    (prefix / "lib/libssl.so").unlink()
    (prefix / "lib/libssl.so").symlink_to("libssl.so.3")


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_no_headers, "no header openssl/ssl.h in it"),
        (_no_configuration, "no header openssl/opensslconf.h in it"),
        (_no_libssl, "no libssl.so in it"),
        (_static_only, "only a static libssl.a in it"),
        (_no_libcrypto, "no libcrypto.so beside its libssl.so"),
        (_broken_link, "no libssl.so in it"),
    ],
)
def test_prefix_that_lacks_something(tmp_path, spoil, complaint):
    prefix = _prefix(tmp_path)
    find(prefix)
    spoil(prefix)
    with pytest.raises(NoLibrary, match=complaint):
        find(prefix)
    with pytest.raises(BadRequest, match=complaint):
        parse([f"mine={prefix}"])


def test_tarball(tmp_path):
    tarball = tmp_path / "openssl_3.0.20.orig.tar.gz"
    tarball.touch()
    [request] = parse([], [tarball], ["no-asm"])
    assert request == Source("openssl_3.0.20", tarball, ("no-asm",))


def test_tarball_that_is_not_there(tmp_path):
    with pytest.raises(BadRequest, match="openssl.tar.gz: no such file"):
        parse([], [tmp_path / "openssl.tar.gz"])
