"""What can be wrong with the catalogue and the CA lists of conftest.py's small folder."""

from spoilt import CASES, DOCUMENTED, documented, drop, put

CATALOGUE, CA_LISTS = "catalogue.json", "ca_lists/family.json"
GOOD, BAD, ODD = "family/good", "family/bad", "family/odd"


def entry(files, index=0):
    return files[CATALOGUE]["entries"][index]


def ca_list(index):
    return lambda files: files[CA_LISTS]["lists"][index]


# what is spoilt: (change, file, place, cause)
SPOILT = {
    "unknown-origin": (
        put(documented, origin=["OLD-1", "A01", "OLD-9"]),
        CASES,
        f"{DOCUMENTED} origin[2]",
        'unknown origin "OLD-9"',
    ),
    "entry-without-case": (
        put(documented, origin=["OLD-1"]),
        CATALOGUE,
        "A01 id",
        "no case comes from this, and no reason says why",
    ),
    "entry-with-case-and-reason": (
        put(entry, untraced="too dull"),
        CATALOGUE,
        "OLD-1 untraced",
        "topic/documented comes from this",
    ),
    "entry-without-group": (
        lambda files: files[CATALOGUE]["groups"].pop("A"),
        CATALOGUE,
        "A01 id",
        'no group "A"',
    ),
    "group-without-entry": (
        lambda files: files[CATALOGUE]["groups"].update(NEW="nothing"),
        CATALOGUE,
        "groups.NEW",
        "no entry is in this group",
    ),
    "documented-entry-without-statement": (
        drop(entry, "statements"),
        CATALOGUE,
        "OLD-1",
        'key "statements" is missing',
    ),
    "statement-of-an-observed-entry": (
        put(lambda files: entry(files, 1), statements=["ONE-1"]),
        CATALOGUE,
        "OLD-2 statements",
        '"statements" is for a documented entry',
    ),
    "unknown-statement-of-entry": (
        put(entry, statements=["ONE-9"]),
        CATALOGUE,
        "OLD-1 statements[0]",
        'unknown statement "ONE-9"',
    ),
    "unknown-ca-list": (
        put(
            documented,
            "server",
            certificate_request={"certificate_authorities_raw": {"ca_list": "family/none"}},
        ),
        CASES,
        f"{DOCUMENTED} server.certificate_request.certificate_authorities_raw.ca_list",
        'unknown CA list "family/none"',
    ),
    "ca-list-that-no-case-sends": (
        put(documented, "server", certificate_request={}),
        CA_LISTS,
        f"{GOOD} id",
        "no case sends this list",
    ),
    "ca-list-of-another-family": (
        lambda files: files[CA_LISTS].update(family="other"),
        CA_LISTS,
        "family",
        'has to be the file\'s name, "family"',
    ),
    "ca-list-id-of-another-family": (
        put(ca_list(0), id="other/good"),
        CA_LISTS,
        "other/good id",
        'has to begin with "family/"',
    ),
    "ca-list-that-is-not-valid": (
        put(ca_list(0), length=18),
        CA_LISTS,
        GOOD,
        "is not valid: the length does not say how many bytes follow",
    ),
    "ca-list-with-other-names": (
        put(ca_list(0), names=["CN=ca", "CN=ca"]),
        CA_LISTS,
        GOOD,
        "has other names than it says",
    ),
    "ca-list-with-another-number-of-names": (
        put(ca_list(0), names=3),
        CA_LISTS,
        GOOD,
        "has other names than it says",
    ),
    "ca-list-that-is-valid": (drop(ca_list(1), "length"), CA_LISTS, BAD, "is valid"),
    "odd-ca-list-that-is-valid": (
        put(ca_list(2), der_list=""),
        CA_LISTS,
        ODD,
        "is valid",
    ),
    "odd-ca-list-with-wrong-lengths": (
        put(ca_list(2), der_list="0005"),
        CA_LISTS,
        ODD,
        "is not valid: a name's length does not say how many bytes follow",
    ),
    "odd-ca-list-with-another-number": (
        put(ca_list(2), names=2),
        CA_LISTS,
        ODD,
        "has another number of names than it says",
    ),
    "names-of-a-bad-ca-list": (
        put(ca_list(1), names=1),
        CA_LISTS,
        f"{BAD} names",
        '"names" is not for a list that is not valid',
    ),
    "ca-list-without-names": (drop(ca_list(2), "names"), CA_LISTS, ODD, 'key "names" is missing'),
}
