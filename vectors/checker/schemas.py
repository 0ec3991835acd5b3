"""The schemas: what they say about a value, and the order they give to its keys."""

import difflib
import functools
import json
import pathlib
import re
from typing import NamedTuple

import jsonschema

# In the schemas, "x-problem" says in words what these keywords find wrong.
WORDED = ("pattern", "not", "anyOf", "oneOf", "minItems", "contains", "enum")
COMBINING = ("allOf", "anyOf", "oneOf")


class Finding(NamedTuple):
    """Finding is what a schema finds wrong: `path` within the document, and `cause` in words.

    `dangling`: only a name is unknown, the shape of the document is as the schema says.
    """

    path: tuple
    cause: str
    dangling: bool = False


class KeyOrder:
    """KeyOrder gives the order of an object's keys: the schema's `properties`, top to bottom."""

    def __init__(self, schemas, places):
        self._schemas = schemas
        self._places = []
        for file, schema in places:
            self._expand(file, schema)

    def _expand(self, file, schema):
        if not isinstance(schema, dict) or any(schema is known for _, known in self._places):
            return
        self._places.append((file, schema))
        if "$ref" in schema:
            self._expand(*self._schemas.look_up(file, schema["$ref"]))
        for keyword in COMBINING:
            for part in schema.get(keyword, ()):
                self._expand(file, part)
        for keyword in ("then", "else"):
            self._expand(file, schema.get(keyword))

    def sort(self, keys):
        """sort returns `keys` in order; those the schema does not name keep theirs, at the end."""
        known = [key for _, schema in self._places for key in schema.get("properties", ())]
        return sorted(keys, key=lambda key: known.index(key) if key in known else len(known))

    def member(self, key):
        """member returns the KeyOrder of the object's member called `key`."""
        places = []
        for file, schema in self._places:
            if key in schema.get("properties", ()):
                places.append((file, schema["properties"][key]))
                continue
            matching = [
                inner
                for pattern, inner in schema.get("patternProperties", {}).items()
                if re.search(pattern, key)
            ]
            places += [(file, inner) for inner in matching]
            if not matching:
                places.append((file, schema.get("additionalProperties")))
        return KeyOrder(self._schemas, places)

    def item(self, index):
        """item returns the KeyOrder of the array's item `index`."""
        places = []
        for file, schema in self._places:
            first = schema.get("prefixItems", ())
            places.append((file, first[index] if index < len(first) else schema.get("items")))
        return KeyOrder(self._schemas, places)


# Checking a schema costs more than all the rest; the tests do it hundreds of times.
@functools.lru_cache(maxsize=None)
def _schema(text):
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


class Schemas:
    """Schemas holds the files of a schema folder by name ("cases.schema.json").

    `formats` maps a format of the schemas ("pki-name") to (function that takes a text, words).
    """

    def __init__(self, folder):
        self._base = pathlib.Path(folder).resolve().as_uri() + "/"
        self._files = {}
        for path in sorted(pathlib.Path(folder).glob("*.schema.json")):
            self._files[path.name] = _schema(path.read_text(encoding="utf-8"))
        self.formats = {}

    def _file(self, name):
        if name not in self._files:
            raise FileNotFoundError(f"schema/{name} is missing")
        return self._files[name]

    def look_up(self, file, reference):
        """look_up follows a $ref found in `file` and returns (file, schema)."""
        target, _, pointer = reference.partition("#")
        target = target or file
        schema = self._file(target)
        for part in filter(None, pointer.split("/")):
            schema = schema[part]
        return target, schema

    def key_order(self, file):
        """key_order returns the KeyOrder of documents that follow the schema `file`."""
        return KeyOrder(self, [(file, self._file(file))])

    def findings(self, file, value):
        """findings returns what the schema `file` finds wrong with `value`, in document order."""
        checker = jsonschema.FormatChecker(formats=())
        for name, (test, _) in self.formats.items():
            checker.checkers[name] = (
                lambda text, test=test: not isinstance(text, str) or test(text),
                (),
            )
        store = {self._base + name: schema for name, schema in self._files.items()}
        resolver = jsonschema.RefResolver(self._base + file, self._file(file), store=store)
        validator = jsonschema.Draft202012Validator(
            self._file(file), resolver=resolver, format_checker=checker
        )
        # An if/then of two paths can find the same thing twice.
        found = dict.fromkeys(
            finding
            for error in validator.iter_errors(value)
            for finding in self._findings_of(error)
        )
        return list(found)

    def _findings_of(self, error):
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = list(error.schema.get("properties", ()))
            patterns = error.schema.get("patternProperties", ())
            for key in error.instance:
                if key not in known and not any(re.search(pattern, key) for pattern in patterns):
                    yield Finding((*path, key), f'unknown key "{key}"{_suggestion(key, known)}')
            return

        if "propertyNames" in error.absolute_schema_path:
            path = (*path, error.instance)
        yield Finding(path, self._cause(error), error.validator == "format")

    @staticmethod
    def _missing(error):
        # jsonschema tells which of the required keys it means by its message alone.
        return next(
            key
            for key in error.validator_value
            if key not in error.instance and error.message.startswith(repr(key))
        )

    def _cause(self, error):
        what = json.dumps(error.instance, ensure_ascii=False)
        what = what if len(what) <= 60 else "this"
        if error.validator == "format":
            return f"{self.formats[error.validator_value][1]} {what}"
        if error.validator == "required":
            return f'key "{self._missing(error)}" is missing'
        if error.validator in WORDED and "x-problem" in error.schema:
            words = error.schema["x-problem"]
            return words if isinstance(error.instance, (dict, list)) else f"{what} {words}"
        if error.validator == "enum":
            return f"unknown value {what}{_suggestion(error.instance, error.validator_value)}"
        return error.message if len(error.message) <= 200 else error.message[:200] + " …"


def _suggestion(word, known):
    near = difflib.get_close_matches(
        str(word), [text for text in known if isinstance(text, str)], 1
    )
    return f' (did you mean "{near[0]}"?)' if near else ""
