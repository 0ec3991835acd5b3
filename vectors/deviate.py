#!/usr/bin/python3
"""Record what breaks a statement on a library, with the reason someone found: results.json to
vectors/deviations/.

    /usr/bin/python3 vectors/deviate.py [RESULTS...] [--vectors DIR] [--findings FILE]

The reasons stand in vectors/deviation_reasons.json, a list of rules: `library`, `cases` (patterns),
`protocols`, `error` (what SSL_get_error said after some step) and `got` (patterns of the names
that fail, one of which has to be among them), all three optional, `verdict` ("crash" or "timeout"
for a run that does not end), `reason`, `link`. The first rule that fits a run says why. A run
that no rule fits is not recorded but named: look at it (`certspec show`) and write a rule. The
file of the library line is written anew; records of what was not run, or was seen again, are kept.
--findings puts the recorded deviations of all libraries between the marks of a Markdown file,
reason by reason, and the ways (vectors/ways) in which explore finds them to differ.
Exit codes: 0 all recorded, 1 some runs fit no rule, 2 usage or a file that cannot be read.
"""

import argparse
import fnmatch
import json
import pathlib
import sys

from checker.canonical import canonical
from pin import line_range

BEGIN = "<!-- deviate.py: begin -->"
END = "<!-- deviate.py: end -->"
SHOWN = 6

DEVIATING = {"deviates", "crash", "timeout"}


def ended(run):
    """ended returns "crash" or "timeout" for a run that did not come to its end, else None."""
    if run["verdict"] in ("crash", "timeout"):
        return run["verdict"]
    return run["got"].get("run") if set(run["got"]) == {"run"} else None


def errors(run):
    """errors returns what SSL_get_error said after each step of a run."""
    client = (run.get("observation") or {}).get("client") or {}
    return {step.get("error") for step in client.get("steps") or []}


def fits(rule, library, run):
    """fits tells whether a rule speaks of a run."""
    names = rule.get("got", ["*"])
    return (
        rule["library"] == library
        and any(fnmatch.fnmatch(run["case"], pattern) for pattern in rule["cases"])
        and run["protocol"] in rule.get("protocols", [run["protocol"]])
        and rule.get("error", None) in (None, *errors(run))
        and rule.get("verdict") == ended(run)
        and ("verdict" in rule or any(fnmatch.filter(run["got"], name) for name in names))
    )


def record(rule, run, line):
    """record returns the entry of deviations/ for one run, without its protocols."""
    end = ended(run)
    what = f"ends in a {end}" if end else "what client and server saw"
    entry = {
        "case": run["case"],
        "rev": run["rev"],
        "protocols": [],
        "versions": line_range(line),
    }
    entry |= {"verdict": end} if end else {"got": dict(sorted(run["got"].items()))}
    entry |= {"reason": rule["reason"], "evidence": f"{run['case']}: {what}"}
    return entry | ({"link": rule["link"]} if "link" in rule else {})


def stays(runs, case, protocol):
    """stays tells whether what is recorded of a case on a protocol is kept: it was seen again, or
    there was no such run."""
    of_it = [run for run in runs if run["case"] == case and run["protocol"] == protocol]
    return {run["verdict"] for run in of_it} <= {"known-deviation", "unsupported"}


def deviate(folder, rules, path):
    """deviate records the deviating runs of one results file; returns how many fit no rule."""
    results = json.loads(path.read_text(encoding="utf-8"))
    library, line = results["subject"]["library"], results["subject"]["line"]
    target = folder / "deviations" / f"{library}-{line}.json"
    together, lost = {}, 0
    if target.exists():
        for entry in json.loads(target.read_text(encoding="utf-8"))["deviations"]:
            still = [p for p in entry["protocols"] if stays(results["runs"], entry["case"], p)]
            if still:
                bare = entry | {"protocols": []}
                together.setdefault(json.dumps(bare), bare)["protocols"] += still
    for run in results["runs"]:
        if run["verdict"] not in DEVIATING:
            continue
        rule = next((rule for rule in rules if fits(rule, library, run)), None)
        if rule is None:
            lost += 1
            print(f"{path}: {run['case']} {run['protocol']}: {run['verdict']} {run['got']}")
            continue
        entry = record(rule, run, line)
        together.setdefault(json.dumps(entry), entry)["protocols"].append(run["protocol"])

    entries = sorted(together.values(), key=lambda entry: (entry["case"], entry["protocols"]))
    text = canonical({"library": library, "line": line, "deviations": entries})
    temporary = target.with_suffix(".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(target)
    return lost


def ways(path):
    """ways returns Markdown: in what ways explore finds a library line to differ, [] if in none."""
    if not path.exists():
        return []
    text = ["", "`explore` knows of these ways:", ""]
    for way in json.loads(path.read_text(encoding="utf-8"))["ways"]:
        source = f" ([source]({way['link']}))" if "link" in way else ""
        text.append(f"- `{way['id']}`: {way['reason']}{source} `{way['scenario']}`")
    return text


def findings(folder):
    """findings returns Markdown: of each library line, each reason with the cases it is for, and
    the ways in which it differs from the model."""
    text = []
    for path in sorted((folder / "deviations").glob("*.json")):
        known = json.loads(path.read_text(encoding="utf-8"))
        reasons = {}
        for entry in known["deviations"]:
            cases = reasons.setdefault((entry["reason"], entry.get("link")), {})
            cases.setdefault(entry["case"], set()).update(entry["protocols"])
        text.append(f"### {known['library']} {known['line']}\n")
        for (reason, link), cases in sorted(reasons.items(), key=lambda item: -len(item[1])):
            named = ", ".join(f"`{case}`" for case in sorted(cases)[:SHOWN])
            more = f" and {len(cases) - SHOWN} more cases" if len(cases) > SHOWN else ""
            protocols = ", ".join(sorted(set().union(*cases.values())))
            source = f" ([source]({link}))" if link else ""
            text.append(f"- {reason}{source} {protocols}: {named}{more}")
        text += ways(folder / "ways" / path.name)
        text.append("")
    return "\n".join(text)


def put_findings(folder, path):
    """put_findings writes the findings between the marks of a file. Raises ValueError."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path}: needs {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n\n{findings(folder)}{END}{after}", encoding="utf-8")


def main():
    """main reads the command line and returns the exit code."""
    parser = argparse.ArgumentParser(description="record known deviations with their reasons")
    parser.add_argument("results", nargs="*", type=pathlib.Path, metavar="RESULTS")
    parser.add_argument(
        "--vectors", type=pathlib.Path, default=pathlib.Path(__file__).parent, metavar="DIR"
    )
    parser.add_argument("--findings", type=pathlib.Path, metavar="FILE")
    arguments = parser.parse_args()
    lost = 0
    try:
        text = (arguments.vectors / "deviation_reasons.json").read_text(encoding="utf-8")
        rules = json.loads(text)["reasons"]
        for path in arguments.results:
            lost += deviate(arguments.vectors, rules, path)
        if arguments.findings:
            put_findings(arguments.vectors, arguments.findings)
    except (OSError, ValueError, KeyError) as error:
        print(f"deviate.py: {str(error) or type(error).__name__}", file=sys.stderr)
        return 2

    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
