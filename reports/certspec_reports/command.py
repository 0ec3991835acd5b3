"""The subcommands: each reads, makes one text, and writes it."""

import argparse
import sys

from . import __version__, differences_output
from .baseline import baseline
from .badge import badge
from .differences import compare
from .differences_table import differences_table, put_between
from .errors import EXIT_OK, EXIT_OWN_FAULT, EXIT_WORSE, ReportError
from .output import write
from .results import label_apart, load
from .summary import summary
from .verdicts import in_words

_EXIT_CODES = """exit codes:
  0  done; diff: nothing got worse
  1  diff: something got worse (with --strict: something changed); schema: does not match
  2  bad input or options
  3  a fault of certspec-reports itself
  5  the output could not be written"""


def main(arguments=None):
    """main runs one subcommand and returns its exit code; what is wrong goes to stderr."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments[:1] == ["matrix"]:
            from .subjects.command import main as matrix  # reads its own options

            return matrix(arguments[1:])
        options = _parser().parse_args(arguments)
        return options.run(options)
    except ReportError as error:
        print(f"certspec-reports: {error}", file=sys.stderr)
        return error.exit_code
    except Exception as error:  # our own fault must not look like a verdict
        place = error.__traceback__
        while place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}"
        print(f"certspec-reports: {where}: {type(error).__name__}: {error}", file=sys.stderr)
        return EXIT_OWN_FAULT


def _parser():
    parser = argparse.ArgumentParser(
        prog="certspec-reports",
        description="Reads results of certspec (results.json or baselines) and reports on them.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = _command(
        commands, "page", _page, "one HTML file with the matrix and every run", "index.html"
    )
    command.add_argument("results", nargs="+", metavar="RESULTS", help="one file a library")

    command = _command(commands, "diff", _diff, "what changed between two results")
    command.add_argument("before", metavar="A", help="results or a baseline: before")
    command.add_argument("after", metavar="B", help="results or a baseline: after")
    command.add_argument("--strict", action="store_true", help="exit with 1 for any change")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs")
    form.add_argument("--markdown", action="store_true", help="for a pull request")

    command = _command(commands, "badge", _badge, "JSON for a shields.io endpoint badge")
    command.add_argument("results", metavar="RESULTS")

    command = _command(commands, "summary", _summary, "Markdown for a GitHub step summary")
    command.add_argument("results", nargs="+", metavar="RESULTS", help="one file a library")

    command = _command(commands, "baseline", _baseline, "results without what changes by itself")
    command.add_argument("results", metavar="RESULTS")

    about = "Markdown: the cases in which lines of OpenSSL differ, and what others do in them"
    command = _command(commands, "differences-table", _differences_table, about)
    command.add_argument("results", nargs="+", metavar="BASELINE", help="one file a library")
    command.add_argument("--into", metavar="FILE", help="put it between the marks of this file")
    command.add_argument(
        "--check", action="store_true", help="exit with 1 when --into FILE has another one"
    )

    commands.add_parser("matrix", help="get libraries, run the cases on each one, compare")

    command = _command(commands, "schema", _schema, "check files against the results schema")
    command.add_argument("results", nargs="+", metavar="RESULTS")
    return parser


def _command(commands, name, run, about, out="-"):
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run)
    if name != "schema":
        default = "standard output" if out == "-" else out
        command.add_argument("--out", default=out, metavar="FILE", help=f"default: {default}")
    return command


def _page(options):
    from .page import page  # jinja2 takes a while, and only the page needs it

    return _write(options, page(_load_apart(options.results)))


def _diff(options):
    before, after = load(options.before), load(options.after)
    found = compare(before, after)
    if options.json:
        text = differences_output.as_json(found)
    elif options.markdown:
        text = differences_output.as_markdown(found)
    else:
        color = options.out == "-" and differences_output.wants_color(sys.stdout)
        text = differences_output.as_text(found, color)
    _write(options, text)
    return EXIT_WORSE if found.is_worse or (options.strict and found.changes) else EXIT_OK


def _badge(options):
    return _write(options, badge(load(options.results)))


def _summary(options):
    return _write(options, summary(_load_apart(options.results)))


def _baseline(options):
    results = load(options.results)
    if not results.complete:
        cause = "of a run that was cut off: a baseline has to be complete"
        raise ReportError(options.results, "summary.complete", cause)
    return _write(options, baseline(results))


def _differences_table(options):
    table = differences_table(_load_apart(options.results))
    if options.into is None:
        return _write(options, table)

    try:
        with open(options.into, encoding="utf-8") as file:
            before = file.read()
    except OSError as error:
        raise ReportError(options.into, "", f"cannot be read: {error.strerror}") from None
    after = put_between(options.into, before, table)
    if options.check:
        if before != after:
            print(f"certspec-reports: {options.into}: the table is stale", file=sys.stderr)
        return EXIT_OK if before == after else EXIT_WORSE
    if before != after:
        write(options.into, after)
    return EXIT_OK


def _schema(options):
    from .schema import violations  # only this command needs jsonschema

    code = EXIT_OK
    for path in options.results:
        results = load(path)
        found = violations(results.document)
        for place, cause in found:
            print(f"certspec-reports: {path}: {place}: {cause}", file=sys.stderr)
            code = EXIT_WORSE
        if not found:
            print(f"{path}: {len(results.runs)} runs, {in_words(results.counts)}")
    return code


def _load_apart(paths):
    all_results = [load(path) for path in paths]
    label_apart(all_results)
    return all_results


def _write(options, text):
    write(options.out, text)
    return EXIT_OK
