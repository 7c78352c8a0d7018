"""What to look at before booking: what speaks against the time, whom nobody could look up, who must still confirm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import (
    DIARY_STATE_BUSY,
    DIARY_STATE_NOT_WORKING,
    DIARY_STATE_UNSPECIFIED,
    Meeting,
)

from web.familys_choice import date_is_the_familys
from web.times import TimeOption, asked_of, diary_words, value_of

# Roles that are engaged from elsewhere and confirm, as the scheduler has them.
CONFIRMING = frozenset({"interpreter", "advocate"})


@dataclass(frozen=True)
class Notice:
    """Something to look at before booking; `serious`: it may be a reason not to."""

    text: str
    serious: bool = False


def notices(
    draft: MeetingDraft,
    option: TimeOption | None,
    kind: MeetingKind | None,
    names: Mapping[str, str],
    missed: Sequence[str] = (),
    held: Meeting | None = None,
) -> list[Notice]:
    """What to look at before booking, the weightiest first.

    `option`: the chosen time as it stands now; `missed`: what the day would miss or come too early for, in sentences;
    `held`: what is held of a time that is the family's, with everybody's diary as it was read then.
    """
    familys = date_is_the_familys(kind)
    found = [Notice(line, serious=True) for line in missed]
    found += _of_familys_time(held, names) if familys else _of_time(option)
    if option is not None and draft.room and option.value != value_of(draft.start_time, draft.room):
        words = f"The room that was chosen may have been taken: this time is offered in {option.place} now."
        found.insert(0, Notice(f"{words} Change when and where to take it.", serious=True))
    if draft.plan.needs_room and not draft.room:
        found.insert(0, Notice("A room is needed and none is chosen.", serious=True))
    decided = [one for one in draft.plan.attendees if kind and one.role in kind.chair_decides_roles and not one.chair]
    if decided:
        who = ", ".join(one.who for one in asked_of(decided, names))
        found.append(Notice(f"Asked only if the chair says so: {who}."))
    return found + _to_confirm(draft, names)


def _to_confirm(draft: MeetingDraft, names: Mapping[str, str]) -> list[Notice]:
    asked = asked_of([one for one in draft.plan.attendees if one.role in CONFIRMING], names)
    return [
        Notice(f"{one.who[:1].upper()}{one.who[1:]} is engaged from elsewhere: the meeting waits until they confirm.")
        for one in asked
    ]


def _of_time(option: TimeOption | None) -> list[Notice]:
    if option is None:
        return [Notice(_NOT_OFFERED, serious=True)]
    found = [Notice(f"{line}.", serious=True) for line in option.against]
    if option.not_checked:
        found.append(Notice(f"Not checked, nobody can read the diary: {', '.join(option.not_checked)}."))
    return found


def _of_familys_time(held: Meeting | None, names: Mapping[str, str]) -> list[Notice]:
    if held is None:
        return [Notice(_NOT_LOOKED_AT)]
    asked = list(zip(held.attendees, asked_of(held.attendees, names), strict=True))
    away = [(one, who) for one, who in asked if one.diary in (DIARY_STATE_BUSY, DIARY_STATE_NOT_WORKING)]
    unread = [who.who for one, who in asked if one.diary == DIARY_STATE_UNSPECIFIED]
    found = [
        Notice(f"{who.who[:1].upper()}{who.who[1:]} {diary_words(one.diary)}.", serious=who.needed) for one, who in away
    ]
    return [*found, Notice(f"Not checked, nobody can read the diary: {', '.join(unread)}.")] if unread else found


_NOT_LOOKED_AT = (
    "The family chose this time, so nobody's diary was looked at. Hold it to see whose diary says something else. "
    "Nothing is booked if the chair, the room or an interpreter is taken."
)
_NOT_OFFERED = (
    "This time may have been taken. You can try to book it: nothing is booked if it is not free. "
    "Or choose another time."
)
