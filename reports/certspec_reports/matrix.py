"""The matrix: statements and cases against libraries, with the runs joined from all results."""

import json
import re
from dataclasses import dataclass, field

from .verdicts import BY_NAME, PROTOCOLS, behaviour, count, worst


@dataclass
class Case:
    """Case is one case with its runs in every library: runs is {protocol: [Run or None]}."""

    id: str
    title: str
    tier: str
    statements: list
    runs: dict = field(default_factory=dict)

    @property
    def topic(self):
        """topic is the first part of the id."""
        return self.id.partition("/")[0]

    def verdicts(self, library):
        """verdicts returns the verdict names in the library of that index, one a protocol."""
        return [runs[library].verdict for runs in self.runs.values() if runs[library]]


@dataclass
class Statement:
    """Statement is one sentence of the manual and the documented cases that check it.

    untestable: why no case can, or "".
    """

    id: str
    page: str
    section: str
    text: str
    untestable: str
    cases: list = field(default_factory=list)

    @property
    def topic(self):
        """topic is the id without its number: "SUSPEND" of "SUSPEND-2"."""
        head, _, tail = self.id.rpartition("-")
        return head if head and tail.isdigit() else self.id


@dataclass(frozen=True)
class Cell:
    """Cell sums up runs: worst is a verdict name or None, counts as of verdicts.count."""

    worst: str
    counts: dict

    @property
    def runs(self):
        """runs is the number of runs in the cell."""
        return sum(self.counts.values())

    @property
    def supported(self):
        """supported is the number of runs that the library could be asked for."""
        return self.runs - self.counts.get("unsupported", 0)

    @property
    def of_worst(self):
        """of_worst is how many of the runs have the worst verdict."""
        return self.counts.get(self.worst, 0)


@dataclass
class Difference:
    """Difference is one case over some protocols in which libraries do not behave alike.

    groups: [([library index], verdict name, {path: value})], the largest group first; paths: the
    names whose values differ; absent: libraries that were not asked or do not support it.
    """

    case: Case
    protocols: list
    groups: list
    paths: list
    absent: list

    def parts(self, one, other):
        """parts tells whether the libraries of these two indices are in different groups."""
        return sum(one in members or other in members for members, _, _ in self.groups) == 2


@dataclass(frozen=True)
class Upgrade:
    """Upgrade is a release and the library's next one: indices, and numbers of cases.

    cases: those that differ; gone, newly: those that are supported before and not after, and the
    other way round, on some protocol.
    """

    before: int
    after: int
    cases: int
    gone: int
    newly: int


