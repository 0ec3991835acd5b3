"""A step summary for GitHub Actions: `certspec-reports summary … >> $GITHUB_STEP_SUMMARY`."""

import json

from .differences_output import code, prose
from .verdicts import BY_NAME, VERDICTS

# GitHub cuts a summary off at 1 MiB.
_BAD_RUNS = 50


def summary(all_results):
    """summary returns Markdown: one line a library, then what is wrong with each."""
    verdicts = [v for v in VERDICTS if any(v.name in results.counts for results in all_results)]
    lines = ["## certspec", ""]
    lines.append("| library | cases | runs | " + " | ".join(_header(v) for v in verdicts) + " |")
    lines.append("| --- |" + " ---: |" * (2 + len(verdicts)))
    for results in all_results:
        counts = results.counts
        cells = [prose(results.label) + ("" if results.complete else " **(incomplete)**")]
        cells += [results.cases, len(results.runs)]
        cells += [counts.get(verdict.name, 0) for verdict in verdicts]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    for results in all_results:
        lines += _bad_runs(results)
    return "\n".join([*lines, ""])


def _header(verdict):
    return f"{verdict.symbol} {verdict.name}"


def _bad_runs(results):
    bad = [run for run in results.runs if BY_NAME[run.verdict].is_bad]
    if not bad:
        return ["", f"{prose(results.label)}: nothing to look at."]

    lines = ["", f"### {prose(results.label)}: {len(bad)} to look at", ""]
    lines += ["| case | protocol | verdict | statements | got | want |"]
    lines.append("| --- | --- | --- | --- | --- | --- |")
    for run in bad[:_BAD_RUNS]:
        verdict = _header(BY_NAME[run.verdict])
        name = f"{code(run.case)}<br>{prose(run.title)}"
        got, want = _values(run.got) or prose(run.reason), _values(run.want)
        statements = ", ".join(run.statements)
        lines.append(f"| {name} | {run.protocol} | {verdict} | {statements} | {got} | {want} |")
    if len(bad) > _BAD_RUNS:
        lines += ["", f"… and {len(bad) - _BAD_RUNS} more."]
    return lines


def _values(values):
    items = (f"{path}: {json.dumps(value, ensure_ascii=False)}" for path, value in values.items())
    return "<br>".join(code(item) for item in items)
