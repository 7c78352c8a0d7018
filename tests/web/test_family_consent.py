"""What a referral says of a family's consent, in words, and what is to be done once it ended."""

from datetime import date

import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import meeting_pb2 as wire
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft

from web.family_consent import consent_day, consent_line, consent_trouble

REFERRAL = "councils/demo/referralForms/0198e000-0000-7000-8000-000000000001"
AGREED, ENDED = Date(year=2026, month=3, day=12), Date(year=2026, month=3, day=16)


def consent(state: wire.FamilyConsentState.ValueType) -> wire.FamilyConsent:
    return wire.FamilyConsent(referral_form=REFERRAL, state=state, consent_date=AGREED, change_date=ENDED)


def test_a_consent_that_stands_is_not_asked_for_again_and_says_where_it_comes_from() -> None:
    draft = MeetingDraft(family_consent=consent(wire.FAMILY_CONSENT_STATE_GIVEN))
    line = consent_line(draft)
    assert line is not None and not line.ended
    assert line.words == "The family consents since Thursday 12 March 2026, as its referral says."
    assert line.path == "/referrals/0198e000-0000-7000-8000-000000000001"
    assert (consent_day(draft), consent_day(MeetingDraft())) == (date(2026, 3, 12), None)
    assert consent_line(MeetingDraft()) is None


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        (wire.FAMILY_CONSENT_STATE_TAKEN_BACK, "The family took its consent back on Monday 16 March 2026."),
        (wire.FAMILY_CONSENT_STATE_REFERRAL_WITHDRAWN, "The referral was withdrawn on Monday 16 March 2026"),
        (wire.FAMILY_CONSENT_STATE_REFERRAL_RETURNED, "The referral was returned for more on Monday 16 March 2026"),
        (wire.FAMILY_CONSENT_STATE_UNSPECIFIED, "Whether the family still consents is not known"),
    ],
)
def test_whatever_else_stands_is_never_shown_as_consent(state: wire.FamilyConsentState.ValueType, begins: str) -> None:
    booked = wire.Meeting(state=wire.MEETING_STATE_BOOKED, family_consent=consent(state))
    line = consent_line(booked)
    assert line is not None and line.ended and line.words.startswith(begins)
    assert consent_trouble(booked).startswith(begins) and consent_day(booked) is None
    booked.state = wire.MEETING_STATE_CANCELLED
    assert consent_trouble(booked) == ""


def test_a_consent_given_since_the_end_leaves_nothing_to_do() -> None:
    booked = wire.Meeting(
        state=wire.MEETING_STATE_BOOKED,
        family_consent=consent(wire.FAMILY_CONSENT_STATE_TAKEN_BACK),
        date_decision=wire.DateDecision(person="p", consent_date=Date(year=2026, month=3, day=17)),
    )
    assert consent_trouble(booked) == ""
    booked.date_decision.consent_date.CopyFrom(ENDED)
    assert consent_trouble(booked)
