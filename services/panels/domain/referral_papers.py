"""The papers that come with a referral: which it needs, which are missing, and why some may follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.panels.domain.body import Body
from services.panels.domain.form import Fault, Form
from services.panels.domain.paper import KIND_WORDS, Paper, PaperKind, asked_for, missing_kinds

WHY: Final = "papers_follow_because"
Missing = Mapping[str, tuple[PaperKind, ...]]
"""What each subject lacks; who lacks nothing is left out."""


@dataclass(frozen=True)
class PapersFollow:
    """With which papers missing a referral was submitted. `because` is personal data."""

    kinds: tuple[PaperKind, ...]
    because: str


@dataclass(frozen=True)
class Announced:
    """Papers that were to follow the referral of subjects who stand on an agenda."""

    subjects: tuple[str, ...]
    follow: PapersFollow


def needed_papers(form: Form, body: Body | None) -> tuple[PaperKind, ...]:
    """What the form asks for, then what the body asks for of each subject that it hears."""
    of_body = asked_for(body) if body else ()
    return tuple(dict.fromkeys([*(PaperKind(kind) for kind in form.papers), *of_body]))


def missing_by_subject(wanted: Sequence[PaperKind], papers: Sequence[Paper], subjects: Iterable[str]) -> Missing:
    """Which of `wanted` nobody brought."""
    lacking = {subject: missing_kinds(wanted, papers, subject) for subject in subjects}
    return {subject: kinds for subject, kinds in lacking.items() if kinds}


def kinds_of(missing: Missing) -> tuple[PaperKind, ...]:
    """Each kind once."""
    return tuple(dict.fromkeys(kind for kinds in missing.values() for kind in kinds))


def faults_of_papers(missing: Missing, because: str, *, may_follow: bool) -> list[Fault]:
    """Why a referral cannot be submitted with these papers missing, and what to do."""
    if missing and because and not may_follow:
        return [Fault(WHY, "Why papers follow", "cannot be given: this panel takes no referral without its papers")]
    if because:
        return []
    instead = ", or say why it comes later" if may_follow else ""
    todo = f"is missing: add it to the referral{instead}"
    return [Fault(f"papers[{kind.value}]", KIND_WORDS[kind].capitalize(), todo) for kind in kinds_of(missing)]


def follow_words(announced: Announced, papers: Sequence[Paper]) -> str:
    """What an agenda says of it while one of them is missing still; empty once all have come."""
    kinds = kinds_of(missing_by_subject(announced.follow.kinds, papers, announced.subjects))
    if not kinds:
        return ""
    return f"Submitted without the {', '.join(KIND_WORDS[kind] for kind in kinds)}: {announced.follow.because}"
