"""ca_lists - the CA lists of vectors/ca_lists by their ids, as the bytes of the wire."""

import glob
import json
import os


class CaListError(Exception):
    """The lists cannot be read; the text names file and cause."""


def _inside(der_list):
    """_inside - the bytes of a der_list: hex, {"repeat": hex, "times": n}, or a list of both."""
    parts = der_list if isinstance(der_list, list) else [der_list]
    return b"".join(
        bytes.fromhex(part["repeat"]) * part["times"]
        if isinstance(part, dict)
        else bytes.fromhex(part)
        for part in parts
    )


class CaLists:
    """All lists of the files in `folder`, read when the first is asked for.

    A folder that is not there has none. Asking raises CaListError for a file of another shape.
    """

    def __init__(self, folder):
        self._folder = folder
        self._entries = None

    def __contains__(self, name):
        return name in self._read()

    def list(self, name):
        """list - (the bytes inside the list called `name`, the length that it says)."""
        return self._read()[name]

    def _read(self):
        if self._entries is None:
            entries = {}
            for path in sorted(glob.glob(os.path.join(glob.escape(self._folder), "*.json"))):
                entries.update(_lists_of(path))
            self._entries = entries
        return self._entries


def _lists_of(path):
    """_lists_of - the lists of one file by id, as CaLists.list gives them."""
    try:
        with open(path, encoding="utf-8") as file:
            lists = json.load(file)["lists"]
        found = {}
        for entry in lists:
            inside = _inside(entry["der_list"])
            found[entry["id"]] = inside, entry.get("length", len(inside))
        return found
    except OSError as error:
        raise CaListError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise CaListError(f"{path}: no file of CA lists ({error})") from None
