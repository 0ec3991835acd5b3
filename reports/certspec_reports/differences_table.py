"""The README's table of what differs between libraries, made from their baselines.

It has a row for each case in which two lines of OpenSSL differ; a fork stands beside them.
"""

import json

from .errors import ReportError
from .matrix import Matrix
from .verdicts import behaviour

BEGIN = "<!-- certspec-reports differences-table: begin -->"
END = "<!-- certspec-reports differences-table: end -->"

# What tells most about a difference comes first; of several steps the first counts.
_TELLING = ("server.certificates", "error", "alerts_sent", "callback_calls", "certificate")
_TELLING += ("return", "reasons")
_LONGEST = 48


def differences_table(all_results):
    """differences_table returns the Markdown table of several Results, in their order."""
    own = [results for results in all_results if results.library == "openssl"]
    apart = {(d.case.id, p): d for d in Matrix(own).differences() for p in d.protocols}
    runs = [{(run.case, run.protocol): run for run in results.runs} for results in all_results]
    rows = {}
    for (case, protocol), difference in apart.items():
        path = _telling(difference.paths)
        cells = tuple(_cell(found.get((case, protocol)), path) for found in runs)
        rows.setdefault((case, path, cells), (difference.case.title, []))[1].append(protocol)

    titles = [f"{_name(results)} {results.version}" for results in all_results]
    lines = [_row(["case", "what", *titles]), _row(["---"] * (2 + len(titles)))]
    for (case, path, cells), (title, protocols) in sorted(rows.items()):
        what = f"`{path}`" if path else "how it ends"
        lines.append(_row([f"{title}<br>`{case}` {', '.join(protocols)}", what, *cells]))
    return "\n".join([*lines, ""])


def put_between(path, text, table):
    """put_between returns text (of the file at path) with the table between its marks.

    Raises ReportError when the marks are not there, once each and in order.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise ReportError(path, "", f"needs {BEGIN} and {END}, once each")
    return f"{before}{BEGIN}\n{table}{END}{after}"


def _name(results):
    return {"openssl": "OpenSSL", "boringssl": "BoringSSL", "wolfssl": "wolfSSL"}.get(
        results.library, results.library
    )


def _telling(paths):
    for name in _TELLING:
        for path in paths:
            if path == name or path.endswith(f".{name}"):
                return path
    return paths[0] if paths else ""


def _cell(run, path):
    if run is None:
        return "–"
    kind = behaviour(run.verdict)
    if kind in ("unsupported", "crash", "timeout", "not judged"):
        return run.verdict
    if run.got.keys() == {"run"}:
        return f"{run.got['run']}"
    if path not in run.got:
        return run.verdict if kind != "seen" else "–"
    value = run.got[path]
    text = ", ".join(map(_plain, value)) or "none" if isinstance(value, list) else _plain(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _plain(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _row(cells):
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
