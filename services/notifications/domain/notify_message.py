"""A message that GOV.UK Notify carries."""

from dataclasses import dataclass

from services.notifications.domain.route import Route


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
