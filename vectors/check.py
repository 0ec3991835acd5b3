#!/usr/bin/python3
"""Check the vectors: schemas, canonical form, and that all names lead somewhere.

    /usr/bin/python3 vectors/check.py [--write] [--vectors DIR]

Each problem is one line, file:line: place: cause. Exit codes: 0 none, 1 problems, 2 usage or a
file that cannot be read or written.
"""

import argparse
import pathlib
import sys

import jsonschema

from checker import checks
from checker.catalogue import Catalogue
from checker.names import formats
from checker.table import compare_table


def check(folder, write=False):
    """check returns the Catalogue of `folder` with all its problems, in the files' order.

    `write`: put the files into canonical form, and the README's table up to date, first. Raises
    what Catalogue raises.
    """
    catalogue = Catalogue(folder, write)
    catalogue.schemas.formats = formats(catalogue)
    catalogue.validate()
    for one_check in checks.ALL:
        one_check(catalogue)
    compare_table(catalogue, write)
    catalogue.problems.sort()
    return catalogue


def main():
    parser = argparse.ArgumentParser(description="check the vectors")
    parser.add_argument(
        "--write",
        action="store_true",
        help="first put every file into canonical form, and the README's table up to date",
    )
    parser.add_argument(
        "--vectors",
        metavar="DIR",
        type=pathlib.Path,
        default=pathlib.Path(__file__).parent,
        help="default: this script's folder",
    )
    arguments = parser.parse_args()
    try:
        catalogue = check(arguments.vectors, arguments.write)
    except (OSError, ValueError, jsonschema.SchemaError) as error:
        cause = str(error).splitlines()[0]
        print(f"check.py: {arguments.vectors}: {cause}", file=sys.stderr)
        return 2

    for problem in catalogue.problems:
        print(problem)
    counts = {kind: len(list(catalogue.entries(kind))) for kind in ("manual", "cases")}
    print(
        f"{len(catalogue.files)} files, {counts['manual']} statements, {counts['cases']} cases: "
        f"{len(catalogue.problems) or 'no'} problem{'s' * (len(catalogue.problems) != 1)}",
        file=sys.stderr,
    )
    return 1 if catalogue.problems else 0


if __name__ == "__main__":
    sys.exit(main())
