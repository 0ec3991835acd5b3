"""ending - how a connection ends before its script does."""


class Ending(Exception):
    """Ends the script. `end` is the observation's `end`, `detail` one line in words, `alert` the
    name of a fatal alert that the server still owes the client, or None."""

    def __init__(self, end, detail="", alert=None):
        super().__init__(end, detail)
        self.end = end
        self.detail = detail
        self.alert = alert


class Idle(Exception):
    """Nothing came in the time an op was ready to wait; the script goes on."""
