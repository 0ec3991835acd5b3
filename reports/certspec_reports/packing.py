"""Packs the runs for the page: small, opened topic by topic, and safe inside a script element."""

import base64
import json
import zlib

from .verdicts import BY_NAME, VERDICTS

# A level more would cost half a second for a hundredth of the page.
_LEVEL = 8
# Of a millisecond: what follows one upon another hardly ever does so faster, and finer times would
# be a fifth of the page.
_TIME_STEPS = 10
LADDER_KEYS = ("side", "kind", "direction", "name", "length", "detail")


def index(matrix, differences):
    """index returns what the page needs at once: libraries, verdicts, and the verdict of each run.

    cases: [[tier, statements, topic number, [[protocol, letters, groups]]]], where letters has one
    character a library: the verdict's letter, or "." for not run; and so has groups: the same one
    for libraries that behave alike, "." for one that was not asked or does not support it; "" where
    nothing differs. Ids and titles stand in the rows of the matrix, and only there.
    """
    groups = {
        (difference.case.id, protocol): _groups(difference, len(matrix.libraries))
        for difference in differences
        for protocol in difference.protocols
    }
    topics = list(topics_of(matrix))
    cases = []
    for case in matrix.cases.values():
        protocols = [
            [protocol, "".join(map(_letter, runs)), groups.get((case.id, protocol), "")]
            for protocol, runs in case.runs.items()
        ]
        topic = topics.index(case.topic)
        cases.append([case.tier, case.statements, topic, protocols])
    return {
        "libraries": [results.label for results in matrix.libraries],
        "verdicts": [[v.letter, v.name, v.symbol, v.about, v.is_bad] for v in VERDICTS],
        "statements": [
            [s.id, s.topic.lower(), s.text, _source(s)] for s in matrix.statements.values()
        ],
        "cases": cases,
        "topics": topics,
        "ladder": LADDER_KEYS,
        "steps": _TIME_STEPS,
    }


def topics_of(matrix):
    """topics_of returns {topic: [Case]} of all cases, in the order of their first case."""
    topics = {}
    for case in matrix.cases.values():
        topics.setdefault(case.topic, []).append(case)
    return topics


def chunk(cases):
    """chunk returns the runs of some cases as base64 of zlib of JSON.

    {"values": [...], "runs": {case: {protocol: [run or null, one a library]}}}; a run is
    [reason, reproduce, got, want, steps, callback, cert_cb, end, server, ladder, stderr, times,
    rev], in which everything but times and rev is a number: the place of the value in "values".
    """
    values = _Values()
    runs = {
        case.id: {
            protocol: [values.pack(run) if run else None for run in row]
            for protocol, row in case.runs.items()
        }
        for case in cases
    }
    # The values are JSON texts already: joining them is a tenth of the work of writing them again.
    text = '{"runs":' + _text(runs) + ',"values":[' + ",".join(values.places) + "]}"
    return packed(text)


def packed(text):
    """packed returns a text as base64 of zlib: runs.js undoes it."""
    return base64.b64encode(zlib.compress(text.encode(), _LEVEL)).decode()


def in_script(value):
    """in_script returns value as JSON that can stand inside a script element."""
    text = _text(value)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class _Values:
    def __init__(self):
        self.places = {}

    def pack(self, run):
        client = run.observation.get("client") or {}
        ladder, times = _ladder(run.observation.get("log") or [])
        parts = [run.reason, run.reproduce, run.got, run.want]
        parts += [[self._place(step) for step in client.get("steps") or []]]
        parts += [client.get("callback") or [], client.get("cert_cb") or [], client.get("end")]
        parts += [[_without_log(server) for server in run.observation.get("server") or []], ladder]
        parts.append(run.observation.get("stderr") or "")
        return [*map(self._place, parts), times, run.rev]

    def _place(self, value):
        return self.places.setdefault(_text(value), len(self.places))


def _ladder(log):
    # Times differ from run to run; without them most ladders are the same in every library.
    now, times = 0, []
    for entry in log:
        at = round((entry.get("t") or 0) * _TIME_STEPS)
        times.append(at - now)
        now = at
    return [[entry.get(key) for key in LADDER_KEYS] for entry in log], times


def _without_log(server):
    # The ladder has it; the milliseconds would keep equal observations apart.
    if not isinstance(server, dict):
        return server
    return {key: value for key, value in server.items() if key not in ("log", "milliseconds")}


def _groups(difference, num_libraries):
    letters = ["."] * num_libraries
    for number, (members, _, _) in enumerate(difference.groups):
        for index_of_library in members:
            letters[index_of_library] = chr(ord("a") + number)
    return "".join(letters)


def _letter(run):
    return BY_NAME[run.verdict].letter if run else "."


def _source(statement):
    return ", ".join(part for part in (statement.page, statement.section) if part)


# Kept: json.dumps would make another one for each value.
_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