class Matrix:
    """Matrix joins several Results: libraries, statements and cases by topic, differences."""

    def __init__(self, all_results):
        self.libraries = all_results
        self.cases = {}
        self.statements = {}
        for index, results in enumerate(all_results):
            for name, text in results.statements.items():
                self._add_statement(name, text)
            for run in results.runs:
                self._add_run(index, run)
        for case in self.cases.values():
            case.runs = {p: case.runs[p] for p in PROTOCOLS if p in case.runs}
            if case.tier == "documented":
                for name in case.statements:
                    self._add_statement(name, {}).cases.append(case)

    def by_topic(self):
        """by_topic returns {topic: [Statement]}, topics in the order of their first statement."""
        groups = _grouped(self.statements.values())
        return {
            topic: sorted(found, key=lambda s: natural(s.id)) for topic, found in groups.items()
        }

    def observed_by_topic(self):
        """observed_by_topic returns {topic: [Case]} of the observed cases."""
        return _grouped(case for case in self.cases.values() if case.tier == "observed")

    def unassigned(self):
        """unassigned returns the documented cases that name no statement: a fault of the case."""
        return [c for c in self.cases.values() if c.tier == "documented" and not c.statements]

    def without_runs(self):
        """without_runs returns {id: Statement} of the statements that no run here checks; {} when
        these are only what no case can test: nothing was left out then."""
        found = {name: s for name, s in self.statements.items() if not s.cases}
        return found if any(not s.untestable for s in found.values()) else {}

    def case_cell(self, case, library):
        """case_cell returns the Cell of one Case in the library of that index."""
        return _cell(case.verdicts(library))

    def statement_cell(self, statement, library):
        """statement_cell returns the Cell of one Statement in the library of that index."""
        return _cell([name for case in statement.cases for name in case.verdicts(library)])

    def differences(self):
        """differences returns [Difference], documented cases first, in the order of cases."""
        found = []
        for case in sorted(self.cases.values(), key=lambda case: case.tier):
            found += _differences(case)
        return found

    def upgrades(self, differences):
        """upgrades returns [Upgrade] from each release to the next one of the same library."""
        latest, found = {}, []
        for index, results in enumerate(self.libraries):
            before = latest.get(results.library)
            latest[results.library] = index
            if before is not None:
                apart = {d.case.id for d in differences if d.parts(before, index)}
                gone, newly = self._only_in(before, index), self._only_in(index, before)
                found.append(Upgrade(before, index, len(apart), gone, newly))
        return found

    def between_releases(self, difference):
        """between_releases tells whether releases of one library differ, not only libraries."""
        seen = {}
        for number, (members, _, _) in enumerate(difference.groups):
            for index in members:
                seen.setdefault(self.libraries[index].library, set()).add(number)
        return any(len(numbers) > 1 for numbers in seen.values())

    def bad_runs(self):
        """bad_runs returns [(library index, Run)] of the runs `certspec run` fails for."""
        pairs = ((i, run) for i, results in enumerate(self.libraries) for run in results.runs)
        found = [(index, run) for index, run in pairs if BY_NAME[run.verdict].is_bad]
        return sorted(found, key=lambda pair: (-BY_NAME[pair[1].verdict].rank, pair[1].case))

    def _only_in(self, one, other):
        """_only_in returns how many cases library `one` supports somewhere where `other` does
        not."""
        return sum(
            any(
                row[one] and row[other] and behaviour(row[one].verdict) != "unsupported"
                and behaviour(row[other].verdict) == "unsupported"
                for row in case.runs.values()
            )
            for case in self.cases.values()
        )

    def _add_statement(self, name, about):
        if name not in self.statements:
            parts = (about.get(key) or "" for key in ("page", "section", "text", "untestable"))
            self.statements[name] = Statement(name, *parts)
        return self.statements[name]

    def _add_run(self, index, run):
        case = self.cases.get(run.case)
        if case is None:
            case = Case(run.case, run.title, run.tier, run.statements)
            self.cases[run.case] = case
        runs = case.runs.setdefault(run.protocol, [None] * len(self.libraries))
        runs[index] = run


def natural(name):
    """natural is a sort key that puts SUSPEND-2 before SUSPEND-10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _grouped(items):
    groups = {}
    for item in items:
        groups.setdefault(item.topic, []).append(item)
    return groups


def _cell(verdicts):
    return Cell(worst(verdicts), count(verdicts))


def _differences(case):
    merged = {}
    for protocol, runs in case.runs.items():
        alike, absent = _alike(runs)
        if len(alike) < 2:
            continue
        groups = [(members, runs[members[0]].verdict, _seen(runs, members)) for members in alike]
        paths = _paths_apart(groups)
        groups = [(m, v, {p: seen[p] for p in paths if p in seen}) for m, v, seen in groups]
        key = json.dumps([groups, absent])
        merged.setdefault(key, Difference(case, [], groups, paths, absent)).protocols.append(
            protocol
        )
    return list(merged.values())


def _alike(runs):
    groups, absent = {}, []
    for index, run in enumerate(runs):
        if run is None or run.verdict == "unsupported":
            absent.append(index)
            continue
        got = {} if behaviour(run.verdict) == "holds" else run.got
        key = json.dumps([behaviour(run.verdict), got], sort_keys=True)
        groups.setdefault(key, []).append(index)
    return sorted(groups.values(), key=lambda members: (-len(members), members)), absent


def _seen(runs, members):
    run = runs[members[0]]
    if behaviour(run.verdict) != "holds" or run.got:
        return run.got
    # A documented run that holds says nothing in got: what others failed to give is what it gave.
    wanted = {}
    for other in runs:
        if other and behaviour(other.verdict) == "breaks":
            wanted |= other.want
    return wanted


def _paths_apart(groups):
    paths = sorted({path for _, _, seen in groups for path in seen})
    return [p for p in paths if len({json.dumps(seen.get(p, "\0")) for _, _, seen in groups}) > 1]
