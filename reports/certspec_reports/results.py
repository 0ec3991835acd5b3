"""Reads a results file or a baseline. Checks what the reports rely on; `schema` checks the rest."""

import json
import math
from dataclasses import dataclass, field

from . import SCHEMA_VERSION, __version__
from .baseline import FORM, runs_of
from .errors import ReportError
from .verdicts import BY_NAME, PROTOCOLS, count


@dataclass(slots=True)
class Run:
    """Run is one case over one protocol, as in results.json; got and want are always objects."""

    case: str
    rev: int
    title: str
    tier: str
    protocol: str
    statements: list
    verdict: str
    reason: str
    got: dict
    want: dict
    observation: dict
    seconds: float
    reproduce: str

    @property
    def topic(self):
        """topic is the first part of the case's id: the name of the file it stands in."""
        return self.case.partition("/")[0]


@dataclass
class Results:
    """Results is one file read: document is the JSON as it is, runs and statements its parts."""

    path: str
    document: dict
    runs: list
    statements: dict
    label: str = field(default="")

    @property
    def library(self):
        """library is the name of the library under test: "openssl"."""
        return self.document["subject"]["library"]

    @property
    def version(self):
        """version is the version of the library under test: "3.0.19"."""
        return self.document["subject"]["version"]

    @property
    def build(self):
        """build says how that library was built, "" where nobody recorded it."""
        return self.document["subject"].get("build") or ""

    @property
    def digest(self):
        """digest is the SHA-256 of the libssl that was run, "" where nobody recorded it."""
        return (self.document["subject"].get("libssl") or {}).get("sha256") or ""

    @property
    def planned(self):
        """planned is how many runs there should have been."""
        return max(self.document["summary"].get("planned") or 0, len(self.runs))

    @property
    def complete(self):
        """complete is False for a run that was cut off."""
        return self.document["summary"]["complete"]

    @property
    def counts(self):
        """counts is {verdict: runs}, counted from the runs themselves."""
        return count(run.verdict for run in self.runs)

    @property
    def cases(self):
        """cases is how many cases there are, whatever their protocols."""
        return len({run.case for run in self.runs})


def load(path):
    """load reads path and returns Results. Raises ReportError with file, place and cause."""
    document = _parse(path, _read(path))
    _check_version(path, document)
    _unfold(path, document)
    _expect(path, document, "", {"subject": dict, "summary": dict, "runs": list})
    _expect(path, document["subject"], "subject", {"library": str, "version": str})
    _expect(path, document["summary"], "summary", {"complete": bool})
    _check_optional(path, "subject", document["subject"], {"build": str, "libssl": dict})
    _check_optional(path, "summary", document["summary"], {"planned": int})
    _check_optional(path, "", document, {"certspec": str, "date": str})
    statements = document.get("statements", {})
    if not isinstance(statements, dict):
        raise ReportError(path, "statements", "must be an object")
    for name, statement in statements.items():
        if not isinstance(statement, dict) or not isinstance(statement.get("text"), str):
            raise ReportError(path, f"statements.{name}", 'must be an object with a "text"')
        _check_optional(path, f"statements.{name}", statement, _STATEMENT)

    runs = [_run(path, index, item, document) for index, item in enumerate(document["runs"])]
    _check_unique(path, runs)
    declared = document["summary"].get("runs")
    if declared is not None and declared != len(runs):
        cause = f"says {declared} runs, but the file holds {len(runs)}"
        raise ReportError(path, "summary.runs", cause)

    results = Results(str(path), document, runs, statements)
    results.label = f"{results.library} {results.version}"
    return results


def label_apart(all_results):
    """label_apart gives each of several Results a label of its own, by its file where needed.

    Raises ReportError when two of them are of the same library: version, build and libssl.
    """
    seen = {}
    for results in all_results:
        identity = (results.library, results.version, results.build, results.digest)
        if identity in seen:
            cause = f"results of {results.label} are also in {seen[identity].path}"
            raise ReportError(results.path, "subject", cause)
        seen[identity] = results

    names = [results.label for results in all_results]
    for results in all_results:
        if names.count(f"{results.library} {results.version}") > 1:
            results.label += f" ({results.path})"


def _unfold(path, document):
    """Turns a baseline into what it was made of."""
    form = document.pop("baseline", None)
    if form is None:
        return
    if form != FORM:
        raise ReportError(path, "baseline", f"form {form}; only {FORM} is read: make it again")
    try:
        document["runs"] = runs_of(document)
    except (KeyError, TypeError, AttributeError) as error:
        cause = f"not as a baseline has them: {type(error).__name__} {error}"
        raise ReportError(path, "cases", cause) from None
    del document["cases"]


def _read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise ReportError(path, f"byte {error.start}", "not UTF-8 text") from None
    except OSError as error:
        raise ReportError(path, "", f"cannot be read: {error.strerror}") from None


def _parse(path, text):
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ReportError(path, "", "nested too deeply") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        at_end = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        cause = f"the file ends early: {error.msg}" if at_end else f"not JSON: {error.msg}"
        raise ReportError(path, place, cause) from None
    except ValueError as error:
        raise ReportError(path, "", f"not JSON: {error}") from None

    if not isinstance(document, dict):
        raise ReportError(path, "", "not a results file: it must be a JSON object")
    if "\\ud" in text.lower():
        _check_surrogates(path, document)
    return document


