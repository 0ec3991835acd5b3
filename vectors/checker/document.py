"""A JSON document that still knows the line of each of its values."""

import bisect
import json
import re

BLANK = re.compile(r"[ \t\n\r]*")


def _refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


class Document:
    """Document is a JSON text read: `value`, and `line(path)` for each path in it.

    A path is a tuple of keys and indices. `duplicates` holds the paths of keys that stand twice
    in their object. The constructor raises json.JSONDecodeError (which has `lineno` and `msg`).
    """

    def __init__(self, text):
        self.text = text
        self.duplicates = []
        self._offsets = {}
        self._line_ends = [match.start() for match in re.finditer("\n", text)]
        self._at = 0
        self.value = self._value(())
        self._skip()
        if self._at != len(text):
            raise json.JSONDecodeError("text after the value", text, self._at)

    def line(self, path):
        """line returns the line, from 1, of the value at `path` or of its nearest known parent."""
        path = tuple(path)
        while path not in self._offsets:
            path = path[:-1]
        return bisect.bisect_left(self._line_ends, self._offsets[path]) + 1

    def _skip(self):
        self._at = BLANK.match(self.text, self._at).end()

    def _take(self, wanted):
        self._skip()
        if self.text[self._at : self._at + 1] not in wanted:
            words = " or ".join(json.dumps(character) for character in wanted)
            raise json.JSONDecodeError(f"{words} is missing", self.text, self._at)

        self._at += 1
        return self.text[self._at - 1]

    def _scalar(self):
        try:
            value, self._at = DECODER.raw_decode(self.text, self._at)
        except json.JSONDecodeError:
            raise
        except ValueError as error:
            raise json.JSONDecodeError(str(error), self.text, self._at) from error
        return value

    def _value(self, path):
        self._skip()
        self._offsets.setdefault(path, self._at)
        if self.text.startswith("{", self._at):
            return self._object(path)
        if self.text.startswith("[", self._at):
            return self._array(path)
        return self._scalar()

    def _closes_at_once(self, end):
        self._at += 1
        self._skip()
        if not self.text.startswith(end, self._at):
            return False
        self._at += 1
        return True

    def _object(self, path):
        members = {}
        if self._closes_at_once("}"):
            return members
        while True:
            self._take('"')
            self._at -= 1
            start = self._at
            key = self._scalar()
            inner = (*path, key)
            if key in members:
                self.duplicates.append(inner)
            self._offsets[inner] = start
            self._take(":")
            members[key] = self._value(inner)
            if self._take(",}") == "}":
                return members

    def _array(self, path):
        items = []
        if self._closes_at_once("]"):
            return items
        while True:
            items.append(self._value((*path, len(items))))
            if self._take(",]") == "]":
                return items
