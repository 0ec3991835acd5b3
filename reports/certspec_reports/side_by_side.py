"""The same for each of many things, on all processors."""

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

# What each process works on: inherited, for to hand it over would take longer than the work.
_work = None


def each(function, items, processes=None):
    """each returns [function(item) for item in items], in which processes share the items.

    What function returns has to be picklable; what it raises is raised here. processes: as many
    as there are processors, by default. Where they cannot be had, or die, one does it all.
    """
    processes = min(processes or len(os.sched_getaffinity(0)), len(items))
    if processes > 1:
        others = multiprocessing.active_children()
        try:
            with ProcessPoolExecutor(
                processes, multiprocessing.get_context("fork"), _begin, (function, items)
            ) as pool:
                return list(pool.map(_one, range(len(items))))
        except (OSError, BrokenProcessPool):
            # Those that came before one that could not be had would wait for work for ever.
            for process in multiprocessing.active_children():
                if process not in others:
                    process.kill()
                    process.join()
    return [function(item) for item in items]


def _begin(function, items):
    global _work
    _work = function, items
    # ^C is for the process that waits.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one(index):
    function, items = _work
    return function(items[index])
