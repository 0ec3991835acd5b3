#!/usr/bin/python3 -I
"""prove: a target with a planted bug has to pass its seeds and to find the bug from them.

usage: prove.py PROGRAM SEEDS SECONDS [LIBFUZZER-OPTION...]

Exit codes: 0 found, 1 not found or found too early, 2 usage."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path


def call(*command):
    """call runs |command|: exit code and output."""
    finished = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False)
    return finished.returncode, finished.stdout.decode(errors="replace")


def cause(output):
    """cause is the line of |output| that says what was found."""
    for word in ("contract broken", "ERROR: AddressSanitizer", "ERROR: LeakSanitizer",
                 "runtime error"):
        for line in output.splitlines():
            if word in line:
                return line.strip()
    return None


def main(arguments):
    """main proves one target."""
    if len(arguments) < 3:
        print(__doc__.splitlines()[2], file=sys.stderr)
        return 2
    program, seeds, seconds, *options = arguments
    name = Path(program).name
    returned, output = call(program, "-runs=0", *options, seeds)
    if returned != 0:
        print(f"{name}: the seeds find it already: {cause(output)}\n{output[-2000:]}")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        returned, output = call(program, f"-max_total_time={seconds}", "-seed=1",
                                f"-artifact_prefix={folder}/", *options, folder, seeds)
        took = time.monotonic() - began
        found = [path for path in Path(folder).iterdir()
                 if path.name.startswith(("crash-", "leak-"))]
    if returned == 0 or not found or cause(output) is None:
        print(f"{name}: not found within {seconds} s (exit code {returned})\n{output[-2000:]}")
        return 1
    print(f"{name}: found in {took:.0f} s: {cause(output)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