def _no_constant(name):
    raise ValueError(f"{name} is no number")


def _check_surrogates(path, document):
    """Half a character cannot be written into any page."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start])[1:-1]
        raise ReportError(path, "", f"not text: {half} is half a character") from None


def _check_version(path, document):
    schema = document.get("schema")
    if schema == SCHEMA_VERSION and not isinstance(schema, bool):
        return

    if not isinstance(schema, int):
        raise ReportError(path, "schema", "not a results file: it has no schema number")
    writer = document.get("certspec", "unknown")
    if schema > SCHEMA_VERSION:
        cause = f"results schema {schema}, written by certspec {writer}; this is certspec-reports"
        cause += f" {__version__}, which reads schema {SCHEMA_VERSION}: use a newer one"
    else:
        cause = f"results schema {schema}, written by certspec {writer}; only schema"
        cause += f" {SCHEMA_VERSION} is read: run certspec again"
    raise ReportError(path, "schema", cause)


def _run(path, index, item, document):
    place = f"runs[{index}]"
    if not isinstance(item, dict):
        raise ReportError(path, place, "must be an object")
    _expect(path, item, place, {"case": str, "protocol": str, "verdict": str})
    if item["verdict"] not in BY_NAME:
        raise ReportError(path, f"{place}.verdict", _unknown(item["verdict"], document))
    if item["protocol"] not in PROTOCOLS:
        raise ReportError(path, f"{place}.protocol", _unknown(item["protocol"], document))
    tier = item.get("tier", "documented")
    if tier not in ("documented", "observed"):
        raise ReportError(path, f"{place}.tier", _unknown(tier, document))
    _check_optional(path, place, item, _OPTIONAL)
    _check_finite(path, f"{place}.seconds", item.get("seconds"))
    _check_items(path, f"{place}.statements", item.get("statements"), str)
    if item.get("observation"):
        _check_observation(path, f"{place}.observation", item["observation"])

    return Run(
        case=item["case"],
        rev=item.get("rev") or 1,
        title=item.get("title") or "",
        tier=tier,
        protocol=item["protocol"],
        statements=item.get("statements") or [],
        verdict=item["verdict"],
        reason=item.get("reason") or "",
        got=item.get("got") or {},
        want=item.get("want") or {},
        observation=item.get("observation") or {},
        seconds=item.get("seconds") or 0.0,
        reproduce=item.get("reproduce") or "",
    )


def _check_observation(path, place, observation):
    _check_optional(path, place, observation, _OBSERVATION)
    client = observation.get("client") or {}
    _check_optional(path, f"{place}.client", client, _CLIENT)
    _check_items(path, f"{place}.log", observation.get("log"), dict)
    for index, line in enumerate(observation.get("log") or []):
        at = line.get("t")
        # A run has hundreds of lines: the place is made only where it is needed.
        if type(at) not in (int, float) or not math.isfinite(at):
            _check_optional(path, f"{place}.log[{index}]", line, {"t": (int, float)})
            _check_finite(path, f"{place}.log[{index}].t", at)


def _check_items(path, place, items, kind):
    for index, item in enumerate(items or []):
        if not isinstance(item, kind):
            raise ReportError(path, f"{place}[{index}]", f"must be {_KIND[kind]}")


def _check_finite(path, place, number):
    if number is not None and not math.isfinite(number):
        raise ReportError(path, place, "must be a finite number")


_KIND = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number"}
_KIND[(int, float)] = "a number"
_OPTIONAL = {
    "rev": int,
    "title": str,
    "statements": list,
    "reason": str,
    "got": dict,
    "want": dict,
    "observation": dict,
    "seconds": (int, float),
    "reproduce": str,
}
_STATEMENT = {"page": str, "section": str, "untestable": str}
_OBSERVATION = {"client": dict, "server": list, "log": list, "stderr": str}
_CLIENT = {"steps": list, "callback": list, "cert_cb": list, "end": dict}


def _expect(path, value, place, kinds):
    for key in kinds:
        if key not in value:
            raise ReportError(path, f"{place}.{key}".lstrip("."), "is missing")
        if value[key] is None:
            raise ReportError(path, f"{place}.{key}".lstrip("."), f"must be {_KIND[kinds[key]]}")
    _check_optional(path, place, value, kinds)


def _check_optional(path, place, value, kinds):
    for key, kind in kinds.items():
        if value.get(key) is not None and not isinstance(value[key], kind):
            raise ReportError(path, f"{place}.{key}".lstrip("."), f"must be {_KIND[kind]}")


def _unknown(value, document):
    writer = document.get("certspec", __version__)
    hint = (
        f" (written by certspec {writer}, this is {__version__})" if writer != __version__ else ""
    )
    return f'unknown value "{value}"{hint}'


def _check_unique(path, runs):
    seen = {}
    for index, run in enumerate(runs):
        key = (run.case, run.protocol)
        if key in seen:
            cause = f"{run.case} over {run.protocol} is already in runs[{seen[key]}]"
            raise ReportError(path, f"runs[{index}]", cause)
        seen[key] = index
