"""The files of a vectors folder, read, and the problems found in them."""

import json
import os
import pathlib
from typing import NamedTuple

from .canonical import canonical
from .document import Document
from .schemas import Schemas

# kind of file: (where it lies, its schema or None)
KINDS = {
    "schema": ("schema/*.schema.json", None),
    "pki": ("pki/index.json", "pki.schema.json"),
    "manual": ("manual/*.json", "manual.schema.json"),
    "ca_lists": ("ca_lists/*.json", "ca_lists.schema.json"),
    "cases": ("cases/*.json", "cases.schema.json"),
    "deviations": ("deviations/*.json", "deviations.schema.json"),
    "ways": ("ways/*.json", "ways.schema.json"),
    "pins": ("pins/*.json", "pins.schema.json"),
    "catalogue": ("catalogue.json", "catalogue.schema.json"),
}

# Where the entries of a kind do not stand under its own name.
ENTRIES = {"manual": "statements", "ca_lists": "lists", "catalogue": "entries"}


class Problem(NamedTuple):
    """Problem is one line of the checker's answer."""

    file: str
    line: int
    place: str
    cause: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.place}: {self.cause}"


class VectorFile:
    """VectorFile is one file read: `value` is None when it is no JSON, `sound` whether its shape
    is as its schema says, so that its keys can be relied upon."""

    def __init__(self, path, kind):
        self.path = path
        self.kind = kind
        self.text = path.read_text(encoding="utf-8")
        self.document = None
        self.value = None
        self.sound = False

    @property
    def stem(self):
        """stem is the file's name without .json."""
        return self.path.name.removesuffix(".json")

    def place(self, path):
        """place puts a path into words: the id of the case or statement, then the rest."""
        words, rest = "", ""
        name = self._name_at(path[:2])
        if name:
            words, path = f"{name} ", path[2:]
        for part in path:
            rest += f"[{part}]" if isinstance(part, int) else f".{part}"
        return (words + rest.lstrip(".")).strip() or "file"

    def _name_at(self, path):
        try:
            entries, index = path
            entry = self.value[entries][index]
            name = entry.get("id", entry.get("case"))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            return None
        return name if isinstance(name, str) else None


class Catalogue:
    """Catalogue holds the files of the folder `folder`, and gathers `problems`.

    The constructor raises OSError, UnicodeDecodeError, and ValueError for schemas that are none.
    """

    def __init__(self, folder, write=False):
        self.folder = pathlib.Path(folder)
        self.schemas = Schemas(self.folder / "schema")
        self.problems = []
        self.files = [
            self._read(path, kind, write)
            for kind, (pattern, _) in KINDS.items()
            for path in sorted(self.folder.glob(pattern))
        ]

    def of_kind(self, *kinds, sound=True):
        """of_kind returns the files of these kinds; by default only those that are sound."""
        return [file for file in self.files if file.kind in kinds and (file.sound or not sound)]

    def add(self, file, path, cause):
        """add notes the problem `cause` at `path` of the VectorFile `file`."""
        line = file.document.line(path)
        self.problems.append(Problem(os.path.relpath(file.path), line, file.place(path), cause))

    def entries(self, *kinds):
        """entries yields (file, path, entry) for all cases, statements, … of `kinds`."""
        for file in self.of_kind(*kinds):
            key = ENTRIES.get(file.kind, file.kind)
            for index, entry in enumerate(file.value[key]):
                yield file, (key, index), entry

    def validate(self):
        """validate holds every file against its schema. `schemas.formats` has to be set before."""
        for file in self.files:
            schema = KINDS[file.kind][1]
            if file.document is None or schema is None:
                continue
            findings = self.schemas.findings(schema, file.value)
            for finding in findings:
                self.add(file, finding.path, finding.cause)
            file.sound = all(finding.dangling for finding in findings)

    def _read(self, path, kind, write):
        file = VectorFile(path, kind)
        try:
            file.document = Document(file.text)
        except json.JSONDecodeError as error:
            self.problems.append(
                Problem(os.path.relpath(path), error.lineno, "file", f"no JSON: {error.msg}")
            )
            return file

        file.value = file.document.value
        for duplicate in file.document.duplicates:
            self.add(file, duplicate, "key stands twice")
        if not file.document.duplicates:
            self._compare_with_canonical_form(file, write)
        return file

    def _compare_with_canonical_form(self, file, write):
        schema = KINDS[file.kind][1]
        wanted = canonical(file.value, schema and self.schemas.key_order(schema))
        if wanted == file.text:
            return
        if write:
            file.path.write_text(wanted, encoding="utf-8", newline="\n")
            file.text, file.document = wanted, Document(wanted)
            return

        same = os.path.commonprefix([file.text.split("\n"), wanted.split("\n")])
        self.problems.append(
            Problem(
                os.path.relpath(file.path),
                len(same) + 1,
                "file",
                "not in canonical form (check.py --write makes it so)",
            )
        )
