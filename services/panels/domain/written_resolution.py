"""What a body settles without meeting: its members answer in writing. Pure.

The law counts who meets for a fostering or an adoption panel (regulation 24 of fsr-2011, regulation 6 of aar-2005):
such a body settles nothing in writing. Any other does where its own quorum has answered, more agree than disagree, and
nobody asks that it be heard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.panels.domain.body import OutcomeKind
from services.panels.domain.constitution import Constitution
from services.panels.domain.member import Member, MemberId
from services.panels.domain.quorum import Present, quorum_of
from services.panels.domain.sitting import ItemId

ResolutionId = NewType("ResolutionId", UUID)


class Answer(StrEnum):
    """What a member says in writing."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    ASKS_TO_MEET = "asks-to-meet"


@dataclass(frozen=True)
class WrittenAnswer:
    """One member's; a later one takes its place. `words`: why; needed of whoever disagrees."""

    member: MemberId
    answer: Answer
    words: str
    answered_at: datetime


@dataclass(frozen=True)
class WrittenResolution:
    """What the members are asked about one subject of an item. `settled`: the outcome that came of it."""

    resolution_id: ResolutionId
    item: ItemId
    subject: str
    kind: OutcomeKind
    recommendation: str
    reasons: str
    opened_at: datetime
    closes: date
    answers: tuple[WrittenAnswer, ...] = ()
    settled: UUID | None = None


def may_be_written(rules: Constitution) -> bool:
    """Whether a body may settle anything without meeting."""
    return not rules.central_list


def wanting(
    resolution: WrittenResolution,
    rules: Constitution,
    members: Sequence[Member],
    recused: frozenset[MemberId],
    day: date,
) -> tuple[str, ...]:
    """Why it is not carried, in plain words; empty where it is."""
    counting = {one.member_id: one for one in members if one.listed_on(day) and one.member_id not in recused}
    answers = [one for one in resolution.answers if one.member in counting]
    said = [one.answer for one in answers]
    missing: list[str] = []
    if Answer.ASKS_TO_MEET in said:
        missing.append("a member asks that it be heard at a sitting: it cannot be settled in writing any more")
    missing += _too_few(rules, [one for one in answers if one.answer is not Answer.ASKS_TO_MEET], counting, day)
    if said.count(Answer.AGREES) <= said.count(Answer.DISAGREES):
        missing.append("more members must agree than disagree")
    return tuple(missing)


def _too_few(
    rules: Constitution, answers: Sequence[WrittenAnswer], members: Mapping[MemberId, Member], day: date
) -> tuple[str, ...]:
    """The quorum is counted of those who answered."""
    if rules.quorum is None:
        return ()
    present = [Present(one.member, members[one.member].roles_on(day)) for one in answers]
    return quorum_of(rules.quorum, present).missing
