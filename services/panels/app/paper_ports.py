"""What the use cases about papers and agenda packs need of the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.panels.domain.agenda_version import AgendaVersion, PlacedPaper
from services.panels.domain.body import BodyUuid
from services.panels.domain.matters_arising import MatterArising
from services.panels.domain.paper import Paper, PaperContent, PaperFormat, PaperId
from services.panels.domain.sitting import Sitting, SittingId


class PaperStore(Protocol):
    """Papers, their content apart from them."""

    async def add(self, paper: Paper, content: PaperContent) -> None:
        """A new one."""
        ...

    async def load(self, paper: PaperId, *, lock: bool = False) -> Paper | None:
        """One, taken back or not."""
        ...

    async def original(self, paper: PaperId) -> bytes:
        """Its content as it came."""
        ...

    async def as_pdf(self, papers: Sequence[PaperId]) -> dict[PaperId, bytes]:
        """Their content as PDF."""
        ...

    async def standing(self, sitting: Sitting, subjects: Sequence[str]) -> list[Paper]:
        """The subjects' papers for a sitting, as they came.

        Those that came since the body last settled something for the subject at an earlier sitting and before this one
        ends, were not taken back, and whose place no other has taken.
        """
        ...

    async def brought(self, body: BodyUuid, subjects: Sequence[str]) -> list[Paper]:
        """The subjects' papers for the body, on an agenda or not, since it last settled something for them."""
        ...

    async def replaced(self, paper: PaperId) -> bool:
        """Whether another one has taken its place."""
        ...

    async def withdraw(self, paper: PaperId, at: datetime) -> None:
        """Taken back."""
        ...


@dataclass(frozen=True)
class PutOff:
    """That a subject was taken off the agenda of a sitting. `reason` is personal data."""

    subject: str
    sitting_start: datetime
    reason: str


class DeferralStore(Protocol):
    """What was taken off an agenda before its sitting."""

    async def add(self, sitting: Sitting, subjects: Sequence[str], reason: str, by: str) -> None:
        """Put off to a later sitting of the body."""
        ...

    async def reasons(self, sitting: Sitting) -> list[PutOff]:
        """Why subjects were taken off earlier sittings since the body last settled something for them, by sitting."""
        ...


class MatterStore(Protocol):
    """What earlier sittings left."""

    async def arising(self, sitting: Sitting) -> list[MatterArising]:
        """Actions of earlier sittings of the body that are not done, and all of the sitting before; by due date."""
        ...


class AgendaVersionStore(Protocol):
    """Agendas that were sent out: added, never changed."""

    async def newest(self, sitting: SittingId) -> AgendaVersion | None:
        """With its items, changes and release."""
        ...

    async def all_of(self, sitting: SittingId) -> list[AgendaVersion]:
        """The newest first."""
        ...

    async def placed(self, sitting: SittingId) -> list[PlacedPaper]:
        """Every paper that ever went out with the sitting's agenda, with its pages, in their order."""
        ...

    async def add(self, version: AgendaVersion, placed: Sequence[PlacedPaper], numbered: Sequence[bytes]) -> None:
        """A new version with the papers that it brings, each as PDF with its numbers on its pages."""
        ...

    async def numbered(self, sitting: SittingId, papers: Sequence[PaperId]) -> dict[PaperId, bytes]:
        """Papers with their numbers on their pages."""
        ...

    async def release(self, sitting: SittingId, version: int, by: str) -> None:
        """By a second person."""
        ...


@dataclass(frozen=True)
class ReadPaper:
    """What a file was found to be. `as_pdf`: the same as a PDF that does nothing by itself."""

    format: PaperFormat
    pages: int
    as_pdf: bytes


class PaperReader(Protocol):
    """Looks into what somebody sent."""

    async def read(self, content: bytes, file_name: str, *, for_family: bool) -> ReadPaper:
        """InvalidRequest where it is no paper, is not what its name says, or cannot be opened; it says what to do."""
        ...


@dataclass(frozen=True)
class PackPart:
    """A paper in an agenda pack: its pages, what is on each of them, and what the list of contents calls it."""

    pdf: bytes
    labels: tuple[str, ...]
    heading: str


class PackBinder(Protocol):
    """Makes one PDF of many."""

    def number(self, pdf: bytes, labels: Sequence[str]) -> bytes:
        """The same pages, each with its label printed at its foot. Takes milliseconds a page: call it in a thread."""
        ...

    def bind(self, front: bytes, parts: Sequence[PackPart]) -> bytes:
        """All of it in order; a viewer shows the labels that are printed. Call it in a thread."""
        ...

    def texts(self, pdf: bytes) -> list[str]:
        """What can be read of each page; empty where nothing can. Call it in a thread."""
        ...
