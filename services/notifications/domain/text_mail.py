"""An e-mail of plain words that is no invitation."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TextMail:
    """One message to one person; a repeat of it is the same in every byte.

    `message_id` has no angle brackets; `made_at` is an aware instant; `organiser` and `recipient` are addresses.
    """

    message_id: str
    made_at: datetime
    organiser: str
    organiser_name: str
    recipient: str
    subject_line: str
    body_text: str
