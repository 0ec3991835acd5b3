"""A baseline: results without what changes from run to run, one line a run, for git."""

import json
import re

from . import SCHEMA_VERSION
from .matrix import natural

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_PATH = re.compile(r"(?<![\w.:/+-])/(?:[\w.@+~-]+/)+(?=[\w.@+~-])")
_KEPT = ("case", "rev", "title", "tier", "protocol", "statements", "verdict", "reason")
_KEPT += ("got", "want", "reproduce")


def baseline(results):
    """baseline returns the text of the baseline of one Results.

    No date, host, time, address, path or observation; runs sorted; the same results always give
    the same text, however they were run.
    """
    subject = {"library": results.library, "version": results.version}
    summary = {
        "cases": results.cases,
        "runs": len(results.runs),
        "verdicts": results.counts,
        "complete": results.complete,
    }
    head = {"schema": SCHEMA_VERSION}
    if "certspec" in results.document:
        head["certspec"] = results.document["certspec"]
    head |= {"subject": subject, "summary": summary}
    statements = sorted(results.statements.items(), key=lambda item: natural(item[0]))

    lines = [f"{_text(key)}: {_text(value)}," for key, value in head.items()]
    named = [f"{_text(name)}: {_text(about)}" for name, about in statements]
    lines += _block('"statements": {', "},", named)
    items = sorted(results.document["runs"], key=lambda run: (run["case"], run["protocol"]))
    lines += _block('"runs": [', "]", [_text(_stable(run)) for run in items])
    return "\n".join(["{", *("  " + line for line in lines), "}", ""])


def _block(opening, closing, items):
    commas = [item + "," for item in items[:-1]] + items[-1:]
    return [opening, *("  " + item for item in commas), closing]


def _stable(run):
    kept = {key: _without_places(run[key]) for key in _KEPT if key in run}
    # A command that names a path runs on one machine only, and says nothing without it.
    if kept.get("reproduce") != run.get("reproduce"):
        kept.pop("reproduce", None)
    return kept


def _without_places(value):
    if isinstance(value, str):
        return _PATH.sub("", _ADDRESS.sub("0x…", value))
    if isinstance(value, list):
        return [_without_places(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_places(value[key]) for key in sorted(value)}
    return value


def _text(value):
    return json.dumps(value, ensure_ascii=False)
