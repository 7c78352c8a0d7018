"""The queue's rows as a person reads them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.scheduler.v1.date_offer_pb2 import DateOffer
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import UnarrangedObligation

from web.arranging import held_words, is_held, next_step, step_words
from web.date_offers import offer_path
from web.desk import key_of
from web.subjects import subject_path
from web.words import civil, days_left_words, london, moment

_SOON_DAYS = 5
_BAR_DAYS = 20


@dataclass(frozen=True)
class QueueRow:
    """One clock. `draft` is the key of what somebody has begun for it; `bar` is 0 to 100 for the small picture.

    `at_panel`: no meeting is arranged for it, because it comes onto a panel's agenda.
    """

    subject: str
    subject_path: str
    reference: str
    obligation: str
    kind: str
    title: str
    law: date | None
    ours: date | None
    days_left: str
    urgency: str
    bar: int
    draft: str
    at_panel: bool


@dataclass(frozen=True)
class OfferRow:
    """Dates that wait for answers, or that ran out and nobody took one."""

    path: str
    title: str
    references: str
    answered: str
    until: str


@dataclass(frozen=True)
class DraftRow:
    """Something begun and not booked."""

    key: str
    title: str
    references: str
    started_by: str
    changed: str
    waits_for: str


def queue_rows(
    obligations: Iterable[UnarrangedObligation], drafts: Iterable[MeetingDraft], panel_kinds: Collection[str] = ()
) -> list[QueueRow]:
    """In the order given: the fewest working days first. `panel_kinds`: kinds of meeting that are panels' sittings."""
    begun = {(subject, draft.plan.meeting_kind): draft.name for draft in drafts for subject in draft.plan.subjects}
    return [
        _queue_row(one, begun.get((one.subject, one.meeting_kind), ""), at_panel=_at_panel(one, panel_kinds))
        for one in obligations
    ]


def next_row(rows: Iterable[QueueRow]) -> QueueRow | None:
    """The first row that somebody can arrange."""
    return next((row for row in rows if not row.at_panel), None)


def draft_rows(
    drafts: Sequence[MeetingDraft], names: Mapping[str, str], now: datetime, kinds: Mapping[str, MeetingKind]
) -> list[DraftRow]:
    """What colleagues have begun, and what each still waits for."""
    return [
        DraftRow(
            key=key_of(draft.name),
            title=draft.title,
            references=", ".join(reference or "no reference yet" for reference in draft.references),
            started_by=names.get(draft.started_by, "a colleague"),
            changed=moment(london(draft.update_time)),
            waits_for=waits_for(draft, now, kinds.get(draft.plan.meeting_kind)),
        )
        for draft in drafts
    ]


def offer_rows(offers: Iterable[DateOffer], drafts: Iterable[MeetingDraft], now: datetime) -> list[OfferRow]:
    """Dates that are offered, called by the cases' references where their draft is open."""
    references = {draft.name: ", ".join(one for one in draft.references if one) for draft in drafts}
    return [
        OfferRow(
            path=offer_path(one.name),
            title=one.title,
            references=references.get(one.draft) or one.reference,
            answered=f"{sum(bool(person.answers) for person in one.people)} of {len(one.people)}",
            until=_until_words(one, now),
        )
        for one in offers
    ]


def _until_words(one: DateOffer, now: datetime) -> str:
    until = london(one.expire_time)
    return moment(until) if until > now else f"Ran out on {moment(until)}: nobody took a date"


def waits_for(draft: MeetingDraft, now: datetime, kind: MeetingKind | None = None) -> str:
    """The first step of the task list that nobody has taken yet, as it is named there; until when a time is held."""
    own_parts = max(1, len(kind.parts)) if kind else 1
    step = step_words(next_step(draft, now, pairs_known=False, own_parts=own_parts), kind)
    return f"{step}; {held_words(draft, now)}" if is_held(draft, now) else step


def _queue_row(one: UnarrangedObligation, draft: str, *, at_panel: bool) -> QueueRow:
    left = one.working_days_left
    return QueueRow(
        subject=one.subject,
        subject_path=subject_path(one.subject),
        reference=one.subject_reference or "no reference yet",
        obligation=one.obligation,
        kind=one.meeting_kind,
        title=one.title,
        law=civil(one.statutory_due_date) if one.HasField("statutory_due_date") else None,
        ours=civil(one.local_due_date) if one.HasField("local_due_date") else None,
        days_left=days_left_words(left),
        urgency="Late" if left < 0 else "Soon" if left <= _SOON_DAYS else "In time",
        bar=max(0, min(100, left * 100 // _BAR_DAYS)),
        draft=key_of(draft),
        at_panel=at_panel,
    )


def _at_panel(one: UnarrangedObligation, panel_kinds: Collection[str]) -> bool:
    return one.meeting_kind in panel_kinds or "/bodies/" in one.subject
