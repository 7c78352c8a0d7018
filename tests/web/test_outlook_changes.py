"""What somebody changed in Outlook, in words: both values, whom each decision reaches, and what differs since when."""

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from multidict import MultiDict
from permanence.notifications.v1 import outlook_service_pb2 as pb
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.journeys.outlook_changes.forms import DecideForm
from web.journeys.outlook_changes.presenters import choices_of, differences, done_words, listed_changes
from web.outlook import PARTS, change_line
from web.telling import proposal_words

KEY = "01a214cb-f959-77dd-817a-c6ebdb329a51"
MEETING, NAME = f"councils/demo/meetings/{KEY}", f"councils/demo/outlookProposals/{KEY}"
TEN = datetime(2026, 3, 24, 10, tzinfo=UTC)
DECISIONS = [value for value in pb.OutlookDecision.values() if value]


def stamp(moment: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(moment)
    return made


def proposal(part: "pb.EditedPart.ValueType", **fields: object) -> pb.OutlookProposal:
    return pb.OutlookProposal(name=NAME, meeting=MEETING, part=part, notice_time=stamp(TEN), **fields)  # type: ignore[arg-type]


def value(start: datetime) -> pb.OutlookValue:
    return pb.OutlookValue(start_time=stamp(start), end_time=stamp(start + timedelta(minutes=90)))


def test_a_time_is_said_as_each_side_has_it() -> None:
    line = change_line(proposal(pb.EDITED_PART_TIME, ours=value(TEN), theirs=value(TEN + timedelta(days=1))))
    assert (line.ours, line.theirs) == (
        "Tuesday 24 March 2026, 10am to 11:30am",
        "Wednesday 25 March 2026, 10am to 11:30am",
    )
    assert line.path == f"/meetings/{KEY}/outlook-changes/{KEY}"


@pytest.mark.parametrize(
    ("fields", "theirs"),
    [
        ({"added_addresses": ["so...@example.org"]}, "Added: so...@example.org"),
        ({"removed": 1}, "1 person taken off"),
        ({"added_addresses": ["a...@example.org"], "removed": 2}, "Added: a...@example.org; 2 people taken off"),
    ],
)
def test_who_was_added_is_shown_in_part_and_who_was_taken_off_is_counted(
    fields: dict[str, object], theirs: str
) -> None:
    assert change_line(proposal(pb.EDITED_PART_ATTENDEES, **fields)).theirs == theirs


def test_an_empty_place_is_said_and_a_deleted_event_too() -> None:
    place = change_line(proposal(pb.EDITED_PART_PLACE, ours=pb.OutlookValue(text="Room 4"), theirs=pb.OutlookValue()))
    assert (place.ours, place.theirs) == ("Room 4", "Empty")
    assert change_line(proposal(pb.EDITED_PART_GONE)).theirs == "It is not in the calendar any more"


def test_every_part_and_every_decision_has_words_and_says_whom_it_reaches() -> None:
    assert set(PARTS) == {part for part in pb.EditedPart.values() if part}
    assert len({done_words(one) for one in DECISIONS}) == len(DECISIONS)
    for part in PARTS:
        one = proposal(part, choices=DECISIONS, put_back_mails=1, take_over_mails=4)
        move, back, leave = choices_of(one)
        assert "4 people" in move.hint and "1 person" in back.hint and leave.hint
        assert len({move.text, back.text, leave.text}) == 3


def test_a_meeting_that_cannot_be_looked_up_is_not_left_out() -> None:
    one = proposal(pb.EDITED_PART_GONE)
    (known,) = listed_changes([one], {MEETING: Meeting(reference="M-1", title="Review")})
    (unknown,) = listed_changes([one], {})
    assert (known.called, unknown.called) == ("M-1, Review", "A meeting whose name is not known just now")


def test_every_difference_has_words_and_an_age() -> None:
    kinds = [kind for kind in pb.MismatchKind.values() if kind]
    found = [pb.Mismatch(kind=kind, notice_time=stamp(TEN - timedelta(days=2))) for kind in kinds]
    rows = differences(found, {}, TEN)
    assert len({row.what for row in rows}) == len(kinds) and {row.age for row in rows} == {"2 days"}
    assert {row.begins for row in rows} == {"Not known"}


@pytest.mark.parametrize("made_up", ["", "9", "-1", "x"])
def test_what_is_no_decision_is_refused(made_up: str) -> None:
    form = DecideForm(_Form({"decision": made_up, "reason": "As agreed."}))
    assert not form.validate()
    assert [fault.text for fault in form.faults] == ["Choose what is to happen"]


def test_a_time_that_somebody_proposes_is_said_and_nothing_where_there_is_none() -> None:
    wish = Invitation(proposed_start_time=stamp(TEN), proposed_end_time=stamp(TEN + timedelta(hours=1)))
    assert proposal_words(wish) == "Proposes Tuesday 24 March 2026, 10am to 11am"
    assert proposal_words(Invitation()) == proposal_words(None) == ""


class _Form(MultiDict[str]):
    def getlist(self, name: str) -> list[str]:
        return self.getall(name, [])
