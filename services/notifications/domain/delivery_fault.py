"""How the outside (Exchange, a mail server) can fail. Every adapter raises these and nothing else.

None of them carries an address, a name or the text of an answer: `reason` is a code.
"""


class DeliveryFault(Exception):
    """Base of all. `reason` is a short stable code in upper snake case, such as `ERROR_ACCESS_DENIED`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(DeliveryFault):
    """Certainly nothing was done: no connection, throttled (429), or refused for now (503 before the work,
    SMTP 4yz).

    `retry_after` is in seconds where the other side said it, else None.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class OutcomeUnknown(DeliveryFault):
    """It was asked and no usable answer came (time-out, cut connection, 5xx after sending): it may or may
    not be done.

    The caller looks before it repeats anything.
    """


class Refused(DeliveryFault):
    """The other side will never accept this as it stands (400, 403, SMTP 5yz): a person has to do
    something.
    """


class Gone(DeliveryFault):
    """The event is no longer there (404 on an id that was once given). For a cancellation that is success."""


class ChangedMeanwhile(DeliveryFault):
    """The event is not as it was read (409, 412): read it again, work the change out anew, then try again."""
