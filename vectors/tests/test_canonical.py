"""The canonical writer loses nothing, is settled after one go, and keeps to its columns."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.canonical import COLUMNS, canonical
from checker.document import Document

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=40
)
# A busy machine is no reason to fail.
settled = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def paths_of(value, path=()):
    yield path
    members = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in members:
        yield from paths_of(inner, (*path, key))


@settled
@given(VALUES)
def test_round_trip(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert text.endswith("\n") and not text.endswith("\n\n")


@settled
@given(VALUES)
def test_document_reads_what_json_reads(value):
    for text in (canonical(value), json.dumps(value, indent=3), json.dumps(value)):
        document = Document(text)
        assert document.value == value
        assert not document.duplicates
        lines = text.count("\n") + 1
        assert all(1 <= document.line(path) <= lines for path in paths_of(value))


@settled
@given(VALUES)
def test_a_value_that_fits_stands_on_one_line(value):
    lines = canonical(value).split("\n")[:-1]
    for number, line in enumerate(lines):
        # Only a value that cannot be broken may end past the limit.
        if len(line) > COLUMNS and line.strip(" ,") not in ("]", "}"):
            assert not line.rstrip(",").endswith(("]", "}")) or line.rstrip(",")[-2:] in (
                "[]",
                "{}",
            )
        if line.endswith(("[", "{")):
            indent = " " * (len(line) - len(line.lstrip(" ")))
            end = next(
                at
                for at in range(number + 1, len(lines))
                if lines[at].startswith((indent + "]", indent + "}"))
            )
            inner = " ".join(part.strip() for part in lines[number + 1 : end])
            assert len(line + inner + lines[end].strip()) > COLUMNS


def test_limit_is_exact():
    fits = {"key": ["x" * (COLUMNS - len('{"key": [""]}'))]}
    assert len(canonical(fits)) == COLUMNS + 1
    fits["key"][0] += "x"
    only = fits["key"][0]
    assert canonical(fits).splitlines() == ["{", '  "key": [', f'    "{only}"', "  ]", "}"]
