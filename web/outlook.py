"""What somebody changed in Outlook and nobody has decided about, in words: on the meeting's page and on the list."""

from collections.abc import Callable
from dataclasses import dataclass

from permanence.notifications.v1 import outlook_service_pb2 as pb

from web.desk import Absent, Desk, Known, key_of
from web.words import count_words, london, long_date, moment, time_span

_AT_ONCE = 100
PARTS = {
    pb.EDITED_PART_TIME: "The time",
    pb.EDITED_PART_PLACE: "The place",
    pb.EDITED_PART_SUBJECT: "The subject line",
    pb.EDITED_PART_ATTENDEES: "Who stands on it",
    pb.EDITED_PART_GONE: "The event was deleted",
}


@dataclass(frozen=True)
class ChangeLine:
    """One part of one event. `ours` and `theirs` say it as each side has it; `path` is where somebody decides."""

    path: str
    meeting: str
    part: str
    ours: str
    theirs: str
    noticed: str
    whose: str


async def open_changes(desk: Desk, meeting: str) -> list[pb.OutlookProposal]:
    """All of a meeting about which nobody has decided. Absent, Away."""
    wanted = pb.ListOutlookProposalsRequest(parent=desk.parent, meeting=meeting, page_size=_AT_ONCE)
    reply = await desk.ask("notifications", desk.outlook.ListOutlookProposals, wanted)
    return list(reply.outlook_proposals)


async def known_changes(desk: Desk, meeting: str) -> Known[list[pb.OutlookProposal]]:
    """The same for a page that has more to show: none where the reader decides nothing, unknown while it is away."""
    try:
        return await desk.known(open_changes(desk, meeting))
    except Absent:
        return Known([])


def change_line(one: pb.OutlookProposal) -> ChangeLine:
    """In words."""
    return ChangeLine(
        path=f"/meetings/{key_of(one.meeting)}/outlook-changes/{key_of(one.name)}",
        meeting=one.meeting,
        part=PARTS.get(one.part, "Something"),
        ours=_ours(one),
        theirs=_theirs(one),
        noticed=moment(london(one.notice_time)),
        whose="in the invitation of one person" if one.own_event else "in the event that colleagues share",
    )


def _ours(one: pb.OutlookProposal) -> str:
    said: dict[int, Callable[[], str]] = {
        pb.EDITED_PART_ATTENDEES: lambda: "Those who are asked here",
        pb.EDITED_PART_GONE: lambda: "The meeting is booked here",
    }
    return said.get(one.part, lambda: _value(one, one.ours))()


def _theirs(one: pb.OutlookProposal) -> str:
    if one.part == pb.EDITED_PART_GONE:
        return "It is not in the calendar any more"
    if one.part != pb.EDITED_PART_ATTENDEES:
        return _value(one, one.theirs)
    added = f"added: {', '.join(one.added_addresses)}" if one.added_addresses else ""
    removed = f"{count_words(one.removed, 'person', 'people')} taken off" if one.removed else ""
    return "; ".join(text for text in (added, removed) if text).capitalize()


def _value(one: pb.OutlookProposal, value: pb.OutlookValue) -> str:
    if one.part != pb.EDITED_PART_TIME:
        return value.text or "Empty"
    start, end = london(value.start_time), london(value.end_time)
    return f"{long_date(start.date())}, {time_span(start, end)}"
