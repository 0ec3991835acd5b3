#!/usr/bin/python3 -I
"""coverage: which lines and branches of libssl's client certificate path were run.

usage: coverage.py LIBSSL RECORD OUT NAME=FOLDER... -- PROGRAM...

LIBSSL is a libssl.sh --kind coverage, RECORD is coverage.json or a file like it, and OUT gets
HTML pages and the table. Each FOLDER holds the profiles (*.profraw) that PROGRAMs left when they
were given the inputs called NAME. "together" is seeds and cases.

Exit codes: 0 as recorded, 1 less than recorded, or other lines than RECORD says cannot be
reached, 2 bad arguments, 3 no tool or no profile."""

import json
import re
import subprocess
import sys
from pathlib import Path

LESS, BAD_ARGUMENTS, OWN_FAULT = 1, 2, 3
TOGETHER = "together"
PARTS = ("seeds", "cases")
# Where -fcoverage-compilation-dir says that the sources are.
COMPILED_IN = "/openssl"
BRANCH_PLACE, BRANCH_COUNTS, BRANCH_FILE = slice(0, 4), slice(4, 6), 6
REGION_FILE, REGION_EXPANDED, REGION_KIND, EXPANSION = 5, 6, 7, 1


class Fault(Exception):
    """What ends the program; the text is one line."""


class Function:
    """A function of the library under a set of inputs: its lines and branches.

    lines: number -> count. branches: (line, condition, outcome) -> count; a condition inside of a
    macro is written MACRO: CONDITION."""

    def __init__(self, path, lines, branches):
        self.path = path
        self.lines = lines
        self.branches = branches


class Source:
    """The text of the library's sources, as it is asked for."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.known = {}

    def lines(self, path):
        """lines is the file |path|, an address within the build or in this folder."""
        place = self.folder / path.removeprefix(COMPILED_IN).lstrip("/") \
            if path.startswith(COMPILED_IN) else Path(path)
        if place not in self.known:
            self.known[place] = place.read_text(encoding="utf-8", errors="replace").splitlines()
        return self.known[place]

    def between(self, path, place):
        """between is the text of |place|: line and column, line and column, from 1."""
        first, begin, last, end = place
        lines = self.lines(path)[first - 1:last]
        lines[-1] = lines[-1][:end - 1]
        lines[0] = lines[0][begin - 1:]
        return " ".join(" ".join(lines).split())


def call(*command):
    """call is the output of a tool of LLVM."""
    try:
        finished = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, text=True,
                                  stderr=subprocess.PIPE, check=False)
    except FileNotFoundError as error:
        raise Fault(f"no {error.filename}: it comes with clang's tools (llvm)") from error
    if finished.returncode != 0:
        raise Fault(f"{command[0]}: {finished.stderr.strip().splitlines()[-1:]}")
    return finished.stdout


def line_counts(lcov):
    """line_counts reads "DA" of llvm-cov's lcov: path -> line -> count."""
    counts = {}
    for line in lcov.splitlines():
        key, _, value = line.partition(":")
        if key == "SF":
            path = counts.setdefault(value, {})
        elif key == "DA":
            number, count = value.split(",")[:2]
            path[int(number)] = int(count)
    return counts


def branch_name(function, branch, source):
    """branch_name is the line that |branch| is on, and its condition."""
    place, file = branch[BRANCH_PLACE], branch[BRANCH_FILE]
    text = source.between(function["filenames"][file], place)
    while file != 0:
        # A macro is a file of its own, that another place expands to.
        region = next(region for region in function["regions"]
                      if region[REGION_KIND] == EXPANSION and region[REGION_EXPANDED] == file)
        file = region[REGION_FILE]
        place = region[:4]
        macro = source.between(function["filenames"][file], place)
        text = f"{macro}: {text}"
    return place[0], text


