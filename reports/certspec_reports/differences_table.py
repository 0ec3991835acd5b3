"""The README's table of what differs between libraries, made from their baselines.

It has a row for each way in which lines of OpenSSL differ from each other, with the first case that
shows it and how many more do; a fork stands beside them with what it does in that case.
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
    own_runs, all_runs = _runs(own), _runs(all_results)
    ways = {}
    for difference in Matrix(own).differences():
        path = _telling(difference.paths)
        for protocol in difference.protocols:
            cells = _cells(own_runs, difference.case.id, protocol, path)
            way = (path.rpartition(".")[2], cells)
            ways.setdefault(way, []).append((difference.case, path, protocol))

    titles = [f"{_name(results)} {results.version}" for results in all_results]
    lines = [_row(["case", "what", *titles]), _row(["---"] * (2 + len(titles)))]
    lines += sorted((_way_row(found, all_runs) for found in ways.values()), key=str.lower)
    return "\n".join([*lines, ""])


def _way_row(found, all_runs):
    """_way_row is the row of one way to differ; found: (case, path, protocol) that differ so."""
    case, path, _ = min(found, key=lambda one: one[0].id)
    protocols = [protocol for other, at, protocol in found if (other.id, at) == (case.id, path)]
    more = len({other.id for other, _, _ in found}) - 1
    shown = f"{case.title}<br>`{case.id}` {', '.join(protocols)}"
    if more:
        shown += f"<br>and {more} more {'case' if more == 1 else 'cases'}"
    what = f"`{path}`" if path else "how it ends"
    return _row([shown, what, *_cells(all_runs, case.id, protocols[-1], path)])


def _runs(all_results):
    return [{(run.case, run.protocol): run for run in results.runs} for results in all_results]


def _cells(all_runs, case, protocol, path):
    return tuple(_cell(runs.get((case, protocol)), path) for runs in all_runs)


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
