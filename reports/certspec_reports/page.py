"""Makes the page: one HTML file with everything in it, that asks for nothing from outside."""

import base64
import hashlib
import json
from pathlib import Path

import jinja2
from markupsafe import Markup

from . import __version__, packing
from .matrix import Matrix
from .side_by_side import each
from .verdicts import BY_NAME, PROTOCOLS, VERDICTS

_SOURCES = Path(__file__).resolve().parent / "page"
_STYLES = ("page.css", "matrix.css", "view.css")
_SCRIPTS = ("elements.js", "runs.js", "query.js", "matrix.js", "ladder.js", "view.js", "start.js")
_SCRIPTS += ("differs.js",)
_BETWEEN_RELEASES = "Between releases of one library"
_BETWEEN_LIBRARIES = "Only between libraries"
# Set before anything is shown, so that the cases are folded from the first moment.
_EARLY_SCRIPT = 'document.documentElement.className = "js";'


def page(all_results, missing=()):
    """page returns the HTML text for one or more Results (label them first: label_apart).

    missing: [(name, cause)] of libraries that were asked for and are not there.
    """
    matrix = Matrix(all_results)
    differences = matrix.differences()
    topics = packing.topics_of(matrix)
    numbers = {case: number for number, case in enumerate(matrix.cases)}
    script = _script()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_SOURCES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["in_json"] = lambda value: json.dumps(value, ensure_ascii=False)
    style = _style(environment)
    by_part = _by_part(matrix, differences)
    without_runs = matrix.without_runs()
    lists = environment.get_template("differs.html").module
    return environment.get_template("page.html").render(
        matrix=matrix,
        missing=missing,
        upgrades=matrix.upgrades(differences),
        differences=by_part,
        packed_differences=[
            packing.packed(str(lists.list(found, numbers, matrix.libraries, BY_NAME)))
            for by_topic in by_part.values()
            for found in by_topic.values()
        ],
        different_cases={difference.case.id for difference in differences},
        bad=_bad_by_case(matrix),
        numbers=numbers,
        verdicts=VERDICTS,
        by_name=BY_NAME,
        protocols=[p for p in PROTOCOLS if any(p in case.runs for case in matrix.cases.values())],
        topics=_topic_names(matrix, without_runs),
        without_runs=without_runs,
        dates=sorted({r.document["date"] for r in all_results if r.document.get("date")}),
        version=__version__,
        style=Markup(style),
        early_script=Markup(_EARLY_SCRIPT),
        script=Markup(script),
        policy=_policy(style, script),
        index=Markup(packing.in_script(packing.index(matrix, differences))),
        chunks=each(packing.chunk, list(topics.values())),
    )


def _style(environment):
    text = "\n".join((_SOURCES / name).read_text(encoding="utf-8") for name in _STYLES)
    symbols = environment.get_template("verdicts.css").render(verdicts=VERDICTS)
    return f"\n{text}\n{symbols}\n"


def _script():
    parts = "\n".join((_SOURCES / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return f'\n"use strict";\n(() => {{\n{parts}\n}})();\n'


def _policy(style, script):
    # Results are other people's data: nothing but our own script may run, whatever they hold.
    scripts = f"'{_digest(_EARLY_SCRIPT)}' '{_digest(script)}'"
    return f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src {scripts}"


def _digest(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _topic_names(matrix, without_runs):
    """Returns {topic: whether it has a run}, sorted."""
    names = {name.lower(): False for name in matrix.by_topic()}
    names |= {s.topic.lower(): True for s in matrix.statements.values() if s.id not in without_runs}
    names |= dict.fromkeys(packing.topics_of(matrix), True)
    return dict(sorted(names.items()))


def _by_part(matrix, differences):
    """Returns {heading: {topic: [Difference]}}: whoever upgrades asks for the first part."""
    parts = {_BETWEEN_RELEASES: {}, _BETWEEN_LIBRARIES: {}}
    for difference in differences:
        is_first = matrix.between_releases(difference)
        topics = parts[_BETWEEN_RELEASES if is_first else _BETWEEN_LIBRARIES]
        topics.setdefault(difference.case.topic, []).append(difference)
    return {heading: topics for heading, topics in parts.items() if topics}


def _bad_by_case(matrix):
    """Returns [(verdict, case id, title, reason, [library], [protocol])], the worst first."""
    merged = {}
    for library, run in matrix.bad_runs():
        key = (run.verdict, run.case, run.title, run.reason)
        libraries, protocols = merged.setdefault(key, ({}, {}))
        libraries[library] = protocols[run.protocol] = True
    return [
        (*key, list(libraries), list(protocols)) for key, (libraries, protocols) in merged.items()
    ]