def read_functions(exported, lcov, wanted, source):
    """read_functions makes name -> Function of llvm-cov's exports, text and lcov."""
    counts = line_counts(lcov)
    found = {}
    for function in exported["data"][0]["functions"]:
        name = function["name"].rpartition(":")[2]
        path = function["filenames"][0]
        if name not in wanted or name in found:
            continue
        first, last = function["regions"][0][0], function["regions"][0][2]
        lines = {number: count for number, count in counts.get(path, {}).items()
                 if first <= number <= last}
        branches = {}
        for branch in function["branches"]:
            line, text = branch_name(function, branch, source)
            for outcome, count in zip((True, False), branch[BRANCH_COUNTS]):
                key = (line, text, outcome)
                branches[key] = branches.get(key, 0) + count
        found[name] = Function(path, lines, branches)
    return found


class Excluded:
    """What RECORD says cannot be reached: (function, line) and (function, branch) -> why."""

    def __init__(self):
        self.lines = {}
        self.branches = {}
        self.stale = []

    def has(self, function, branch):
        """has tells whether |branch| is excluded, by itself or with its line."""
        return (function, *branch) in self.branches or (function, branch[0]) in self.lines


def matches(lines, pattern):
    """matches yields the index of each place in |lines| where |pattern| stands."""
    for index in range(len(lines) - len(pattern) + 1):
        if lines[index:index + len(pattern)] == pattern:
            yield index


def exclude(record, functions, source):
    """exclude finds the lines and branches of RECORD in the source."""
    excluded = Excluded()
    for name, entries in record["unreachable"].items():
        if name not in functions:
            excluded.stale.append(f"{name}: no such function")
            continue
        function = functions[name]
        first, last = min(function.lines), max(function.lines)
        text = [line.strip() for line in source.lines(function.path)[first - 1:last]]
        for entry in entries:
            if not exclude_entry(excluded, name, function, text, first, entry):
                stands = entry.get("lines", entry.get("branches"))
                excluded.stale.append(f"{name}: nowhere: {stands[0]}")
    return excluded


def exclude_entry(excluded, name, function, text, first, entry):
    """exclude_entry applies one entry; whether all of it is there."""
    context = entry.get("after", [])
    if "lines" in entry:
        places = list(matches(text, context + entry["lines"]))
        for place in places:
            begin = first + place + len(context)
            for number in range(begin, begin + len(entry["lines"])):
                if number in function.lines:
                    excluded.lines[name, number] = entry["why"]
        return bool(places)
    on = None
    if "line" in entry:
        on = {first + place + len(context) for place in matches(text, context + [entry["line"]])}
    all_found = True
    for branch in entry["branches"]:
        condition, _, outcome = branch.rpartition(" is ")
        found = [key for key in function.branches
                 if key[1] == condition and key[2] == (outcome == "true")
                 and (on is None or key[0] in on)]
        all_found &= bool(found)
        excluded.branches.update({(name, *key): entry["why"] for key in found})
    return all_found


class Count:
    """How much of something was reached."""

    def __init__(self, reached=0, reachable=0, everything=0):
        self.reached = reached
        self.reachable = reachable
        self.everything = everything

    def __add__(self, other):
        return Count(self.reached + other.reached, self.reachable + other.reachable,
                     self.everything + other.everything)

    def percent(self):
        """percent is of what can be reached, cut to a tenth: 99.96 are not 100."""
        return 1000 * self.reached // self.reachable / 10 if self.reachable else 100.0


def count_lines(name, function, excluded):
    """count_lines is a Count of |function|'s lines."""
    reachable = [count for line, count in function.lines.items()
                 if (name, line) not in excluded.lines]
    return Count(sum(map(bool, reachable)), len(reachable), len(function.lines))


def count_branches(name, function, excluded):
    """count_branches is a Count of |function|'s branches, each outcome by itself."""
    reachable = [count for branch, count in function.branches.items()
                 if not excluded.has(name, branch)]
    return Count(sum(map(bool, reachable)), len(reachable), len(function.branches))


