"""Libraries out of suites: an archive of our own, signed, without a network."""

import os
import shutil
import threading

import pytest
from debian_archive import Archive, missing_tool

from certspec_reports.subjects import fetch
from certspec_reports.subjects.apt_state import AptState, Package, complaint
from certspec_reports.subjects.failures import DiskFull, Gap
from certspec_reports.subjects.fetch import Store
from certspec_reports.subjects.found import Found
from certspec_reports.subjects.libraries import LIBRARIES, MAIN, SECURITY, SUITES
from certspec_reports.subjects.request import parse
from certspec_reports.subjects.resolve import resolve

needs_tools = pytest.mark.skipif(missing_tool() is not None, reason=f"no {missing_tool()} here")
pytestmark = needs_tools


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    archive = Archive(tmp_path_factory.mktemp("archive"))
    archive.add_library("bookworm-security", "3.0.22-1~deb12u2")
    archive.add_library("bookworm", "3.0.20-1")
    archive.add_library("bookworm-updates", "3.0.20-1")
    archive.add_library("sid", "3.6.5-1", library="libssl3t64")
    archive.add_library("experimental", "4.0.3-1", library="libssl4")
    for suite in ("bookworm-security", "bookworm", "bookworm-updates", "sid", "experimental"):
        archive.publish(suite)
    yield archive
    archive.close()


@pytest.fixture
def store(archive, tmp_path):
    return _store(archive, tmp_path / "cache")


def _store(archive, cache, **more):
    said = []
    archives = {MAIN: archive.uri, SECURITY: archive.uri}
    store = Store(cache, archives, archive.keyring, say=said.append, **more)
    store.said = said
    return store


def _resolve(store, *words):
    return resolve(parse(words), store, store.said.append)


def test_library_and_its_package_of_the_same_version_are_unpacked(store):
    fetched = store.get("libssl-dev", "bookworm", "3.0")
    assert (fetched.version, fetched.upstream) == ("3.0.20-1", "3.0.20")
    assert (fetched.root / "usr/include/openssl/ssl.h").is_file()
    library = next(fetched.root.glob("usr/lib/*/libssl.so"))
    assert library.resolve().name == "libssl.so.3"


def test_second_time_asks_nobody(store, archive, tmp_path):
    first = store.get("libssl-dev", "bookworm", "3.0")
    again = Store(store.cache, {MAIN: "file:/nowhere"}, archive.keyring)
    assert again.get("libssl-dev", "bookworm", "3.0") == first
    assert again.downloaded == 0


def test_every_point_release_once(store):
    subjects, missing = _resolve(store, "openssl-3.0")
    assert [subject.id for subject in subjects] == ["openssl-3.0.22", "openssl-3.0.20"]
    assert not missing


def test_one_suite_by_name(store):
    subjects, _ = _resolve(store, "openssl-3.0@bookworm")
    assert [subject.version for subject in subjects] == ["3.0.20"]


def test_suite_that_is_gone_is_one_line(store):
    subjects, missing = _resolve(store, "openssl-1.1.1", "openssl-4.0")
    assert [subject.id for subject in subjects] == ["openssl-4.0.3"]
    assert [lack.name for lack in missing] == ["openssl-1.1.1"]
    assert "bullseye" in missing[0].cause
    assert "\n" not in missing[0].cause


def test_package_that_is_gone_is_one_line_and_not_asked_again(store, archive):
    with pytest.raises(Gap, match="suite sid has no package libwolfssl-dev"):
        store.get("libwolfssl-dev", "sid")
    again = Store(store.cache, {MAIN: "file:/nowhere"}, archive.keyring)
    with pytest.raises(Gap, match="suite sid has no package libwolfssl-dev"):
        again.get("libwolfssl-dev", "sid")


def test_other_line_is_not_downloaded(store):
    with pytest.raises(Gap, match=r"suite sid has libssl-dev 3\.6\.5-1, not 4\.0"):
        store.get("libssl-dev", "sid", "4.0")
    assert store.downloaded == 0


