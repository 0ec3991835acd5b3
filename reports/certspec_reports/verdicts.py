"""The verdicts (DESIGN of the harness, README.md) and what a reader needs to know about each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """Verdict describes one verdict.

    name: as in results.json; letter: one character for packed data; symbol: tells it apart
    without colour; about: one line in words; rank: 0 best, for "worst of"; is_bad: `certspec run`
    exits with something else than 0 for it.
    """

    name: str
    letter: str
    symbol: str
    about: str
    rank: int
    is_bad: bool = False


VERDICTS = (
    Verdict("pass", "p", "✓", "every expectation of a documented case holds", 1),
    Verdict("deviates", "d", "✗", "a documented case fails, and nobody has recorded why", 9, True),
    Verdict("known-deviation", "k", "◆", "it fails exactly as recorded, with reason and link", 5),
    Verdict("unexpected-pass", "x", "!", "a recorded deviation no longer shows", 6, True),
    Verdict("pinned", "n", "●", "an observed case behaves as pinned for this library", 2),
    Verdict("changed", "c", "Δ", "an observed case differs from its pin", 7, True),
    Verdict("new", "w", "+", "an observed case that nobody has pinned for this library", 3),
    Verdict("unsupported", "u", "–", "the library lacks a needed feature", 0),
    Verdict("crash", "s", "※", "the case's process died by a signal", 11, True),
    Verdict("timeout", "t", "◷", "the case ran out of time", 10, True),
    Verdict("server-bug", "b", "‡", "certspec's own fault, in the server", 8, True),
    Verdict("error", "e", "?", "certspec's own fault, in the harness", 8, True),
)

BY_NAME = {verdict.name: verdict for verdict in VERDICTS}

PROTOCOLS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "DTLSv1", "DTLSv1.2", "QUICv1")


def worst(names):
    """worst returns the verdict name of highest rank among names, or None when there is none."""
    return max(names, key=lambda name: BY_NAME[name].rank, default=None)


def behaviour(name):
    """behaviour returns what a verdict says about the library, apart from what is on record.

    A pinned and a new observation are the same kind of behaviour ("seen"), a known and an
    unknown deviation too ("breaks"): two libraries differ when this, or what was got, differs.
    """
    return _BEHAVIOUR.get(name, name)


_BEHAVIOUR = {
    "pass": "holds",
    "unexpected-pass": "holds",
    "deviates": "breaks",
    "known-deviation": "breaks",
    "pinned": "seen",
    "new": "seen",
    "changed": "seen",
    "server-bug": "not judged",
    "error": "not judged",
}


def count(names):
    """count returns {verdict name: how many} in the order of VERDICTS, without zeros."""
    names = list(names)
    counts = {verdict.name: names.count(verdict.name) for verdict in VERDICTS}
    return {name: number for name, number in counts.items() if number}


def in_words(counts):
    """in_words turns what count returned into "1190 pass, 40 pinned"."""
    return ", ".join(f"{number} {name}" for name, number in counts.items()) or "no runs"
