"""The independent reading of CA lists: names are DER and nothing else."""

import pytest

from checker.ca_lists import inside, names_of
from checker.distinguished_name import read_name


def der(tag, contents):
    """der returns an element of less than 128 bytes."""
    return bytes([tag, len(contents)]) + contents


def name(kind, tag, value):
    """name returns a name of one attribute of the type with these contents, in hex."""
    attribute = der(0x30, der(6, bytes.fromhex(kind)) + der(tag, value))
    return der(0x30, der(0x31, attribute))


CN, ORGANIZATION, DC = "550403", "55040a", "0992268993f22c640119"


@pytest.mark.parametrize(
    "data, text",
    [
        (b"\x30\x00", ""),
        (name(CN, 0x0C, b"a b"), "CN=a b"),
        (name(CN, 0x0C, b' ,+"\\<>;# '), 'CN=\\ \\,\\+\\"\\\\\\<\\>\\;#\\ '),
        (name(CN, 0x0C, b"#a"), "CN=\\#a"),
        (name(CN, 0x0C, "é".encode()), "CN=\\C3\\A9"),
        (name(CN, 0x14, b"\xe9"), "CN=\\C3\\A9"),
        (name(CN, 0x1E, "é".encode("utf-16-be")), "CN=\\C3\\A9"),
        (name(CN, 0x1C, "é".encode("utf-32-be")), "CN=\\C3\\A9"),
        (name(ORGANIZATION, 0x13, b"o"), "O=o"),
        (name(DC, 0x16, b"example"), "DC=example"),
        (name(CN, 0x0C, b"a" * 64), "CN=" + "a" * 64),
    ],
)
def test_a_name_is_read(data, text):
    assert read_name(data) == text


def test_rdns_are_reversed_and_attributes_joined():
    first = der(0x30, bytes.fromhex("0603550403") + der(0x0C, b"y"))
    second = der(0x30, bytes.fromhex("060355040a") + der(0x0C, b"x"))
    both = der(0x31, first + second)
    assert read_name(der(0x30, both + der(0x31, second))) == "O=x,CN=y+O=x"
    with pytest.raises(ValueError, match="not sorted"):
        read_name(der(0x30, der(0x31, second + first)))
    with pytest.raises(ValueError, match="stands twice"):
        read_name(der(0x30, der(0x31, first + first)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x01",
        b"\x30\x80\x00\x00",
        b"\x30\x81\x00",
        b"\x30\x82\x00\x80" + bytes(128),
        b"\x30\x84",
        b"\x30\x00\x30\x00",
        b"\x31\x00",
        b"\x3f\x81\x01\x00",
        b"\x30\x02\x31\x00",
        b"\x30\x02\x30\x00",
        name(CN, 0x0C, b""),
        name(CN, 0x0C, b"\xff"),
        name(CN, 0x0C, b"a\0"),
        name(CN, 0x0C, b"a" * 65),
        name(CN, 0x13, b"*"),
        name(CN, 0x16, b"a"),
        name(CN, 0x1E, b"a"),
        name(CN, 0x1C, b"abc"),
        name(DC, 0x0C, b"a"),
        name("2a03", 0x0C, b"a"),
    ],
)
def test_what_is_no_name_is_refused(data):
    with pytest.raises(ValueError):
        read_name(data)


def test_inside_of_a_list():
    assert inside("00ff") == b"\0\xff"
    assert inside({"repeat": "01", "times": 3}) == b"\1\1\1"
    assert inside(["00", {"repeat": "0203", "times": 2}]) == b"\0\2\3\2\3"


@pytest.mark.parametrize(
    "hexadecimal, names", [("", []), ("0001aa0002bbcc", [b"\xaa", b"\xbb\xcc"])]
)
def test_names_by_their_lengths(hexadecimal, names):
    assert names_of({"der_list": hexadecimal}) == names


@pytest.mark.parametrize("hexadecimal", ["00", "0000", "0001", "0002aa", "0001aa00", "0001aa0000"])
def test_lengths_that_lie(hexadecimal):
    with pytest.raises(ValueError):
        names_of({"der_list": hexadecimal})
    with pytest.raises(ValueError):
        names_of({"der_list": "0001aa", "length": 2})
    with pytest.raises(ValueError):
        names_of({"der_list": {"repeat": "0001aa", "times": 21846}})
