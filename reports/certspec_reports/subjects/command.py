"""The subcommand `matrix`: what it takes, and what it does in which order."""

import argparse
import os
import shlex
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..baseline import baseline
from ..errors import (
    EXIT_BAD_INPUT,
    EXIT_NOT_WRITTEN,
    EXIT_OK,
    EXIT_OWN_FAULT,
    EXIT_WORSE,
    ReportError,
)
from ..output import write
from ..results import label_apart, load
from ..verdicts import in_words
from .apt_state import KEYRING
from .build import build
from .failures import EXIT_LOCKED, EXIT_NOTHING_THERE, DiskFull, Gap, disk_full
from .fetch import Store
from .libraries import LIBRARIES, MAIN, SECURITY, SYSTEM
from .lock import locked
from .request import parse
from .resolve import Missing, resolve
from .run import UNSUPPORTED, cores, deferred_interrupt, identity, last_line, run_explore
from .run import run_harness

# Libraries that are run side by side.
_AT_ONCE = 2

EXIT_INTERRUPTED = 130

_PROJECT = Path(__file__).resolve().parents[3]

_EPILOG = f"""A NAME is one of `matrix list` (all of them when none is given), one of them from one
suite (openssl-3.0@bookworm), or a prefix of your own (mine=/path/to/prefix).
What stands behind -- goes to each run as it is: certspec matrix boringssl -- --case 'suspend/*'

A library that is not to be had is one line, also on the page.

exit codes:
  {EXIT_OK}  all that is there is green
  {EXIT_WORSE}  a library deviates, has changed, crashes or runs out of time
  {EXIT_BAD_INPUT}  bad input or options
  {EXIT_OWN_FAULT}  a fault of certspec itself: it does not build, a server has a bug
  {EXIT_NOT_WRITTEN}  something could not be written: the disk is full
  {EXIT_NOTHING_THERE}  no library is to be had
  {EXIT_LOCKED}  another matrix is at work in the same cache
  {EXIT_INTERRUPTED}  ended by ^C before all were run"""


