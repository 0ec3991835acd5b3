#!/usr/bin/python3
"""Pin what a run saw where the manual is silent: results.json to vectors/pins/.

    /usr/bin/python3 vectors/pin.py RESULTS... [--vectors DIR] [--replace]

Each observed run becomes a confirmed pin of its library line; runs of one case that saw the same
share one. A confirmed pin that says otherwise is kept and named, unless --replace is given; an
unconfirmed one is corrected. Exit codes: 0 all pinned, 1 some pins say otherwise and were kept,
2 usage or a file that cannot be read or written.
"""

import argparse
import json
import pathlib
import sys

from checker.canonical import canonical

OBSERVED = {"pinned", "changed", "new"}


def line_range(line):
    """line_range returns the versions of a library line: "3.0" gives >=3.0, <3.1."""
    *head, last = line.split(".")
    return [f">={line}", f"<{'.'.join([*head, str(int(last) + 1)])}"]


def observed(results):
    """observed yields each observed run of a results file."""
    return (run for run in results["runs"] if run["verdict"] in OBSERVED)


class Pins:
    """Pins is the file of one library line, run by run."""

    def __init__(self, folder, library, line):
        self.path = folder / "pins" / f"{library}-{line}.json"
        self.library, self.line = library, line
        self.runs = {}
        if self.path.exists():
            for pin in json.loads(self.path.read_text(encoding="utf-8"))["pins"]:
                for protocol in pin["protocols"]:
                    self.runs[pin["case"], protocol] = pin | {"protocols": None}

    def take(self, run, replace):
        """take notes what one run saw; returns the pin that says otherwise and stays, or None."""
        case, rev, protocol, got = (run[key] for key in ("case", "rev", "protocol", "got"))
        old = self.runs.get((case, protocol))
        if old and run["verdict"] == "changed":
            # Only what is otherwise than in the pin stands in such a run.
            got = old["got"] | got
        if old and old["rev"] == rev and old["status"] == "confirmed":
            if old["got"] == got:
                return None
            if not replace:
                return old

        self.runs[case, protocol] = {
            "case": case,
            "rev": rev,
            "protocols": None,
            "versions": old["versions"] if old else line_range(self.line),
            "got": got,
            "status": "confirmed",
        }
        return None

    def write(self):
        """write puts the pins into the file, sorted, in canonical form."""
        together = {}
        for (_, protocol), pin in self.runs.items():
            key = json.dumps(pin, sort_keys=True)
            together.setdefault(key, pin | {"protocols": []})["protocols"].append(protocol)
        pins = sorted(together.values(), key=lambda pin: (pin["case"], sorted(pin["protocols"])))
        for pin in pins:
            pin["protocols"].sort()
            pin["got"] = dict(sorted(pin["got"].items()))
        text = canonical({"library": self.library, "line": self.line, "pins": pins})
        temporary = self.path.with_suffix(".new")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self.path)


def pin(folder, path, replace):
    """pin notes the observed runs of one results file; returns how many pins said otherwise."""
    results = json.loads(path.read_text(encoding="utf-8"))
    subject = results["subject"]
    pins = Pins(folder, subject["library"], subject["line"])
    kept = 0
    for run in observed(results):
        other = pins.take(run, replace)
        if other:
            kept += 1
            where = f"{pins.path}: {run['case']} {run['protocol']}"
            print(f"{where}: pinned {other['got']}, seen {run['got']}")
    pins.write()
    return kept


def main():
    parser = argparse.ArgumentParser(description="pin what a run saw")
    parser.add_argument("results", nargs="+", type=pathlib.Path, metavar="RESULTS")
    parser.add_argument("--replace", action="store_true", help="let confirmed pins be replaced")
    parser.add_argument(
        "--vectors", type=pathlib.Path, default=pathlib.Path(__file__).parent, metavar="DIR"
    )
    arguments = parser.parse_args()
    kept = 0
    for path in arguments.results:
        try:
            kept += pin(arguments.vectors, path, arguments.replace)
        except (OSError, ValueError, KeyError) as error:
            print(f"pin.py: {path}: {str(error) or type(error).__name__}", file=sys.stderr)
            return 2

    return 1 if kept else 0


if __name__ == "__main__":
    sys.exit(main())
