"""A small vectors folder of the tests' own, without a problem, to spoil in one place at a time."""

import json
import pathlib
import shutil
import sys

import pytest

VECTORS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(VECTORS))
sys.path.insert(0, str(VECTORS / "pki"))

from check import check  # noqa: E402
from checker.canonical import canonical  # noqa: E402
from checker.catalogue import KINDS  # noqa: E402
from checker.schemas import Schemas  # noqa: E402

# CN=ca behind its length.
NAME = "000f" + "300d310b300906035504030c026361"
ANSWER = {"return": 1, "certificate": "rsa-leaf", "key": "rsa-leaf"}


def _statement(name, number, **more):
    place = f"NOTES:{number}"
    return {
        "id": name,
        "section": "NOTES",
        "text": "a claim",
        "forms": ["1.1.1", "3"],
        "sentence": {"1.1.1": place, "3": place},
        **more,
    }


def _sections():
    return {"NAME": 0, "SYNOPSIS": 0, "DESCRIPTION": 0, "NOTES": 2, "RETURN VALUES": 0, "BUGS": 0}


def sound_files():
    """sound_files returns the files of the small folder: name to value, new at each call."""
    documented = {
        "id": "topic/documented",
        "rev": 1,
        "title": "a documented case",
        "statements": ["ONE-1"],
        "origin": ["OLD-1", "A01"],
        "tier": "documented",
        "protocols": ["TLSv1.2", "TLSv1.3"],
        "client": {"callback": [{"return": -1, "times": 2}, dict(ANSWER)]},
        "client_on": {"TLSv1.3": {"contexts": {"second": {"certificate": "rsa-leaf"}}}},
        "server": {
            "request": True,
            "certificate_request": {"certificate_authorities_raw": {"ca_list": "family/good"}},
            "after": [
                {"CertificateRequest": {"certificate_authorities_raw": {"ca_list": "family/bad"}}},
                {"CertificateRequest": {"certificate_authorities_raw": {"ca_list": "family/odd"}}},
            ],
        },
        "steps": [
            {"do": "handshake", "times": 2, "expect": {"error": "SSL_ERROR_WANT_X509_LOOKUP"}},
            {"do": "handshake", "expect": {"return": 1}},
            {"do": "new", "ssl": "b", "ctx": "second", "protocols": ["TLSv1.3"]},
        ],
        "expect": {"steps[2].callback_calls": 3, "server.certificates": ["rsa-leaf"]},
        "expect_on": {"TLSv1.3": {"steps[3].callback_calls": 3}},
    }
    observed = {
        "id": "topic/observed",
        "rev": 2,
        "title": "an observed case",
        "statements": [],
        "tier": "observed",
        "protocols": ["TLSv1.3"],
        "client": {"callback": [{"return": 2}]},
        "server": {"request": True},
        "steps": [{"do": "handshake", "observe": ["return"]}],
        "observe": ["server.certificates"],
    }
    record = {"protocols": ["TLSv1.3"], "versions": [">=3.0.0", "<3.1"]}
    head = {"library": "openssl", "line": "3.0"}
    return {
        "manual/page.json": {
            "page": "page(3)",
            "sentences": {"1.1.1": _sections(), "3": _sections()},
            "statements": [_statement("ONE-1", 1), _statement("TWO-1", 2, untestable="hearsay")],
        },
        "cases/topic.json": {"topic": "topic", "cases": [documented, observed]},
        "ca_lists/family.json": {
            "family": "family",
            "lists": [
                {
                    "id": "family/good",
                    "about": "two names",
                    "der_list": [NAME, {"repeat": "00023000", "times": 1}],
                    "valid": True,
                    "names": ["CN=ca", ""],
                },
                {
                    "id": "family/bad",
                    "about": "a length that lies",
                    "der_list": NAME,
                    "length": 5,
                    "valid": False,
                },
                {
                    "id": "family/odd",
                    "about": "an RDN without attributes",
                    "der_list": {"repeat": "000430023100", "times": 3},
                    "valid": "unspecified",
                    "names": 3,
                },
            ],
        },
        "catalogue.json": {
            "groups": {"OLD": "what was known before", "A": "what was reported"},
            "entries": [
                {"id": "OLD-1", "about": "one", "kind": "documented", "statements": ["ONE-1"]},
                {"id": "OLD-2", "about": "two", "kind": "observed", "untraced": "too far away"},
                {"id": "A01", "about": "three", "kind": "reported", "reports": ["tracker#1"]},
            ],
        },
        "deviations/openssl-3.0.json": {
            **head,
            "deviations": [
                {
                    "case": "topic/documented",
                    "rev": 1,
                    **record,
                    "got": {"steps[2].callback_calls": 4},
                    "reason": "because",
                    "evidence": "a trace",
                }
            ],
        },
        "ways/openssl-3.0.json": {
            **head,
            "ways": [
                {
                    "id": "one-way",
                    "versions": [">=3.0.0"],
                    "scenario": "TLSv1.3:request:none:none:any:2ee:S",
                    "reason": "because",
                }
            ],
        },
        "pins/openssl-3.0.json": {
            **head,
            "pins": [
                {
                    "case": "topic/observed",
                    "rev": 2,
                    **record,
                    "got": {"steps[0].return": -1, "server.certificates": None},
                    "status": "confirmed",
                }
            ],
        },
    }


class Folder:
    """Folder is a vectors folder under `path` that a test may change."""

    def __init__(self, path):
        self.path = path
        self.files = sound_files()
        shutil.copytree(VECTORS / "schema", path / "schema")
        shutil.copytree(VECTORS / "pki", path / "pki")
        self._orders = Schemas(path / "schema")
        self.save()

    def save(self):
        """save writes `files` in canonical form."""
        for name, value in self.files.items():
            file = self.path / name
            file.parent.mkdir(exist_ok=True)
            schema = KINDS[pathlib.PurePath(name).parent.name or file.stem][1]
            file.write_text(canonical(value, self._orders.key_order(schema)), encoding="utf-8")

    def problems(self, write=False):
        """problems returns what check.py finds, each as (file, line, place, cause)."""
        return [
            (
                str(pathlib.Path(problem.file).resolve().relative_to(self.path.resolve())),
                problem.line,
                problem.place,
                problem.cause,
            )
            for problem in check(self.path, write).problems
        ]

    def line_of(self, name, text):
        """line_of returns the line, from 1, of the first line of a file that holds `text`."""
        lines = (self.path / name).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def read(self, name):
        """read returns the JSON value of a file."""
        return json.loads((self.path / name).read_text(encoding="utf-8"))


@pytest.fixture(name="folder")
def _folder(tmp_path):
    return Folder(tmp_path)