def table(wanted, sets, excluded):
    """table is the rows: functions, and all of them; and name -> [lines, branches] of all."""
    names = list(sets)
    rows = [f"{'function':38}" + "".join(f"| {name + ': lines':>16} {'branches':>9} "
                                         for name in names)]
    totals = {name: [Count(), Count()] for name in names}
    for function in wanted:
        row = f"{function:38}"
        for name in names:
            if function not in sets[name]:
                row += f"| {'not in it':>26} "
                continue
            counts = [count(function, sets[name][function], excluded)
                      for count in (count_lines, count_branches)]
            totals[name] = [total + count for total, count in zip(totals[name], counts)]
            shown = [f"{count.reached}/{count.reachable}" for count in counts]
            row += f"| {shown[0]:>16} {shown[1]:>9} "
        rows.append(row)
    for title, share in (("all that can be reached", "{0.reached}/{0.reachable}"),
                         ("", "{0:.1f} %"), ("all there is", "{0.reached}/{0.everything}")):
        row = f"{title:38}"
        for name in names:
            shown = [share.format(count.percent() if share == "{0:.1f} %" else count)
                     for count in totals[name]]
            row += f"| {shown[0]:>16} {shown[1]:>9} "
        rows.append(row)
    return rows, totals


def where(function, line, text):
    """where names a line of the library as compilers do."""
    return f"{function.path.removeprefix(COMPILED_IN).lstrip('/')}:{line}: {text}"


def reached_anyway(functions, excluded, source):
    """reached_anyway says which of what RECORD excludes was reached."""
    said = []
    for name, function in functions.items():
        text = source.lines(function.path)
        said += [where(function, line, text[line - 1].strip())
                 for line, count in sorted(function.lines.items())
                 if count > 0 and (name, line) in excluded.lines]
        said += [f"{where(function, line, condition)} is {str(outcome).lower()}"
                 for (line, condition, outcome), count in sorted(function.branches.items())
                 if count > 0 and (name, line, condition, outcome) in excluded.branches]
    return [f"reached, yet recorded as unreachable: {text}" for text in said]


def not_reached(functions, excluded, source):
    """not_reached says which lines were not, and are not excluded."""
    return ["not reached: " + where(function, line,
                                    source.lines(function.path)[line - 1].strip())
            for name, function in functions.items()
            for line, count in sorted(function.lines.items())
            if count == 0 and (name, line) not in excluded.lines]


def complaints(measured, excluded, source):
    """complaints are what is not as RECORD says: in any of the sets, or in all together."""
    said = [f"the record is stale: {text}" for text in excluded.stale]
    for functions in measured.values():
        said += [text for text in reached_anyway(functions, excluded, source) if text not in said]
    if TOGETHER in measured:
        said += not_reached(measured[TOGETHER], excluded, source)
    return said


def missing_branches(functions, excluded):
    """missing_branches are those that nothing reached, and that could be."""
    return [f"branch not reached: {where(function, line, condition)} is {str(outcome).lower()}"
            for name, function in functions.items()
            for (line, condition, outcome), count in sorted(function.branches.items())
            if count == 0 and not excluded.has(name, (line, condition, outcome))]


def unreachable(functions, excluded, reasons, source):
    """unreachable lists what RECORD excludes, one a line, under its reason."""
    rows = []
    for reason, about in reasons.items():
        lines = [where(functions[name], line,
                       source.lines(functions[name].path)[line - 1].strip())
                 for (name, line), why in sorted(excluded.lines.items()) if why == reason]
        branches = [f"{where(functions[name], line, condition)} is {str(outcome).lower()}"
                    for (name, line, condition, outcome), why
                    in sorted(excluded.branches.items()) if why == reason]
        rows.append(f"{about}: {len(lines)} lines, {len(branches)} branches by themselves")
        rows += [f"  {row}" for row in lines + branches]
    return rows


