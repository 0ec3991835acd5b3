"""What changed between two results: by case, and by statement."""

from dataclasses import dataclass, field

from .verdicts import behaviour, worst

# How bad a behaviour is: a change to a higher number is a change for the worse.
_BADNESS = {"unsupported": 0, "holds": 0, "seen": 0, "breaks": 1, "not judged": 2}
_BADNESS |= {"timeout": 3, "crash": 4}

NEWLY_FAILING = "newly failing"
NOT_JUDGED = "not judged any more"
OBSERVATION = "observation changed"
GONE = "gone"
NEWLY_PASSING = "newly passing"
NEWLY_SUPPORTED = "newly supported"
ADDED = "added"
REDEFINED = "redefined"
RECORD = "record changed"

# Every kind of change, in the order of reading, with what it means.
KINDS = {
    NEWLY_FAILING: "held or was unsupported before, or broke less badly",
    NOT_JUDGED: "certspec's own fault hides what the library does",
    OBSERVATION: "the verdict may be the same, what was seen is not",
    GONE: "no longer run, or no longer supported",
    NEWLY_PASSING: "broke before, or could not be judged",
    NEWLY_SUPPORTED: "was unsupported before",
    ADDED: "was not run before",
    REDEFINED: "the case itself has another rev: the two cannot be compared",
    RECORD: "the same behaviour, on record in another way",
}


@dataclass
class Change:
    """Change is one change of one case, over all the protocols that show it alike.

    kind: of KINDS; before, after: verdict names or None; values: {path: (before, after)}, with
    ABSENT for a value that is not there; is_worse: makes `diff` exit with 1.
    """

    kind: str
    case: str
    title: str
    statements: list
    before: str
    after: str
    reason: str
    is_worse: bool
    values: dict
    protocols: list = field(default_factory=list)


@dataclass
class Differences:
    """Differences is all that changed: changes of cases, of statements, and both Results."""

    before: object
    after: object
    changes: list
    statements: dict  # {kind: [statement id]}

    def of(self, kind):
        """of returns the changes of one kind."""
        return [change for change in self.changes if change.kind == kind]

    def cases(self, kind):
        """cases returns how many cases have a change of that kind."""
        return len({change.case for change in self.of(kind)})

    @property
    def is_worse(self):
        """is_worse tells whether anything got worse."""
        return any(change.is_worse for change in self.changes)


class _Absent:
    def __repr__(self):
        return "(nothing)"


ABSENT = _Absent()


def compare(before, after):
    """compare takes two Results and returns their Differences."""
    old = {(run.case, run.protocol): run for run in before.runs}
    new = {(run.case, run.protocol): run for run in after.runs}
    merged = {}
    for key in [*new, *(key for key in old if key not in new)]:
        change = _change(old.get(key), new.get(key))
        if change is None:
            continue
        alike = (change.kind, change.case, change.before, change.after, change.reason)
        alike += (repr(sorted(change.values.items())),)
        merged.setdefault(alike, change).protocols.append(key[1])

    order = list(KINDS)
    changes = sorted(merged.values(), key=lambda c: (order.index(c.kind), c.case, c.protocols))
    return Differences(before, after, changes, _statements(before, after))


def values_apart(before, after):
    """values_apart returns {path: (before, after)} of the paths whose values are not the same."""
    paths = sorted({*before, *after})
    pairs = {path: (before.get(path, ABSENT), after.get(path, ABSENT)) for path in paths}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def _change(old, new):
    kind = _kind(old, new)
    if kind is None:
        return None

    run = new or old
    values = {}
    if old and new and kind in (NEWLY_FAILING, NEWLY_PASSING, OBSERVATION):
        # A documented run that holds has nothing in got: what was wanted is what was seen.
        values = values_apart(_seen(old, new), _seen(new, old))
    return Change(
        kind=kind,
        case=run.case,
        title=run.title,
        statements=run.statements,
        before=old.verdict if old else None,
        after=new.verdict if new else None,
        # "new" says it all, and its reason would stand beside every change between two versions.
        reason="" if run.verdict == "new" else run.reason,
        is_worse=_is_worse(kind, old, new),
        values=values,
    )


def _seen(run, other):
    if behaviour(run.verdict) == "holds" and not run.got:
        return other.want
    return run.got


def _kind(old, new):
    if new is None:
        return GONE
    now = behaviour(new.verdict)
    if old is None:
        return NEWLY_FAILING if _BADNESS[now] else ADDED
    was = behaviour(old.verdict)
    if was != "unsupported" and now == "unsupported":
        return GONE
    if now == "not judged" != was:
        return NOT_JUDGED
    if was == "not judged" != now:
        return NEWLY_FAILING if _BADNESS[now] else NEWLY_PASSING
    if _BADNESS[now] > _BADNESS[was]:
        return NEWLY_FAILING
    if was == now == "unsupported":
        return None
    if old.rev != new.rev:
        return REDEFINED
    if was == "unsupported":
        return NEWLY_SUPPORTED
    if _BADNESS[now] < _BADNESS[was]:
        return OBSERVATION if _BADNESS[now] else NEWLY_PASSING
    if old.got != new.got and was != "holds":
        return OBSERVATION
    return RECORD if old.verdict != new.verdict else None


def _is_worse(kind, old, new):
    if kind in (NEWLY_FAILING, NOT_JUDGED, GONE):
        return True
    # An observation that leaves its own library's pin is what `certspec run` fails for.
    return (
        new is not None and new.verdict == "changed" and (old is None or old.verdict != "changed")
    )


def _statements(before, after):
    old, new = _state(before), _state(after)
    apart = {NEWLY_FAILING: [], NEWLY_PASSING: [], NEWLY_SUPPORTED: [], GONE: []}
    for statement in sorted({*old, *new}):
        was, now = old.get(statement), new.get(statement)
        if was == now:
            continue
        if now in (None, "unsupported"):
            apart[GONE].append(statement)
        elif _BADNESS[now] > _BADNESS[was or "unsupported"]:
            apart[NEWLY_FAILING].append(statement)
        elif was in (None, "unsupported"):
            apart[NEWLY_SUPPORTED].append(statement)
        else:
            apart[NEWLY_PASSING].append(statement)
    return {kind: names for kind, names in apart.items() if names}


def _state(results):
    verdicts = {}
    for run in results.runs:
        if run.tier == "documented":
            for statement in run.statements:
                verdicts.setdefault(statement, []).append(run.verdict)
    return {statement: behaviour(worst(names)) for statement, names in verdicts.items()}