def test_damage_is_repaired_without_the_network(store, archive):
    fetched = store.get("libssl-dev", "bookworm", "3.0")
    header = fetched.root / "usr/include/openssl/ssl.h"
    header.write_text("cut")
    again = Store(store.cache, {MAIN: "file:/nowhere"}, archive.keyring)
    assert not again.is_there("libssl-dev", "bookworm")
    again.get("libssl-dev", "bookworm", "3.0")
    assert "SSL_new" in header.read_text()


def test_half_unpacked_package_is_repaired(store):
    fetched = store.get("libssl-dev", "bookworm", "3.0")
    (fetched.root.parent / "stamp.json").unlink()
    (fetched.root / "usr/include/openssl/ssl.h").unlink()
    store.get("libssl-dev", "bookworm", "3.0")
    assert (fetched.root / "usr/include/openssl/ssl.h").is_file()


def test_what_a_killed_run_left_is_swept(store):
    left = store.cache / "packages" / ".unpacking-abc"
    left.mkdir(parents=True)
    store.sweep()
    assert not left.exists()


def test_unsigned_suite_is_refused(archive, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(archive.folder / "debian", copy)
    (copy / "dists/sid/InRelease").unlink()
    store = Store(tmp_path / "cache", {MAIN: f"file:{copy}"}, archive.keyring)
    with pytest.raises(Gap, match="suite sid: .*not signed"):
        store.get("libssl-dev", "sid")


def test_signature_of_another_key_is_refused(archive, tmp_path):
    other = Archive(tmp_path / "other")
    other.close()
    store = Store(tmp_path / "cache", {MAIN: archive.uri}, other.keyring)
    with pytest.raises(Gap, match="suite sid: .*(signature|NO_PUBKEY|key)"):
        store.get("libssl-dev", "sid")


def test_changed_list_is_refused(archive, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(archive.folder / "debian", copy)
    packages = next(copy.glob("dists/sid/main/*/Packages"))
    packages.write_text(packages.read_text().replace("3.6.5", "3.6.6"))
    store = Store(tmp_path / "cache", {MAIN: f"file:{copy}"}, archive.keyring)
    with pytest.raises(Gap, match="suite sid: "):
        store.get("libssl-dev", "sid")


def test_changed_package_is_refused(archive, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(archive.folder / "debian", copy)
    package = next(copy.glob("pool/libssl4_*.deb"))
    package.write_bytes(package.read_bytes()[:-1] + b"\0")
    store = Store(tmp_path / "cache", {MAIN: f"file:{copy}"}, archive.keyring)
    with pytest.raises(Gap, match="suite experimental: "):
        store.get("libssl-dev", "experimental")
    assert not (store.cache / "packages" / "libssl-dev_4.0.3-1").exists()


def test_refresh_finds_the_newer_version(tmp_path):
    archive = Archive(tmp_path / "archive")
    try:
        archive.add_library("sid", "3.6.4-1")
        archive.publish("sid")
        _store(archive, tmp_path / "cache").get("libssl-dev", "sid")
        archive.add_library("sid", "3.6.5-1")
        archive.publish("sid")
        kept = _store(archive, tmp_path / "cache").get("libssl-dev", "sid")
        fresh = _store(archive, tmp_path / "cache", refresh=True).get("libssl-dev", "sid")
    finally:
        archive.close()
    assert (kept.version, fresh.version) == ("3.6.4-1", "3.6.5-1")


def test_no_apt_is_one_line(store, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Gap, match="apt-get is not installed"):
        store.get("libssl-dev", "sid")


def test_no_keyring_is_one_line(archive, tmp_path):
    store = Store(tmp_path / "cache", {MAIN: archive.uri}, tmp_path / "keyring.gpg")
    with pytest.raises(Gap, match="no keyring .*keyring.gpg"):
        store.get("libssl-dev", "sid")


def test_no_security_archive_is_one_line(archive, tmp_path):
    store = Store(tmp_path / "cache", {MAIN: archive.uri}, archive.keyring)
    with pytest.raises(Gap, match="apt uses no security archive"):
        store.get("libssl-dev", "bookworm-security")


def test_no_network_is_one_line(archive, tmp_path):
    # Port 9 of the loopback: nobody is there.
    store = Store(tmp_path / "cache", {MAIN: "http://127.0.0.1:9/debian"}, archive.keyring)
    with pytest.raises(Gap, match="suite sid: .*127.0.0.1") as caught:
        store.get("libssl-dev", "sid")
    assert not caught.value.lasting
    assert store.found("libssl-dev", "sid") is None


def test_disk_without_room_is_told_before_anything_is_fetched(store, monkeypatch):
    usage = shutil.disk_usage(store.cache.parent)._replace(free=1 << 20)
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(DiskFull, match="too little room: 150 MiB must be free"):
        store.get("libssl-dev", "sid")


def test_full_disk_while_unpacking_leaves_nothing(store, monkeypatch, tmp_path):
    tool = tmp_path / "bin" / "dpkg-deb"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'cannot copy: No space left on device' >&2\nexit 2\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    with pytest.raises(DiskFull):
        store.get("libssl-dev", "sid")
    assert list((store.cache / "packages").iterdir()) == []


def test_machine_files_are_left_alone(store):
    store.get("libssl-dev", "sid")
    configuration = (store.cache / "apt" / "sid" / "apt.conf").read_text()
    assert "#clear APT::Update;" in configuration
    lists = [path.name for path in (store.cache / "apt" / "sid" / "lists").iterdir()]
    assert any("InRelease" in name for name in lists)


def test_threads_get_one_copy(store):
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(store.get("libssl-dev", "sid")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and len(set(results)) == 1
    assert len([line for line in store.said if line.startswith("fetching")]) == 1


def test_every_suite_of_the_table_is_known():
    for library in LIBRARIES.values():
        assert set(library.suites) <= set(SUITES)


@pytest.mark.parametrize(
    ("version", "upstream"),
    [
        ("3.0.22-1~deb12u2", "3.0.22"),
        ("1.1.1w-0+deb11u8", "1.1.1w"),
        ("14.0.0+r45-3+b2", "14.0.0+r45"),
        ("1:1.3.dfsg+really1.3.1-1+b1", "1.3.dfsg+really1.3.1"),
        ("3.6.0~alpha1-1", "3.6.0~alpha1"),
    ],
)
def test_upstream_of_a_debian_version(version, upstream):
    assert Found(version=version).upstream == upstream


@pytest.mark.parametrize(
    ("version", "line", "belongs"),
    [
        ("3.0.22-1", "3.0", True),
        ("3.0-1", "3.0", True),
        ("3.0.22-1", "3.5", False),
        ("3.10.1-1", "3.1", False),
        ("1.1.1w-0", "1.1.1", True),
        ("1.1.10-0", "1.1.1", False),
        ("5.9.2-1", "", True),
    ],
)
def test_line_of_a_version(version, line, belongs):
    assert Found(version=version).of_line(line) is belongs


def test_file_of_a_package_with_an_epoch():
    package = Package("zlib1g", "1:1.3-1", "amd64", 1, "00")
    assert package.file == "zlib1g_1%3a1.3-1_amd64.deb"


def test_complaint_is_the_telling_line():
    output = "Hit:1 x\nW: Failed to fetch http://x/InRelease  Cannot connect\n"
    output += "E: Some index files failed to download. They have been ignored.\n"
    assert complaint(output) == "Failed to fetch http://x/InRelease  Cannot connect"
    assert complaint("") == "no reason given"


def test_state_without_archive_is_a_gap(archive, tmp_path):
    with pytest.raises(Gap, match="uses no main archive"):
        AptState(tmp_path, SUITES["sid"], {}, archive.keyring)
