#!/usr/bin/python3 -I
"""prove: a target with a planted bug has to pass its seeds and to find the bug from them, three
times out of three.

usage: prove.py PROGRAM SEEDS SECONDS [LIBFUZZER-OPTION...]

Exit codes: 0 found, 1 not found or found too early, 2 usage."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEEDS = (1, 2, 3)  # of libFuzzer's random numbers: three times out of three


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


def find(program, seed, seconds, options, seeds):
    """find runs |program| from |seeds| and says whether it found its bug within |seconds|."""
    name = Path(program).name
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        returned, output = call(program, f"-max_total_time={seconds}", f"-seed={seed}",
                                f"-artifact_prefix={folder}/", *options, folder, seeds)
        took = time.monotonic() - began
        found = [path for path in Path(folder).iterdir()
                 if path.name.startswith(("crash-", "leak-"))]
    if returned == 0 or not found or cause(output) is None:
        print(f"{name}: seed {seed}: not found within {seconds} s (exit code {returned})\n"
              f"{output[-2000:]}")
        return False
    print(f"{name}: seed {seed}: found in {took:.0f} s: {cause(output)}", flush=True)
    return True


def main(arguments):
    """main proves one target."""
    if len(arguments) < 3:
        print(__doc__.splitlines()[3], file=sys.stderr)
        return 2
    program, seeds, seconds, *options = arguments
    name = Path(program).name
    returned, output = call(program, "-runs=0", *options, seeds)
    if returned != 0:
        print(f"{name}: the seeds find it already: {cause(output)}\n{output[-2000:]}")
        return 1
    for seed in SEEDS:
        if not find(program, seed, seconds, options, seeds):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
