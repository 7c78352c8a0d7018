"""Papers of agenda items: what they are, when they are late, and which ones an item wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from rulebook.counting import london_date
from services.panels.domain.body import Body, BodyUuid
from services.panels.domain.constitution import DeadlineStep, deadlines_of

PaperId = NewType("PaperId", UUID)

MOST_BYTES: Final = 25 * 1024 * 1024
MOST_PAGES: Final = 500


class PaperKind(StrEnum):
    """What a paper is. Legal advice is none of them: it is privileged and never goes into an agenda pack."""

    SOCIAL_WORK_REPORT = "social-work-report"
    PLAN = "plan"
    MINUTES = "minutes"
    CHILD_PERMANENCE_REPORT = "child-permanence-report"
    ASSESSMENT = "assessment"
    MEDICAL_REPORT = "medical-report"
    CHILDS_VIEWS = "childs-views"
    FAMILY_PLAN = "family-plan"
    REVIEWING_OFFICERS_VIEW = "reviewing-officers-view"
    REFERRAL = "referral"
    OTHER = "other"


KIND_WORDS: Final = {
    PaperKind.SOCIAL_WORK_REPORT: "social worker's report",
    PaperKind.PLAN: "care plan or permanence plan",
    PaperKind.MINUTES: "minutes of the last meeting",
    PaperKind.CHILD_PERMANENCE_REPORT: "child's permanence report",
    PaperKind.ASSESSMENT: "assessment",
    PaperKind.MEDICAL_REPORT: "medical report",
    PaperKind.CHILDS_VIEWS: "child's views",
    PaperKind.FAMILY_PLAN: "family's plan or views",
    PaperKind.REVIEWING_OFFICERS_VIEW: "reviewing officer's view",
    PaperKind.REFERRAL: "referral form",
    PaperKind.OTHER: "other paper",
}


class PaperFormat(StrEnum):
    """What a paper was found to be by its content."""

    PDF = "pdf"
    WORD = "word"


@dataclass(frozen=True)
class Paper:
    """Something to read before an item is heard. It follows its subject to whichever sitting of the body hears it.

    Attributes:
        title: what its heading says where its kind does not say enough. Personal data.
        restricted: only some may read it; it stands in a part of the agenda pack of its own.
        for_family: somebody said that the family may have it; nothing else ever goes to them.
        sha256: of its content as it came, hexadecimal.
        size: bytes as it came.
        pages: that it takes in an agenda pack.
        replaces: the paper whose place it takes.
    """

    paper_id: PaperId
    body: BodyUuid
    subject: str
    kind: PaperKind
    title: str
    format: PaperFormat
    received_at: datetime
    added_by: str
    restricted: bool
    for_family: bool
    sha256: str
    size: int
    pages: int
    replaces: PaperId | None = None
    withdrawn_at: datetime | None = None

    @property
    def words(self) -> str:
        """Its kind, without its title: fit for wherever no personal data may stand."""
        return KIND_WORDS[self.kind]

    def late(self, due: date) -> bool:
        """Whether it came after the day on which papers were due."""
        return london_date(self.received_at) > due


@dataclass(frozen=True)
class PaperContent:
    """A paper's bytes: as it came, and as a PDF for agenda packs (the same bytes where it came as one)."""

    original: bytes
    as_pdf: bytes


def papers_due(body: Body, sits_on: date) -> date:
    """The last day on which papers of a sitting are not late; the day itself where the body sets none."""
    steps = deadlines_of(body.constitution.deadlines, sits_on)
    return next((one.due for one in steps if one.step is DeadlineStep.REPORTS), sits_on)


def asked_for(body: Body) -> tuple[PaperKind, ...]:
    """Kinds of paper that each subject should have, as the council's pack says."""
    return tuple(PaperKind(kind) for kind in body.asks_for)


def missing_kinds(wanted: Iterable[PaperKind], papers: Sequence[Paper], subject: str) -> tuple[PaperKind, ...]:
    """Those of `wanted` of which the subject has no paper."""
    there = {paper.kind for paper in papers if paper.subject == subject}
    return tuple(kind for kind in wanted if kind not in there)
