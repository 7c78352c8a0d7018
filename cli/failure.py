"""A failure with a known cause, to be told in one line."""


class Failure(Exception):
    """What went wrong and what to do about it."""
