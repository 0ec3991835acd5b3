"""Whatever is in a results file, it is read, and everything can be made of it, or one line says
what is wrong."""

import copy
import json

import pytest
import synthetic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certspec_reports.badge import badge
from certspec_reports.baseline import baseline
from certspec_reports.errors import ReportError
from certspec_reports.matrix import Matrix
from certspec_reports.page import page
from certspec_reports.results import Results, load
from certspec_reports.summary import summary

SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WORDS = st.sampled_from(
    ("", "schema", "runs", "subject", "pass", "deviates", "TLSv1.3", "observed", "a\nb", "\ud800")
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=6)
ANY = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)
GOOD = synthetic.results(library=1, cases=2)


def read(path):
    """read is the Results of a file, or None when one line says what is wrong with it."""
    try:
        results = load(path)
    except ReportError as error:
        assert len(str(error).splitlines()) == 1, repr(str(error))
        assert str(error).startswith(f"{path}: ")
        return None
    assert isinstance(results, Results)
    return results


def places(value, way=()):
    """places yields the way to every value in a document."""
    yield way
    if isinstance(value, dict):
        items = value.items()
    else:
        items = enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*way, key))


def changed(document, way, value):
    """changed is a copy of a document with another value in one place."""
    if not way:
        return value
    document = copy.deepcopy(document)
    inner = document
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = value
    return document


@pytest.fixture
def file(tmp_path):
    return tmp_path / "results.json"


@SETTINGS
@given(data=st.binary(max_size=80))
def test_any_bytes(file, data):
    file.write_bytes(data)
    assert read(file) is None


@SETTINGS
@given(document=ANY)
def test_any_json(file, document):
    file.write_text(json.dumps(document), encoding="utf-8")
    assert read(file) is None


@SETTINGS
@given(length=st.integers(0, len(json.dumps(GOOD)) - 1))
def test_any_length(file, length):
    file.write_text(json.dumps(GOOD)[:length], encoding="utf-8")
    assert read(file) is None


@settings(SETTINGS, max_examples=150)
@given(way=st.sampled_from([way for way in places(GOOD) if way]), value=ANY)
def test_any_value_in_any_place(file, way, value):
    file.write_text(json.dumps(changed(GOOD, way, value)), encoding="utf-8")
    results = read(file)
    if results is None:
        return

    made = [badge(results), summary([results]), page([results], []), baseline(results)]
    Matrix([results]).differences()
    assert [text for text in made if not isinstance(text, str)] == []
    made[2].encode("utf-8", "strict")
