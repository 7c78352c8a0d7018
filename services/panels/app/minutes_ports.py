"""What the use cases about minutes need of the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from servicekit.caller import Caller
from servicekit.page import PageRequest
from services.panels.domain.form import Answers
from services.panels.domain.minutes import ClockKind, Minutes, MinutesId, MinutesState
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


class MinutesStore(Protocol):
    """Minutes, their clocks and their delivery."""

    async def add(self, minutes: Minutes) -> None:
        """New, with its clocks running; nothing where the meeting has minutes of the subject already."""
        ...

    async def load(self, minutes: MinutesId, *, lock: bool = False) -> Minutes | None:
        """With addenda and clocks."""
        ...

    async def of_subject(self, meeting: str, subject: str, *, lock: bool = False) -> Minutes | None:
        """Those of one subject of a meeting."""
        ...

    async def change(self, minutes: Minutes) -> None:
        """State, text, signature."""
        ...

    async def add_addendum(self, minutes: MinutesId, text: str, by: str) -> None:
        """After those that are there."""
        ...

    async def stop_clock(self, minutes: MinutesId, clock: ClockKind, at: datetime) -> bool:
        """What it asked for is done; False where no such clock runs."""
        ...

    async def mark_late(self, minutes: MinutesId, now: datetime) -> list[ClockKind]:
        """Mark clocks that ran out; those that were not marked before."""
        ...

    async def page(self, meeting: str, state: MinutesState | None, page: PageRequest) -> list[Minutes]:
        """Those whose clock runs out first at the front, without text; one more than the size where there are more."""
        ...

    async def waiting(self) -> list[Minutes]:
        """Those of which a clock runs, without text."""
        ...

    async def note_delivery(self, minutes: MinutesId, supplement: int, stem: str, page_hash: str) -> None:
        """What was written, once."""
        ...

    async def last_supplement(self, minutes: MinutesId) -> int:
        """The last that was written; -1 where nothing was."""
        ...

    async def note_acknowledgement(self, minutes: MinutesId, supplement: int, at: datetime) -> None:
        """The case system has it."""
        ...

    async def note_chase(self, minutes: MinutesId, supplement: int, at: datetime) -> None:
        """The case system was reminded of it."""
        ...

    async def unacknowledged(self, minutes: MinutesId | None = None, *, most: int = 10_000) -> list[Delivered]:
        """What was written and waits, the oldest first; only of some minutes where they are named."""
        ...


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
