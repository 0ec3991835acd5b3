"""A baseline: results without what changes from run to run, in few bytes, for git.

The form of its own (`"baseline": 1`) holds each case once, with one line for every outcome and the
protocols that came to it; what is the same as elsewhere, or follows from the rest, is left out.
"""

import json
import re

from . import SCHEMA_VERSION
from .matrix import natural
from .verdicts import PROTOCOLS

FORM = 1

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_PATH = re.compile(r"(?<![\w.:/+-])/(?:[\w.@+~-]+/)+(?=[\w.@+~-])")
# What a verdict says by itself.
_NO_REASON = {"new", "pinned", "pass"}

# What a baseline leaves out where it is empty, and a run has all the same.
_EMPTY = {"reason": "", "got": {}, "want": {}}


def baseline(results):
    """baseline returns the text of the baseline of one Results.

    No date, host, time, address, path or observation; cases sorted; the same results always give
    the same text, however they were run.
    """
    subject = {"library": results.library, "version": results.version}
    summary = {
        "cases": results.cases,
        "runs": len(results.runs),
        "verdicts": results.counts,
        "complete": results.complete,
    }
    head = {"schema": SCHEMA_VERSION, "baseline": FORM}
    if "certspec" in results.document:
        head["certspec"] = results.document["certspec"]
    head |= {"subject": subject, "summary": summary}
    statements = sorted(results.statements.items(), key=lambda item: natural(item[0]))

    lines = [f"{_text(key)}: {_text(value)}," for key, value in head.items()]
    named = [f"{_text(name)}: {_text(about)}" for name, about in statements]
    lines += _block('"statements": {', "},", named)
    lines += _block('"cases": [', "]", [_case(runs) for runs in _by_case(results.runs)])
    return "\n".join(["{", *("  " + line for line in lines), "}", ""])


def runs_of(document):
    """runs_of returns the list of runs, as results have them, of a baseline's document.

    Raises KeyError or TypeError for a document that is none.
    """
    runs = []
    for case in document["cases"]:
        common = {key: case[key] for key in ("case", "rev", "title", "tier", "statements")}
        for outcome in case["runs"]:
            own = {key: value for key, value in outcome.items() if key != "protocols"}
            runs += [
                common | {"protocol": name} | _EMPTY | own for name in outcome["protocols"]
            ]
    return runs


def _by_case(runs):
    cases = {}
    for run in sorted(runs, key=lambda run: (run.case, PROTOCOLS.index(run.protocol))):
        cases.setdefault(run.case, []).append(run)
    return cases.values()


def _case(runs):
    first = runs[0]
    keys = ("case", "rev", "title", "tier", "statements")
    head = {key: getattr(first, key) for key in keys}
    outcomes = {}
    for run in runs:
        outcomes.setdefault(_text(_outcome(run)), []).append(run.protocol)
    lines = [
        f'{{"protocols": {_text(protocols)}, {outcome[1:]}'
        for outcome, protocols in outcomes.items()
    ]
    return f'{_text(head)[:-1]}, "runs": [\n    ' + ",\n    ".join(lines) + "]}"


def _outcome(run):
    got, want = _without_places(run.got), _without_places(run.want)
    outcome = {"verdict": run.verdict}
    if run.reason and run.verdict not in _NO_REASON:
        outcome["reason"] = _without_places(run.reason)
    if got:
        outcome["got"] = got
    if want and want != got:
        outcome["want"] = want
    return outcome


def _block(opening, closing, items):
    commas = [item + "," for item in items[:-1]] + items[-1:]
    return [opening, *("  " + item for item in commas), closing]


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
