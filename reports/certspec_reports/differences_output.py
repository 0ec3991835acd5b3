"""Differences as text for a terminal, as JSON, and as Markdown for a pull request."""

import json
import os

from .differences import ABSENT, GONE, KINDS, NEWLY_FAILING, NOT_JUDGED, OBSERVATION

# A comment on a pull request may hold 65,536 characters: the rows of all tables stay below.
_MARKDOWN_ROWS = 56_000
_VALUE_LENGTH = 160
_RED, _GREEN, _BOLD, _DIM, _PLAIN = "\033[31m", "\033[32m", "\033[1m", "\033[2m", "\033[0m"


def as_text(differences, color=False):
    """as_text returns lines for a terminal; color: with ANSI colours."""
    paint = _paint if color else lambda text, style: text
    lines = [paint(_heading(differences), _BOLD), *_warnings(differences)]
    if not differences.changes:
        return "\n".join([*lines, "no difference", ""])

    for kind, statements in differences.statements.items():
        lines.append(f"statements {kind}: {', '.join(statements)}")
    for kind, about in KINDS.items():
        changes = differences.of(kind)
        if not changes:
            continue
        style = _RED if any(change.is_worse for change in changes) else _GREEN
        lines += ["", paint(f"{kind}: {_cases(differences.cases(kind))}", style + _BOLD)]
        lines[-1] += paint(f"  ({about})", _DIM)
        for change in changes:
            lines.append(f"  {change.case}  {', '.join(change.protocols)}  {_verdicts(change)}")
            if change.title:
                lines.append(paint(f"      {change.title}", _DIM))
            for path, (before, after) in change.values.items():
                lines.append(f"      {path}: {_value(before)} -> {_value(after)}")
            if change.reason:
                lines.append(paint(f"      {_cut(change.reason)}", _DIM))
    return "\n".join([*lines, "", _conclusion(differences), ""])


def as_json(differences):
    """as_json returns one JSON document; its keys are in README.md. Values absent are left out."""
    changes = [
        {
            "kind": change.kind,
            "case": change.case,
            "protocols": change.protocols,
            "title": change.title,
            "statements": change.statements,
            "before": change.before,
            "after": change.after,
            "worse": change.is_worse,
            "reason": change.reason,
            "values": {path: _pair(pair) for path, pair in change.values.items()},
        }
        for change in differences.changes
    ]
    document = {
        "before": _side(differences.before),
        "after": _side(differences.after),
        "worse": differences.is_worse,
        "cases": _counts(differences),
        "statements": differences.statements,
        "changes": changes,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_markdown(differences):
    """as_markdown returns a comment for a pull request: what got worse is open, the rest folded."""
    lines = [f"### {_heading(differences)}", ""]
    lines += [f"> **Note:** {warning}\n" for warning in _warnings(differences)]
    if not differences.changes:
        return "\n".join([*lines, "No difference.", ""])

    lines += ["| change | cases |", "| --- | ---: |"]
    lines += [f"| {kind} | {number} |" for kind, number in _counts(differences).items()]
    lines.append("")
    for kind, statements in differences.statements.items():
        lines += [f"Statements {kind}: {', '.join(map(code, statements))}", ""]
    room = _MARKDOWN_ROWS
    for kind, about in KINDS.items():
        changes = differences.of(kind)
        if changes:
            rows = _rows_within(room, changes)
            room -= sum(map(len, rows))
            lines += _markdown_section(kind, about, rows, differences.cases(kind))
            if len(rows) < len(changes):
                lines += [f"… and {len(changes) - len(rows)} more.", ""]
    return "\n".join([*lines, _conclusion(differences), ""])


def code(value):
    """code returns text as a Markdown code span that nothing inside it can leave."""
    text = str(value).replace("\n", " ").replace("|", "\\|")
    fence = "`"
    while fence in text:
        fence += "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(value):
    """prose returns text that Markdown and HTML show as it is, in one line."""
    text = " ".join(str(value).split())
    for character in "\\`*_[]|~":
        text = text.replace(character, "\\" + character)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("@", "@&#8203;")


def wants_color(stream):
    """wants_color tells whether stream is a terminal whose user has not said NO_COLOR."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _rows_within(room, changes):
    rows = []
    for change in changes:
        row = _markdown_row(change)
        room -= len(row)
        if room < 0:
            break
        rows.append(row)
    return rows


def _markdown_row(change):
    name = code(change.case) + (f"<br>{prose(change.title)}" if change.title else "")
    before, after = ("<br>".join(_side_values(change, side)) for side in (0, 1))
    after = after or prose(_cut(change.reason))
    protocols = ", ".join(change.protocols)
    return f"| {name} | {protocols} | {_verdicts(change)} | {before} | {after} |"


def _markdown_section(kind, about, rows, cases):
    is_open = kind in (NEWLY_FAILING, NOT_JUDGED, OBSERVATION, GONE)
    lines = [f"<details{' open' if is_open else ''}>", f"<summary><b>{kind}</b>: {_cases(cases)}"]
    lines[-1] += f" ({about})</summary>"
    lines += ["", "| case | protocols | verdict | got before | got after |"]
    lines.append("| --- | --- | --- | --- | --- |")
    return [*lines, *rows, "", "</details>", ""]


def _side_values(change, side):
    return [f"{code(path)}: {code(_value(pair[side]))}" for path, pair in change.values.items()]


def _heading(differences):
    before, after = differences.before, differences.after
    if before.label != after.label:
        return f"{before.label} -> {after.label}"
    return f"{after.label}: {before.path} -> {after.path}"


def _warnings(differences):
    sides = (differences.before, differences.after)
    return [f"{side.path} is of a run that was cut off" for side in sides if not side.complete]


def _conclusion(differences):
    worse = len({change.case for change in differences.changes if change.is_worse})
    return f"{_cases(worse)} got worse" if worse else "nothing got worse"


def _counts(differences):
    counts = {kind: differences.cases(kind) for kind in KINDS}
    return {kind: number for kind, number in counts.items() if number}


def _verdicts(change):
    if change.before == change.after:
        return change.after
    return f"{change.before or '(not run)'} -> {change.after or '(not run)'}"


def _cases(number):
    return f"{number} case" if number == 1 else f"{number} cases"


def _value(value):
    return repr(value) if value is ABSENT else _cut(json.dumps(value, ensure_ascii=False))


def _cut(text):
    text = " ".join(text.split())
    return text if len(text) <= _VALUE_LENGTH else text[: _VALUE_LENGTH - 1] + "…"


def _pair(pair):
    names = ("before", "after")
    return {name: value for name, value in zip(names, pair) if value is not ABSENT}


def _side(results):
    return {
        "library": results.library,
        "version": results.version,
        "complete": results.complete,
        "verdicts": results.counts,
    }


def _paint(text, style):
    return f"{style}{text}{_PLAIN}"
