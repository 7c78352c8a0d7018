"""Lists the clocks for which no meeting is booked."""

from dataclasses import dataclass

from rulebook.rule import MeetingKindId
from servicekit.caller import Caller
from servicekit.page import next_token, open_page
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import hidden_subjects
from services.scheduler.domain.clocks import ClockToKeep
from services.scheduler.domain.meeting import civil_day


@dataclass(frozen=True, slots=True)
class UnarrangedClock:
    """`working_days_left` until the earlier date; negative when late."""

    clock: ClockToKeep
    title: str
    working_days_left: int


async def list_unarranged_obligations(
    around: Surroundings, caller: Caller, meeting_kind: str, subject: str, page_size: int, page_token: str
) -> tuple[list[UnarrangedClock], str]:
    """A page, fewest working days first, and the next one's token. What the caller may not know of is left out."""
    parent = f"councils/{caller.council}"
    demand(caller, "ListUnarrangedObligations", parent, may_know=True)
    bound_to = f"{parent} ListUnarrangedObligations {meeting_kind} {subject}"
    page = open_page(page_size, page_token, bound_to)
    async with around.begin(caller) as unit:
        found = await unit.clocks.unarranged(meeting_kind, subject, page.size + 1, page.after)
        today = civil_day(unit.now())
        await unit.audit(caller, "ListUnarrangedObligations", subject or parent)
    more, found = len(found) > page.size, found[: page.size]
    token = next_token(bound_to, (str(found[-1].due), found[-1].obligation)) if more else ""
    hidden = await hidden_subjects(around, caller, {one.subject for one in found})
    kinds = around.pack_of(caller.council).meeting_kinds
    shown = []
    for one in found:
        kind = kinds.get(MeetingKindId(one.meeting_kind))
        if one.subject in hidden or one.due is None:
            continue
        left = around.calendar.count_between(today, one.due)
        shown.append(UnarrangedClock(one, kind.title if kind else one.meeting_kind, left))
    return shown, token
