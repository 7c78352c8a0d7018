"""The reviewing service's word on the site: asked where it is theirs, with every fault beside its field."""

from datetime import date
from uuid import UUID

import pytest
from multidict import MultiDict
from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.scheduler.v1 import bulk_move_pb2 as moves

from servicekit.caller import Caller, CallerKind
from web.journeys.bulk_move.presenters import reviews_among
from web.journeys.meeting.forms import CancelForm
from web.reviewing_word import needs_word

OFFICER = "councils/demo/people/11111111-0000-0000-0000-000000000001"
KEY = OFFICER.rpartition("/")[2]
REVIEW, PPM = MeetingKind(key="cic_review", date_is_the_reviewing_services=True), MeetingKind(key="ppm")
SENT = {"reason": "chair", "agreed_by": KEY, "agreed_on-day": "16", "agreed_on-month": "3", "agreed_on-year": "2026"}


def caller(*roles: str) -> Caller:
    return Caller(UUID(int=1), "demo", "anna", CallerKind.USER, frozenset(roles))


def test_it_is_asked_of_whoever_is_none_of_them_and_of_reviews_alone() -> None:
    assert needs_word(REVIEW, caller("business-support"))
    assert needs_word(REVIEW, caller("team-manager"))
    assert not needs_word(REVIEW, caller("reviewing-officer"))
    assert not needs_word(PPM, caller("business-support"))
    assert not needs_word(None, caller("business-support")), "the scheduler refuses what is not known here"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, ""),
        ({"agreed_by": ""}, "Choose who of the reviewing service agreed"),
        ({"agreed_by": "somebody"}, "Choose who of the reviewing service agreed"),
        ({"agreed_on-day": "17"}, "must be today or earlier"),
        ({"agreed_on-day": "", "agreed_on-month": "", "agreed_on-year": ""}, "Enter the day on which they agreed"),
    ],
)
def test_each_fault_says_what_to_do(changes: dict[str, str], fault: str) -> None:
    form = CancelForm(MultiDict(SENT | changes))
    form.asks_word, form.today = True, date(2026, 3, 16)
    form.offered, form.agreed_by.choices = frozenset({KEY}), [("", "Choose"), (KEY, "Kim Ash")]
    assert form.validate() == (not fault)
    assert fault in " ".join(one.text for one in form.faults)


def test_where_it_is_not_asked_nothing_is_missing() -> None:
    assert CancelForm(MultiDict({"reason": "chair"})).validate()


def test_a_bulk_move_asks_where_a_review_is_ticked() -> None:
    def one(key: str, *, review: bool) -> moves.BulkMoveMeeting:
        state = moves.BULK_MOVE_MEETING_STATE_PROPOSED
        return moves.BulkMoveMeeting(
            meeting=f"councils/demo/meetings/{key}", state=state, needs_reviewing_service=review
        )

    move = moves.BulkMove(meetings=[one("a", review=True), one("b", review=False)])
    assert reviews_among(move) and reviews_among(move, ["a"]) and not reviews_among(move, ["b"])
