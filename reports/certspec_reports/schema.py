"""Checks a results document against schema/results.schema.json."""

import json
from pathlib import Path

import jsonschema

from .errors import ReportError

SCHEMA = Path(__file__).resolve().parent.parent / "schema" / "results.schema.json"
_SHOWN = 20


def violations(document, path=SCHEMA):
    """violations returns [(place, cause)], at most 20, in the order of the document."""
    try:
        schema = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(path, "", f"cannot be read: {error}") from None

    validator = jsonschema.validators.validator_for(schema)(schema)
    found = []
    for error in validator.iter_errors(document):
        found.append((_place(error.absolute_path), " ".join(error.message.split())[:300]))
        if len(found) == _SHOWN:
            break
    return found


def _place(path):
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "(top)"
