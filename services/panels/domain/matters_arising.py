"""What earlier sittings of a body asked for, to be looked at before the items."""

from dataclasses import dataclass
from datetime import date, datetime

from services.panels.domain.agenda import in_words


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

    @property
    def due_words(self) -> str:
        """`3 March 2026`, or that it is done."""
        return f"{in_words(self.due)}, done" if self.done else in_words(self.due)
