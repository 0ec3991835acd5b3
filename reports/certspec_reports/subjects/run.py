"""Runs the harness of each subject and keeps what it writes."""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ..errors import EXIT_BAD_INPUT, ReportError
from .programs import environment

UNSUPPORTED = 89


@dataclass(frozen=True)
class Outcome:
    """Outcome is how one subject's run ended.

    code: what the harness exited with, negative for a signal. results: its results.json, None
    where it wrote none.
    """

    subject: object
    code: int
    seconds: float
    results: Path


def run_harness(subject, program, out, arguments):
    """run_harness runs the harness of a Subject with further arguments and returns an Outcome.

    Its results go into the folder out, made anew; what it prints goes to the terminal as it is.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    started = time.monotonic()
    command = [program, "run", "--out", out, *arguments]
    process = subprocess.Popen([str(word) for word in command], env=environment())
    code = _wait(process)
    results = out / "results.json"
    if code == EXIT_BAD_INPUT:
        raise ReportError(subject.id, "", "the harness refuses the options, see above")
    return Outcome(
        subject, code, time.monotonic() - started, results if results.is_file() else None
    )


def identity(subject):
    """identity returns a value that two subjects share when their library files are the same."""
    files = sorted({subject.prefix.libssl.resolve(), subject.prefix.libcrypto.resolve()})
    sums = []
    for file in files:
        with open(file, "rb") as stream:
            sums.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return tuple(sums)


def cores():
    """cores returns how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def _wait(process):
    # ^C reaches the harness too, which then ends its run in good order: wait for that.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
