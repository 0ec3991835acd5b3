"""One error for all that can be wrong with what we are given: file, place, cause."""

EXIT_OK = 0
EXIT_WORSE = 1
EXIT_BAD_INPUT = 2
EXIT_OWN_FAULT = 3
EXIT_NOT_WRITTEN = 5


class ReportError(Exception):
    """ReportError says in one line which file is wrong, where in it, and why.

    file: path as it was given; place: "line 3, column 7" or "runs[12].verdict", may be "";
    cause: words; exit_code: what the program exits with (see EXIT_*).
    """

    def __init__(self, file, place, cause, exit_code=EXIT_BAD_INPUT):
        super().__init__(file, place, cause)
        self.file = str(file)
        self.place = place
        self.cause = cause
        self.exit_code = exit_code

    def __str__(self):
        return ": ".join(part for part in (self.file, self.place, self.cause) if part)


class NotWritten(ReportError):
    """NotWritten is a ReportError about an output: nothing of it was left behind."""

    def __init__(self, file, cause):
        super().__init__(file, "", f"cannot be written: {cause}", EXIT_NOT_WRITTEN)
