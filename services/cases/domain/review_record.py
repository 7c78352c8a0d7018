"""What a return or an extract said of a review beside its day."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ReviewRecord:
    """As it is kept. `source_key` is that of the fact, where the review was held or booked.

    `review_id` and `care_id` are the case system's, empty where a return has none. `held_on` may lie ahead: booked.
    """

    source_key: str
    review_id: str = ""
    care_id: str = ""
    due_on: date | None = None
    held_on: date | None = None
    cancelled: bool = False
    participation: str = ""
    short_breaks: bool = False
