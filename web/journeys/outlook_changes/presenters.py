"""What may be decided about a change in Outlook, and whom it reaches; where the mailbox differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from permanence.notifications.v1 import outlook_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.desk import key_of
from web.outlook import ChangeLine, change_line
from web.words import count_words, london, moment

_KINDS = {
    pb.MISMATCH_KIND_MISSING: "It should be in the mailbox, and is not",
    pb.MISMATCH_KIND_NOT_OURS: "It is in the mailbox with our mark, and nothing here knows of it",
    pb.MISMATCH_KIND_LIVE_THERE: "It was cancelled here, and is still in the mailbox",
    pb.MISMATCH_KIND_TIME: "The times differ",
    pb.MISMATCH_KIND_ATTENDEES: "Who stands on it differs",
    pb.MISMATCH_KIND_TWICE: "It is in the mailbox twice",
}


@dataclass(frozen=True)
class Choice:
    """One radio: what happens, and what follows from it."""

    value: str
    text: str
    hint: str


@dataclass(frozen=True)
class ListedChange:
    """A row of the list."""

    line: ChangeLine
    meeting_path: str
    called: str


@dataclass(frozen=True)
class Difference:
    """A row of what differs; `meeting_path` is empty where nothing here knows of the event."""

    what: str
    meeting_path: str
    called: str
    begins: str
    since: str
    age: str


def choices_of(one: pb.OutlookProposal) -> list[Choice]:
    """In the order in which the service gives them."""
    return [Choice(str(value), *_words(one, value)) for value in one.choices]


def done_words(decision: int) -> str:
    """What was decided, for the meeting's page. What follows is not done yet."""
    if decision == pb.OUTLOOK_DECISION_TAKE_OVER:
        return "The meeting is moved to the time in Outlook. People are being told"
    if decision == pb.OUTLOOK_DECISION_PUT_OURS_BACK:
        return "Ours is being put back in Outlook"
    return "It is left as it is in Outlook"


def listed_changes(found: Iterable[pb.OutlookProposal], meetings: Mapping[str, Meeting]) -> list[ListedChange]:
    """In the order given: the longest standing first."""
    return [ListedChange(change_line(one), _path(one.meeting), _called(meetings.get(one.meeting))) for one in found]


def differences(found: Iterable[pb.Mismatch], meetings: Mapping[str, Meeting], now: datetime) -> list[Difference]:
    """In the order given: the longest standing first."""
    return [
        Difference(
            what=_KINDS.get(one.kind, "Something differs"),
            meeting_path=_path(one.meeting) if one.meeting else "",
            called=_called(meetings.get(one.meeting)) if one.meeting else "No meeting that is known here",
            begins=moment(london(one.start_time)) if one.HasField("start_time") else "Not known",
            since=moment(london(one.notice_time)),
            age=_age(london(one.notice_time), now),
        )
        for one in found
    ]


def _words(one: pb.OutlookProposal, decision: int) -> tuple[str, str]:
    if decision == pb.OUTLOOK_DECISION_TAKE_OVER:
        told = count_words(one.take_over_mails, "person", "people")
        return (
            "Move the meeting here to the time in Outlook",
            f"The new time is told to {told}. The meeting keeps its length and its room.",
        )
    if decision == pb.OUTLOOK_DECISION_PUT_OURS_BACK:
        mailed = count_words(one.put_back_mails, "person", "people")
        if one.part == pb.EDITED_PART_GONE:
            return "Put the event back in Outlook", f"A new event is made, and Outlook e-mails {mailed}."
        return "Put ours back in Outlook", f"Outlook e-mails {mailed}."
    return _leaving(one)


def _leaving(one: pb.OutlookProposal) -> tuple[str, str]:
    if one.part == pb.EDITED_PART_GONE:
        return "Leave it: the meeting will be cancelled here", "Nobody is told anything until you cancel it here."
    if one.part == pb.EDITED_PART_ATTENDEES:
        return (
            "Leave it as it is in Outlook",
            "Nobody is asked to the meeting by this. Outlook tells whoever was added of every later change, until "
            "those who are asked change here: then they are taken off.",
        )
    return (
        "Leave it as it is in Outlook",
        "Nothing changes here, and nobody is e-mailed. It stays until ours next changes.",
    )


def _path(meeting: str) -> str:
    return f"/meetings/{key_of(meeting)}"


def _called(meeting: Meeting | None) -> str:
    return f"{meeting.reference}, {meeting.title}" if meeting else "A meeting whose name is not known just now"


def _age(since: datetime, now: datetime) -> str:
    days = (now - since).days
    return count_words(days, "day") if days > 0 else "Less than a day"
