"""What can keep a library out of the table, and what ends the whole matrix."""

import errno

from ..errors import EXIT_BAD_INPUT, EXIT_NOT_WRITTEN, ReportError

EXIT_NOTHING_THERE = 6
EXIT_LOCKED = 7

_DISK_FULL = "No space left on device"


class Gap(Exception):
    """Gap says in one line why a library is not to be had: a hole in the table, no failed run.

    lasting: asking again would give the same answer until the archive changes, so it is kept.
    """

    def __init__(self, cause, lasting=False):
        super().__init__(cause)
        self.lasting = lasting


class BadRequest(ReportError):
    """BadRequest says which word of the command line is wrong, and why."""

    def __init__(self, word, cause):
        super().__init__(word, "", cause, EXIT_BAD_INPUT)


class DiskFull(ReportError):
    """DiskFull says where there is no room left. What was half written is taken away again."""

    def __init__(self, folder, needed=0):
        """folder: where; needed: bytes that must be free there, 0 when nobody knows."""
        cause = "the disk is full"
        if needed:
            cause = f"the disk has too little room: {needed >> 20} MiB must be free"
        super().__init__(folder, "", cause, EXIT_NOT_WRITTEN)


def says_disk_full(text):
    """says_disk_full tells whether a program's message (text) is about a disk without room."""
    return _DISK_FULL in text


def disk_full(error):
    """disk_full tells whether an OSError is about a disk, or a quota, without room."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