def below(totals, floors):
    """below says where |totals| are less than |floors|."""
    said = []
    for name, floor in floors.items():
        for kind, count in zip(("lines", "branches"), totals.get(name, ())):
            if count.percent() < floor[kind]:
                said.append(f"{name}: {count.percent():.1f} % of the {kind}, "
                            f"recorded are {floor[kind]:.1f} %")
    return said


def version_of(libssl):
    """version_of is the version of OpenSSL in a folder."""
    header = Path(libssl) / "include" / "openssl" / "opensslv.h"
    found = re.search(r'OPENSSL_VERSION_STR\s+"([^"]+)"', header.read_text(encoding="utf-8"))
    return found[1] if found else "of old"


def measure(out, libssl, record, sets, programs):
    """measure is set -> name -> Function, from the profiles, and makes the HTML pages."""
    source = Source(Path(libssl) / "source")
    objects = [programs[0], *(f"-object={program}" for program in programs[1:])]
    paths = [f"{COMPILED_IN}/{path}" for path in record["files"]]
    same = f"-path-equivalence={COMPILED_IN},{source.folder}"
    measured = {}
    for name, folders in sets.items():
        profiles = [path for folder in folders for path in sorted(folder.glob("*.profraw"))]
        if not profiles:
            raise Fault(f"{name}: no profiles in {', '.join(map(str, folders))}")
        merged = out / f"{name}.profdata"
        call("llvm-profdata", "merge", "-sparse", *profiles, "-o", merged)
        options = [f"-instr-profile={merged}", same, *objects, *paths]
        exported = json.loads(call("llvm-cov", "export", "-format=text", *options))
        lcov = call("llvm-cov", "export", "-format=lcov", *options)
        measured[name] = read_functions(exported, lcov, record["functions"], source)
        call("llvm-cov", "show", "-format=html", "-show-branches=count",
             f"-output-dir={out / name}", *options)
    return measured, source


def report(out, libssl, record, sets, programs):
    """report prints and writes it all; the exit code."""
    measured, source = measure(out, libssl, record, sets, programs)
    whole = measured.get(TOGETHER, next(iter(measured.values())))
    if not whole:
        raise Fault("llvm-cov knows none of the functions")
    version = version_of(libssl)
    is_recorded = version.startswith(record["version"])
    excluded = exclude(record, whole, source)
    rows, totals = table(record["functions"], measured, excluded)
    text = [f"OpenSSL {version}: lines and branches that were reached, of those that can be", "",
            *rows, "", "What cannot be reached, and why:",
            *unreachable(whole, excluded, record["reasons"], source)]
    said = complaints(measured, excluded, source)
    said += below(totals, record["floors"]) if is_recorded else []
    (out / "coverage.txt").write_text(
        "\n".join(text + said + missing_branches(whole, excluded)) + "\n", encoding="utf-8")
    print("\n".join(text + [""] + said))
    print(f"pages: {', '.join(str(out / name / 'index.html') for name in sets)}")
    if not is_recorded:
        print(f"the record is of {record['version']}: nothing is held against it")
    return LESS if said and is_recorded else 0


def main(arguments):
    """main reads the command line."""
    if "--" not in arguments or arguments.index("--") < 4 or arguments[-1] == "--":
        print(__doc__.splitlines()[2], file=sys.stderr)
        return BAD_ARGUMENTS
    split = arguments.index("--")
    libssl, record, out = arguments[:3]
    sets = {}
    for word in arguments[3:split]:
        name, equals, folder = word.partition("=")
        if not equals:
            print(f"coverage.py: \"{word}\" is no NAME=FOLDER", file=sys.stderr)
            return BAD_ARGUMENTS
        sets[name] = [Path(folder)]
    if all(part in sets for part in PARTS):
        sets[TOGETHER] = [sets[part][0] for part in PARTS]
    try:
        record = json.loads(Path(record).read_text(encoding="utf-8"))
        return report(Path(out), libssl, record, sets, arguments[split + 1:])
    except (Fault, OSError, json.JSONDecodeError) as error:
        print(f"coverage.py: {error}", file=sys.stderr)
        return OWN_FAULT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