def main(arguments=None, project=_PROJECT):
    """main runs the subcommand with its arguments (without its name); returns the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    arguments, further = _split(arguments)
    options = _parser().parse_args(arguments)
    try:
        return _matrix(options, further, project)
    except ReportError as error:
        print(f"certspec matrix: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        if not disk_full(error):
            raise
        print(f"certspec matrix: {DiskFull(error.filename or options.cache)}", file=sys.stderr)
        return EXIT_NOT_WRITTEN


def _split(arguments):
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _parser():
    parser = argparse.ArgumentParser(
        prog="certspec matrix",
        description="Gets libraries, builds the harness against each one, runs it, compares.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="a library; `list`: what is known and there")
    add("--source", action="append", default=[], metavar="FILE", help="tarball of OpenSSL's source")
    add("--configure", default="", metavar="FLAGS", help="flags of Configure for --source")
    add("--out", default="certspec-out/matrix", metavar="DIR", help="default: %(default)s")
    add("--cache", default=_default_cache(), metavar="DIR", help="default: %(default)s")
    add("--refresh", action="store_true", help="ask the suites for newer versions")
    add("--fetch-only", action="store_true", help="get and build, run nothing")
    add("--explore", type=int, metavar="DEPTH", help="hold each to the model, make no page")
    add("--baselines", action="store_true", help="keep the results in reports/baselines/")
    add("--jobs", "-j", type=int, default=cores(), metavar="N", help="default: %(default)s")
    add("--mirror", metavar="URI", help="instead of the mirror that apt uses")
    add("--security-mirror", metavar="URI", help="the same for the security suites")
    add("--keyring", default=KEYRING, metavar="FILE", help="default: %(default)s")
    return parser


def _default_cache():
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return str(Path(home).expanduser() / "certspec")


def _matrix(options, further, project):
    _check(options)
    if not (project / "CMakeLists.txt").is_file():
        cause = "there are no sources to build the harness from: matrix needs a checkout"
        raise ReportError(project, "", cause)
    cache = _made(options.cache)
    store = Store(cache, _archives(options), options.keyring, options.refresh, _say)
    if options.names == ["list"]:
        _list(store)
        return EXIT_OK

    flags = shlex.split(options.configure)
    requests = parse(options.names, options.source, flags)
    with locked(cache):
        store.sweep()
        subjects, missing = resolve(requests, store, _say)
        for lack in missing:
            _say(f"{lack.name}: not there: {lack.cause}")
        programs, broken = _build_all(_apart(subjects), project, store, options.jobs)
        if not programs:
            if broken:
                return EXIT_OWN_FAULT
            _say("no library is to be had")
            return EXIT_NOTHING_THERE
        if options.fetch_only:
            return EXIT_OWN_FAULT if broken else EXIT_OK
        if options.explore is not None:
            return _explore_all(programs, options, further)
        outcomes = _run_all(programs, Path(options.out), options.jobs, further)
    _report(outcomes, missing + broken, Path(options.out))
    if options.baselines:
        _keep_baselines(outcomes, project / "reports" / "baselines")
    if len(outcomes) < len(programs):
        _say(f"interrupted: {len(programs) - len(outcomes)} libraries were not run")
        return EXIT_INTERRUPTED
    return _exit_code(outcomes, broken)


def _check(options):
    for name in ("mirror", "security_mirror", "keyring"):
        value = str(getattr(options, name) or "")
        if any(character.isspace() or character in "[]" for character in value):
            raise ReportError(
                f"--{name.replace('_', '-')}", "", f'"{value}" has a blank or bracket'
            )
    if options.explore is not None and options.explore < 0:
        raise ReportError("--explore", "", "must be 0 or more")
    if options.explore is not None and options.baselines:
        raise ReportError("--explore", "", "makes no results to keep as --baselines")
    if options.jobs < 1:
        raise ReportError("--jobs", "", "must be 1 or more")
    if options.configure and not options.source:
        raise ReportError("--configure", "", "is for --source, and none is given")


def _archives(options):
    archives = {MAIN: options.mirror, SECURITY: options.security_mirror}
    archives = {name: uri for name, uri in archives.items() if uri}
    return archives or None


def _made(folder):
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if disk_full(error):
            raise DiskFull(folder) from None
        cause = f"cannot be made: {error.strerror}"
        raise ReportError(folder, "", cause, EXIT_NOT_WRITTEN) from None
    return Path(folder)


def _list(store):
    for library in LIBRARIES.values():
        print(f"{library.name:15} {library.about}")
        for suite in library.suites:
            print(f"  @{suite:19} {_there(store, library, suite)}")
    print(f"{SYSTEM:15} the libssl that is installed here")


def _there(store, library, suite):
    found = store.found(library.package, suite)
    if found is None:
        return "not asked yet"
    if found.gap or not found.of_line(library.line):
        return found.gap or f"has {found.version}"
    there = store.is_there(library.package, suite)
    return f"{found.version}{', unpacked' if there else ', not fetched'}"


def _apart(subjects):
    """The subjects without those whose files another one has too."""
    seen = {}
    for subject in subjects:
        key = identity(subject)
        if key in seen:
            _say(f"{subject.id}: the same files as {seen[key].id}: run once")
        else:
            seen[key] = subject
    return list(seen.values())


def _build_all(subjects, project, store, jobs):
    programs, broken = [], []
    for subject in subjects:
        _say(f"building for {subject.id} ({subject.about})")
        try:
            programs.append((subject, build(subject, project, store, jobs)))
        except Gap as gap:
            broken.append(Missing(subject.id, str(gap)))
            _say(f"{subject.id}: {gap}")
    return programs, broken


def _run_all(programs, out, jobs, further):
    """Runs the harness of each subject and returns (Outcome, Results or None) of each, in order.

    Two are at work at a time, as neither the first nor the last runs of one keep all cores busy;
    results are read as soon as they are there. After ^C none is begun any more. A fork waits more
    often, for what never comes: the forks are begun first, for the last library is alone.
    """
    arguments = ["--jobs", jobs, "--quiet", "--color", "never", "--no-page", *further]
    with deferred_interrupt() as interrupted, ThreadPoolExecutor(_AT_ONCE) as pool:

        def one(subject, program):
            if interrupted.is_set():
                return None
            outcome = run_harness(subject, program, out / subject.id, arguments)
            results = load(outcome.results) if outcome.results else None
            _say(f"{subject.id}: {_in_one_line(outcome, results)}")
            return outcome, results

        numbers = range(len(programs))
        begun = sorted(numbers, key=lambda number: programs[number][0].prefix.kind == "openssl")
        futures = {number: pool.submit(one, *programs[number]) for number in begun}
        finished = [futures[number].result() for number in numbers]
        return [outcome for outcome in finished if outcome]


def _explore_all(programs, options, further):
    codes = set()
    for subject, program in programs:
        arguments = ["--depth", options.explore, "--jobs", options.jobs, "--quiet", *further]
        out = Path(options.out) / subject.id
        code, log = run_explore(subject, program, out, arguments)
        codes.add(code)
        _say(f"{subject.id}: {last_line(log)}" + ("" if code == EXIT_OK else f": {log}"))
    if codes - {EXIT_OK, EXIT_WORSE, UNSUPPORTED}:
        return EXIT_OWN_FAULT
    return EXIT_WORSE if EXIT_WORSE in codes else EXIT_OK


def _in_one_line(outcome, results):
    if not results:
        return f"no results, exit code {outcome.code}: {outcome.log}"
    line = f"{results.cases} cases, {len(results.runs)} runs in {outcome.seconds:.1f} s:"
    line += f" {in_words(results.counts)}"
    return line if outcome.code in (EXIT_OK, UNSUPPORTED) else f"{line}: {outcome.log}"


def _report(outcomes, missing, out):
    from ..page import page  # jinja2 takes a while

    written = [results for _, results in outcomes if results]
    if written:
        label_apart(written)
        gaps = [(lack.name, lack.cause) for lack in missing]
        write(out / "index.html", page(written, gaps))
        _say(f"{out / 'index.html'}")


def _keep_baselines(outcomes, folder):
    """Writes one file a library. Results that say nothing of the library are not kept."""
    for outcome, results in outcomes:
        if results is None or not results.complete or {"error", "server-bug"} & set(results.counts):
            _say(f"{outcome.subject.id}: no baseline: {outcome.log}")
            continue
        name = outcome.subject.id
        if outcome.subject.system:
            name = f"{results.library}-{results.version}"
        _made(folder)
        write(folder / f"{name}.json", baseline(results))
        _say(f"{folder / name}.json")


def _exit_code(outcomes, broken):
    codes = {outcome.code for outcome, _ in outcomes} - {EXIT_OK, UNSUPPORTED}
    if broken or any(code not in (EXIT_WORSE, EXIT_NOT_WRITTEN) for code in codes):
        return EXIT_OWN_FAULT
    if EXIT_NOT_WRITTEN in codes:
        return EXIT_NOT_WRITTEN
    return EXIT_WORSE if codes else EXIT_OK


def _say(line):
    print(f"certspec matrix: {line}", file=sys.stderr, flush=True)
