"""What processes share comes back in order, whatever becomes of them."""

import multiprocessing
import os

import pytest

from certspec_reports.side_by_side import each


def test_in_order_and_shared():
    found = each(lambda item: (item * 2, os.getpid()), range(200), processes=2)
    assert [value for value, _ in found] == [item * 2 for item in range(200)]
    assert os.getpid() not in {pid for _, pid in found}


@pytest.mark.parametrize("items", [[], ["one"]])
def test_little_is_done_here(items):
    assert each(lambda item: (item, os.getpid()), items) == [(item, os.getpid()) for item in items]


def test_what_is_raised_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        each(lambda item: 1 / item, [1, 0], processes=2)


def test_processes_that_die_are_done_without():
    here = os.getpid()

    def die_elsewhere(item):
        if os.getpid() != here:
            os._exit(1)
        return item

    assert each(die_elsewhere, [1, 2, 3], processes=2) == [1, 2, 3]


@pytest.mark.parametrize("had", [0, 1])
def test_processes_that_cannot_be_had_are_done_without(monkeypatch, had):
    fork, forks = os.fork, []

    def refuse():
        if len(forks) == had:
            raise BlockingIOError
        forks.append(True)
        return fork()

    monkeypatch.setattr(os, "fork", refuse)
    assert each(str, [1, 2, 3], processes=2) == ["1", "2", "3"]
    assert multiprocessing.active_children() == []
