"""Runs the harness of each subject and keeps what it writes."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from ..errors import EXIT_BAD_INPUT, ReportError
from .programs import environment

UNSUPPORTED = 89


@dataclass(frozen=True)
class Outcome:
    """Outcome is how one subject's run ended.

    code: what the harness exited with, negative for a signal. log: all that it printed. results:
    its results.json, None where it wrote none.
    """

    subject: object
    code: int
    seconds: float
    log: Path
    results: Path


def run_harness(subject, program, out, arguments):
    """run_harness runs the harness of a Subject with further arguments and returns an Outcome.

    Its results, and run.log with what it prints, go into the folder out, made anew. Raises
    ReportError when it refuses the arguments.
    """
    started = time.monotonic()
    code, log = _logged(subject, [program, "run", "--out", out, *arguments], out, "run.log")
    results = out / "results.json"
    seconds = time.monotonic() - started
    return Outcome(subject, code, seconds, log, results if results.is_file() else None)


def run_explore(subject, program, out, arguments):
    """run_explore runs `certspec explore` of a Subject; the exit code, and all that it printed.

    That is explore.log in the folder out, made anew. Raises ReportError when it refuses the
    arguments.
    """
    with deferred_interrupt():
        return _logged(subject, [program, "explore", *arguments], out, "explore.log")


def _logged(subject, command, out, name):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    log = out / name
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(),
        )
        code = process.wait()
    if code == EXIT_BAD_INPUT:
        raise ReportError(subject.id, "", f"the harness refuses: {last_line(log)}")
    return code, log


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


@contextlib.contextmanager
def deferred_interrupt():
    """deferred_interrupt gives an Event that ^C sets in its block, instead of an exception.

    ^C reaches the harness, too, which then ends its run in good order: that is waited for.
    """
    interrupted = threading.Event()
    # Not ignored, which a started program would inherit.
    before = signal.signal(signal.SIGINT, lambda number, frame: interrupted.set())
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def last_line(log):
    """last_line returns the last line of a log that is not blank."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "no reason given")
