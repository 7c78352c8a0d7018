"""A return's findings as a person reads them. The file's own bytes are not kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from permanence.cases.v1 import returns_service_pb2 as pb

from web.subjects import subject_path
from web.words import civil, short_date

PAGE_SIZE = 100


@dataclass(frozen=True)
class FindingRow:
    """One row that lacks something or was left out."""

    path: str
    reference: str
    review: str
    line: str


@dataclass(frozen=True)
class Reason:
    """What is wrong and what to do, with everything that it is true of."""

    key: str
    message: str
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True)
class Made:
    """What would be sent: how many rows below the header, and the findings by reason, the most frequent first."""

    file_name: str
    rows: int
    reasons: tuple[Reason, ...]

    @property
    def findings(self) -> int:
        """Of all reasons."""
        return sum(len(reason.rows) for reason in self.reasons)

    def reason(self, key: str) -> Reason | None:
        """The one of that key, or else the most frequent."""
        return next((one for one in self.reasons if one.key == key), next(iter(self.reasons), None))


def made_of(parts: Iterable[pb.ExportReturnResponse]) -> Made:
    """Counts the file's lines and reads its findings."""
    name, lines, found = "", 0, dict[tuple[str, str], list[FindingRow]]()
    for part in parts:
        if part.WhichOneof("part") == "piece":
            name = part.piece.file_name
            lines += part.piece.content.count(b"\n")
        else:
            finding = part.finding
            found.setdefault((finding.reason, finding.message), []).append(_row(finding))
    reasons = [Reason(_slug(key), message, tuple(rows)) for (key, message), rows in found.items()]
    return Made(name, max(0, lines - 1), tuple(sorted(reasons, key=lambda one: -len(one.rows))))


def file_of(parts: Iterable[pb.ExportReturnResponse]) -> tuple[str, bytes]:
    """Name and content."""
    pieces = [part.piece for part in parts if part.WhichOneof("part") == "piece"]
    return (pieces[0].file_name if pieces else "", b"".join(piece.content for piece in pieces))


def page_of(rows: Sequence[FindingRow], number: int) -> tuple[Sequence[FindingRow], int, int]:
    """The rows of a page, its number within what there is, and how many pages there are."""
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    number = min(max(1, number), pages)
    return rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, pages


def _slug(reason: str) -> str:
    return reason.lower().replace("_", "-")


def _row(one: pb.ReturnFinding) -> FindingRow:
    return FindingRow(
        path=subject_path(one.subject),
        reference=one.reference or "no reference yet",
        review=short_date(civil(one.review_date)) if one.HasField("review_date") else "To come",
        line=f"Line {one.row}" if one.row else "Left out",
    )
