"""The table in README.md: the catalogue's entries, and the cases that come from each."""

import os

from .catalogue import Problem
from .origins import group_of, traced

BEGIN = "<!-- check.py --write: begin -->"
END = "<!-- check.py --write: end -->"

# As many cases of one topic are named one by one.
NAMED = 4


def _cases(names):
    """_cases puts case ids into a cell: those of one topic together, many of them by number."""
    topics = {}
    for name in names:
        topics.setdefault(name.split("/")[0], []).append(name)
    cells = []
    for topic, members in topics.items():
        if len(members) > NAMED:
            cells.append(f"`{topic}/…` ({len(members)})")
        else:
            cells += [f"`{name}`" for name in members]
    return ", ".join(cells)


def _row(entry, cases):
    source = ", ".join(entry.get("statements", entry.get("reports", ())))
    cell = _cases(cases) if cases else f"none: {entry.get('untraced', '?')}"
    texts = (entry["id"], entry["about"], source, cell)
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"


def table(catalogue):
    """table returns the lines of the table: a sum, then each group with its entries."""
    (file,) = catalogue.of_kind("catalogue")
    cases = traced(catalogue)
    entries = file.value["entries"]
    seen = sum(entry["id"] in cases for entry in entries)
    used = {name for names in cases.values() for name in names}
    lines = [f"{len(entries)} entries: {seen} with {len(used)} cases, {len(entries) - seen} none."]
    for group, title in file.value["groups"].items():
        members = [entry for entry in entries if group_of(entry["id"]) == group]
        lines += ["", f"**{group}: {title}**", ""]
        lines += ["| id | about | where it stands | cases |", "| --- | --- | --- | --- |"]
        lines += [_row(entry, cases.get(entry["id"])) for entry in members]
    return lines


def _with_table(text, lines):
    """_with_table returns `text` with `lines` between the markers, or None: no such markers."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        return None
    return "\n".join([before + BEGIN, *lines, END + after])


def compare_table(catalogue, write=False):
    """compare_table notes a README.md whose table is not the one that the files give.

    `write`: write the table instead. A folder without README.md or catalogue has no table.
    """
    path = catalogue.folder / "README.md"
    if not path.exists() or not catalogue.of_kind("catalogue"):
        return

    text = path.read_text(encoding="utf-8")
    wanted = _with_table(text, table(catalogue))
    if wanted is None:
        line, cause = 1, f"the markers {BEGIN} and {END} have to stand there once each"
    elif wanted == text:
        return
    elif write:
        path.write_text(wanted, encoding="utf-8", newline="\n")
        return
    else:
        same = os.path.commonprefix([text.split("\n"), wanted.split("\n")])
        line, cause = len(same) + 1, "the table is stale (check.py --write writes it)"
    catalogue.problems.append(Problem(os.path.relpath(path), line, "table", cause))
