"""What the use cases about minutes need of the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from servicekit.caller import Caller
from services.panels.domain.form import Answers
from services.panels.domain.minutes import Minutes, MinutesId
from services.panels.domain.minutes_form import FilledForm


class FormStore(Protocol):
    """What stands in the forms of minutes, the digests of their passages, and legal advice."""

    async def of_minutes(self, minutes: MinutesId) -> Sequence[FilledForm]:
        """Those that somebody filled in."""
        ...

    async def put(self, filled: FilledForm, by: str) -> None:
        """As it stands now; the database refuses it once the minutes are signed."""
        ...

    async def before(self, minutes: Minutes) -> Minutes | None:
        """The minutes of the subject's meeting of the same kind before these; None where there are none."""
        ...

    async def stands_elsewhere(self, subject: str, passages: frozenset[bytes]) -> bool:
        """Whether one of the passages stands in minutes of another subject."""
        ...

    async def put_passages(self, minutes: Minutes, part: str, passages: frozenset[bytes]) -> None:
        """Those of one part (a form's key, `text`, `addenda`), in place of those before."""
        ...

    async def add_advice(self, minutes: MinutesId, advice: str, by: str) -> int:
        """Add legal advice; how much there is now."""
        ...

    async def advice(self, minutes: MinutesId) -> Sequence[str]:
        """Legal advice, the oldest first."""
        ...


@dataclass(frozen=True)
class Delivered:
    """Something that was handed to the case system and not acknowledged. `supplement` 0: the signed minutes."""

    minutes_id: MinutesId
    meeting: str
    subject: str
    supplement: int
    written_at: datetime
    chased_at: datetime | None
    file_due: datetime

    @property
    def stem(self) -> str:
        """How its files are called, without their ending."""
        return file_stem(self.minutes_id, self.supplement)


def file_stem(minutes: UUID, supplement: int) -> str:
    """`<minutes id>`, or `<minutes id>-1` for the first supplement."""
    return f"{minutes}-{supplement}" if supplement else str(minutes)


class CaseSystem(Protocol):
    """Where a council's case system takes files from: a folder, a server.

    Unavailable where it cannot be reached; the lane tries again.
    """

    async def put(self, council: str, name: str, content: bytes) -> None:
        """A file, whole or not at all; the same again changes nothing."""
        ...

    async def has(self, council: str, name: str) -> bool:
        """Whether a file is there: its answers are files too."""
        ...


class MeetingFacts(Protocol):
    """What cases and the scheduler know of a subject and a meeting, for forms to begin with."""

    async def of(self, caller: Caller, minutes: Minutes) -> Answers:
        """By the fact's name, such as `child.name`; what is not known, or not shown to the caller, is not there."""
        ...
