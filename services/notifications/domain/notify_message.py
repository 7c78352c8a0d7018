"""A message that GOV.UK Notify carries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.domain.route import Route

SHOWN_WITHIN = timedelta(minutes=2)
"""After this long what was asked of Notify is found by its reference, or was never taken.

A request waits half a minute at most for its turn and half a minute for its answer (`adapters/govuk_notify.py`), also
where whoever asked is long gone; the rest is for Notify to show what it took.
"""


def is_surely_shown(asked_at: datetime | None, at: datetime) -> bool:
    """Whether Notify would show by now what it was asked to carry then; of what has no time this long ago."""
    return asked_at is None or at - asked_at >= SHOWN_WITHIN


@dataclass(frozen=True)
class NotifyMessage:
    """One message to one person; equal for a repeat.

    `address` is a telephone number, an e-mail address, or the lines of a postal address, one each, the name first.
    `reference` says which message it is and nothing of whom: Notify shows it to whoever may look there.
    """

    route: Route
    address: str
    subject_line: str
    text: str
    reference: str
