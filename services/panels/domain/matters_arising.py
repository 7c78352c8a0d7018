"""What earlier sittings of a body asked for, to be looked at before the items."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class MatterArising:
    """An action that an earlier sitting gave. `text` is personal data; `sitting_start` says which sitting."""

    subject: str
    reference: str
    text: str
    owner_role: str
    due: date
    done: bool
    sitting_start: datetime
