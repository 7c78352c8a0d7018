"""A family's consent flows from the referral: a date rests on it, and falls where it ends."""

from datetime import date
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.panels.v1 import panel_events_pb2 as panels
from permanence.scheduler.v1 import meeting_draft_pb2, meeting_pb2
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from tests.scheduler.conftest import CHILD, PARENT, World, at, refusal
from tests.scheduler.test_family_group_conference import CONSENT, MOTHER, SATURDAY, conference, hold
from tests.servicekit.eventually import eventually

REFERRAL = "councils/demo/referralForms/0198e000-0000-7000-8000-000000000001"
AGREED, TODAY = Date(year=2026, month=3, day=12), date(2026, 3, 16)
GIVEN = panels.FAMILY_CONSENT_STATE_GIVEN
ENDS = (
    panels.FAMILY_CONSENT_STATE_TAKEN_BACK,
    panels.FAMILY_CONSENT_STATE_REFERRAL_WITHDRAWN,
    panels.FAMILY_CONSENT_STATE_REFERRAL_RETURNED,
)


async def _tell(
    world: World, state: panels.FamilyConsentState.ValueType, on: date = TODAY, referral: str = REFERRAL
) -> None:
    world.cases.tell(
        referral,
        panels.FamilyConsentChanged(
            referral_form=referral,
            subjects=[CHILD],
            meeting_kind="family_group_conference",
            state=state,
            consent_date=AGREED,
            on_date=Date(year=on.year, month=on.month, day=on.day),
        ),
    )


async def _draft(world: World) -> meeting_draft_pb2.MeetingDraft:
    request = drafts.CreateMeetingDraftRequest(parent=PARENT, plan=conference(), request_id=str(uuid4()))
    return (await world.drafts.CreateMeetingDraft(request, metadata=world.as_())).meeting_draft


async def _read(world: World, name: str) -> meeting_draft_pb2.MeetingDraft:
    request = drafts.GetMeetingDraftRequest(name=name)
    return (await world.drafts.GetMeetingDraft(request, metadata=world.as_())).meeting_draft


async def _until(world: World, name: str, state: int) -> meeting_draft_pb2.MeetingDraft:
    async def there() -> bool:
        return (await _read(world, name)).family_consent.state == state

    await eventually(there)
    return await _read(world, name)


async def test_the_consent_of_the_referral_stands_in_the_draft(world: World) -> None:
    draft = await _draft(world)
    assert not draft.HasField("family_consent")
    await _tell(world, GIVEN)
    consent = (await _until(world, draft.name, GIVEN)).family_consent
    assert (consent.referral_form, consent.consent_date) == (REFERRAL, AGREED)
    listed = await world.drafts.ListMeetingDrafts(drafts.ListMeetingDraftsRequest(parent=PARENT), metadata=world.as_())
    assert not any(one.HasField("family_consent") for one in listed.meeting_drafts)


@pytest.mark.parametrize("state", ENDS)
async def test_a_consent_that_ends_undoes_what_was_chosen_and_held(
    world: World, state: panels.FamilyConsentState.ValueType
) -> None:
    draft = await _draft(world)
    await _tell(world, GIVEN)
    await _until(world, draft.name, GIVEN)
    held = await hold(world, draft=draft.name)
    assert (await _read(world, draft.name)).hold == held.name
    await _tell(world, state)
    now = await _until(world, draft.name, state)
    assert (now.hold, now.HasField("date_decision"), now.HasField("start_time")) == ("", False, False)
    booking = wire.BookMeetingRequest(parent=PARENT, hold=held.name, request_id=str(uuid4()))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.BookMeeting(booking, metadata=world.as_())
    assert refusal(refused.value)[1] in ("NOT_A_HOLD", "HOLD_LAPSED")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await hold(world, draft=draft.name)
    assert refusal(refused.value)[:2] == (grpc.StatusCode.FAILED_PRECONDITION, "CONSENT_ENDED")


async def test_once_the_family_agrees_anew_a_date_is_taken(world: World) -> None:
    draft = await _draft(world)
    await _tell(world, GIVEN)
    await _tell(world, ENDS[0], date(2026, 3, 13))
    await _until(world, draft.name, ENDS[0])
    with pytest.raises(grpc.aio.AioRpcError):
        await hold(world)
    anew = meeting_pb2.DateDecision(person=MOTHER, consent_date=Date(year=2026, month=3, day=14))
    assert (await hold(world, anew)).state == meeting_pb2.MEETING_STATE_HELD_SLOT


async def test_another_referral_that_stands_keeps_what_was_chosen(world: World) -> None:
    other = REFERRAL[:-1] + "2"
    draft = await _draft(world)
    await _tell(world, GIVEN)
    await _tell(world, GIVEN, referral=other)
    await _until(world, draft.name, GIVEN)
    held = await hold(world, draft=draft.name)
    await _tell(world, ENDS[1])

    async def told() -> bool:
        return (await _read(world, draft.name)).family_consent.referral_form == other

    await eventually(told)
    assert (await _read(world, draft.name)).hold == held.name


async def test_a_booked_conference_stays_and_says_that_the_consent_ended(world: World) -> None:
    booked = await world.book(conference(), at(SATURDAY), date_decision=CONSENT)  # type: ignore[arg-type]
    await _tell(world, GIVEN)
    await _tell(world, ENDS[1])

    async def told() -> bool:
        reply = await world.stub.GetMeeting(wire.GetMeetingRequest(name=booked.name), metadata=world.as_())
        return bool(reply.meeting.family_consent.state == ENDS[1] and reply.meeting.state == booked.state)

    await eventually(told)
