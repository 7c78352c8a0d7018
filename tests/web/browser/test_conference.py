"""A family group conference from its referral to the day it was held: the family chooses, in three parts."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.panels.v1 import form_pb2
from permanence.panels.v1 import referrals_service_pb2 as referrals_pb
from permanence.panels.v1.referrals_service_pb2_grpc import ReferralsServiceStub
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import KeptApartPair, UnarrangedObligation

from tests.web.browser.backstage import Backstage, path_of
from tests.web.browser.children import COUNCIL
from tests.web.browser.site import OwnSite, Site, until
from tests.web.browser.stand_in import stand_in
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors
from web.words import LONDON, clock_time, long_date

KIND = "family_group_conference"
QUEUE = f"/to-arrange?kind={KIND}"
BEGUN = "Meetings that somebody has begun to arrange"


def _waiting(backstage: Backstage, *, coordinator: bool) -> UnarrangedObligation:
    """A child for whom a conference waits that nobody has begun, its people on record or its coordinator missing."""
    drafts = backstage.ask(backstage.drafts.ListMeetingDrafts, drafts_pb.ListMeetingDraftsRequest(parent=COUNCIL))
    begun = {subject for draft in drafts.meeting_drafts for subject in draft.plan.subjects}
    request = pb.ListUnarrangedObligationsRequest(parent=COUNCIL, meeting_kind=KIND)
    for one in backstage.ask(backstage.scheduler.ListUnarrangedObligations, request).obligations:
        around = cases_pb.ListInvolvementsRequest(parent=COUNCIL, subjects=[one.subject])
        roles = {it.role for it in backstage.ask(backstage.cases.ListInvolvements, around).involvements}
        on_record = {"family-group-coordinator", "family-member", "interpreter"} <= roles
        if one.subject not in begun and on_record is coordinator:
            found: UnarrangedObligation = one
            return found
    raise AssertionError("no such conference waits any more")


def _evening(now: datetime) -> datetime:
    """The next evening at six."""
    here = now.astimezone(LONDON)
    day = here.date() + timedelta(days=here.hour >= 17)
    return datetime.combine(day, time(18), tzinfo=LONDON)


def _tell_the_choice(officer: Visitor, consented: date, start: datetime) -> None:
    officer.choose("(family member)")
    officer.write_date("Day on which the family consented", consented)
    officer.write_date("Day that the family chose", start.date())
    officer.write("Time at which it begins", clock_time(start))


def test_a_conference_from_its_referral_to_the_day_it_was_held(
    visitor: Visitors, backstage: Backstage, site: Site
) -> None:
    given("a family that is referred: their coordinator is on record, and an interpreter")
    evening = _evening(site.clock.now())
    reference = _waiting(backstage, coordinator=True).subject_reference
    officer = visitor("business-support", "keyboard")
    officer.open(QUEUE)
    officer.press("Arrange", row=reference)
    officer.says("Family group coordinator (chair)", "Social worker", "Family member", "What the family chose")
    officer.press("Use these people and go on")
    then("no time is proposed: the page asks what the family chose")
    assert officer.heading.endswith("What the family chose")
    officer.says("No time is proposed here", "Evenings and weekends can be taken")
    when("they enter a consent that lies in the future")
    _tell_the_choice(officer, evening.date() + timedelta(days=1), evening)
    officer.select("Where", "No room of ours: a place of the family's own, or remote")
    officer.press("Go on with this time")
    assert officer.faults == ["Day on which the family consented cannot lie in the future"]
    officer.picture("conference-choice")
    when("they put it right, take a room, and hold the evening")
    officer.write_date("Day on which the family consented", evening.date() - timedelta(days=2))
    officer.select("Where", "Room 1, 14 seats")
    officer.press("Hold it for 10 minutes and go on")
    then("everything stands on one page: three parts, the family alone in one, whoever referred at hand")
    assert officer.heading.endswith("Check and book")
    officer.says("held until", "Sharing information", "6pm to 7pm", "Private family time", "Agreeing the plan")
    officer.says("The family alone: no professional is in it.", "At hand, not in the room: ", "(social worker)")
    officer.says("chose it. The family consents since", "waits until they confirm", "What this day would do")
    officer.picture("conference-check")
    draft = officer.path.rpartition("/")[0]

    when("a colleague comes to the queue, on a telephone without scripts")
    colleague = visitor("business-support-manager", "phone")
    colleague.open(QUEUE)
    (row,) = (one for one in colleague.rows(BEGUN) if reference in one)
    assert "Check and book; held until" in row
    colleague.open(f"{draft}/time")
    colleague.open(f"{draft}/check")
    then("they book what is held")
    colleague.press("Book this meeting")
    assert colleague.done == "The meeting is booked"
    colleague.says("The family alone: no professional is in it.", "Interpreter has not confirmed yet")
    colleague.picture("narrow-conference")

    when("the interpreter has confirmed, and the family wants to begin half an hour later")
    booked = backstage.meeting(colleague.path)
    backstage.confirm(booked)
    colleague.press("Record that the interpreter has confirmed")
    (fault,) = colleague.faults
    assert fault.startswith("Nothing was recorded. Somebody changed this while you had it open.")
    colleague.press("Record that the interpreter cannot come after all")
    assert colleague.done == "The interpreter is recorded as not confirmed any more"
    colleague.press("Record that the interpreter has confirmed")
    assert colleague.done == "The interpreter is recorded as confirmed"
    colleague.press("Move this meeting")
    assert colleague.heading == "What the family chose instead"
    colleague.write("Time at which it begins", "6:30pm")
    colleague.press("Look at what changes")
    colleague.says("The parts of the meeting after the move", "6:30pm to 7:30pm", "chose it. The family consents since")
    colleague.choose("The child or the family asked for it")
    colleague.press("Move the meeting")
    assert colleague.done == "The meeting is moved"
    then("the interpreter is asked again")
    colleague.says("Not yet confirmed", "at hand for the rest")
    colleague.press("Record that the interpreter has confirmed")

    when("the evening is over")
    site.clock.move_to(evening + timedelta(hours=4))
    colleague.open(colleague.path)
    colleague.press("Record that it was held")
    colleague.press("Record that it was held")
    then("it is recorded")
    assert colleague.done == "The meeting is recorded as held"
    colleague.says("The family alone: no professional is in it.")


def test_without_a_coordinator_it_is_said_that_one_must_be_allocated_first(backstage: Backstage, site: Site) -> None:
    waiting = _waiting(backstage, coordinator=False)
    fields = {"meeting_kind": KIND, "subject": waiting.subject, "request_id": str(uuid4())}
    answer = site.client("business-support").post("/drafts", fields)
    assert answer.status_code == 409
    assert "No coordinator is recorded on the case, so one must be allocated first." in answer.text
    assert "Nothing was begun. The clock keeps running." in answer.text


def test_two_of_the_family_who_must_not_meet_are_not_put_into_one_private_time(
    visitor: Visitors, backstage: Backstage, own_site: Callable[..., OwnSite], site: Site
) -> None:
    given("a conference of which two of the family must not meet")
    waiting = _waiting(backstage, coordinator=True)
    plan = pb.MeetingPlan(meeting_kind=KIND, subjects=[waiting.subject])
    begin = drafts_pb.CreateMeetingDraftRequest(parent=COUNCIL, plan=plan, request_id=str(uuid4()))
    draft = backstage.ask(backstage.drafts.CreateMeetingDraft, begin).meeting_draft
    both = [one.person for one in draft.plan.attendees if one.role in ("interpreter", "family-member")]

    def read(request: drafts_pb.GetMeetingDraftRequest) -> drafts_pb.GetMeetingDraftResponse:
        found: drafts_pb.GetMeetingDraftResponse = backstage.ask(backstage.drafts.GetMeetingDraft, request)
        if set(both) <= {one.person for one in found.meeting_draft.plan.attendees}:
            found.meeting_draft.kept_apart_pairs.append(KeptApartPair(person=both[0], other=both[1]))
        return found

    with stand_in(site.channel("scheduler"), GetMeetingDraft=read) as address:
        officer = visitor("business-support", "phone", at=own_site(PERMANENCE_SCHEDULER_ADDRESS=address).site)
        officer.open(path_of(draft))
        when("an officer goes on")
        officer.press("Use these people and go on")
        then("the two cannot be parted in this meeting, so one of them is to be left out")
        officer.says(
            "They are not kept apart yet.", "always held in the same parts, so the two cannot be kept apart in it"
        )
        assert not officer.has("button", "Put them into separate parts and go on")
        officer.press("(interpreter)")
        assert officer.heading.endswith("What the family chose")
    left = {one.person for one in backstage.draft(path_of(draft)).plan.attendees}
    assert len(left & set(both)) == 1


def _referral(site: Site, subject: str, agreed: date) -> str:
    """Submitted to the coordinators by a social worker who knows the child; its name."""
    texts = {
        "referrer_name": "Sam Referrer", "referrer_team": "North team", "referrer_phone": "01632 960001",
        "line_manager": "Toni Manager, 01632 960002", "referrer_signed": "yes",
        "interpreter_needed": "no", "advocate_in_place": "no", "advocate_likely": "no", "special_needs": "no",
        "situation": "The placement is at risk.", "family_view": "They want it.", "young_person_view": "So does she.",
        "family_agrees": "yes", "agreement_date": agreed.isoformat(),
    }  # fmt: skip
    answers = [form_pb2.FormAnswer(field=field, text=text) for field, text in texts.items()]
    answers.append(form_pb2.FormAnswer(field="criteria", chosen=["looked_after"]))
    begin = referrals_pb.CreateReferralFormRequest(
        parent=COUNCIL, form="family-group-conference-referral", subjects=[subject], request_id=str(uuid4())
    )
    with site.channel("panels") as channel:
        stub, who = ReferralsServiceStub(channel), site.metadata("business-support")
        draft = stub.CreateReferralForm(begin, metadata=who).referral_form
        save = referrals_pb.SaveReferralFormRequest(
            name=draft.name, etag=draft.etag, answers=answers, request_id=str(uuid4())
        )
        saved = stub.SaveReferralForm(save, metadata=who).referral_form
        submit = referrals_pb.SubmitReferralFormRequest(name=saved.name, etag=saved.etag, request_id=str(uuid4()))
        name: str = stub.SubmitReferralForm(submit, metadata=who).referral_form.name
    return name


@pytest.mark.parametrize("mode", MODES)
def test_the_consent_comes_from_the_referral_and_falls_with_it(
    visitor: Visitors, backstage: Backstage, site: Site, mode: Mode
) -> None:
    given("a family that agreed to be referred, and a conference that an officer arranges")
    waiting, evening = _waiting(backstage, coordinator=True), _evening(site.clock.now()) + timedelta(days=3)
    agreed = evening.date() - timedelta(days=6)
    referral = _referral(site, waiting.subject, agreed)
    plan = pb.MeetingPlan(meeting_kind=KIND, subjects=[waiting.subject])
    begin = drafts_pb.CreateMeetingDraftRequest(parent=COUNCIL, plan=plan, request_id=str(uuid4()))
    draft = backstage.ask(backstage.drafts.CreateMeetingDraft, begin).meeting_draft
    until("the consent in the draft", lambda: backstage.draft(path_of(draft)).HasField("family_consent"))
    officer = visitor("business-support", mode)
    officer.open(path_of(draft))
    officer.press("Use these people and go on")
    then("the consent and its day stand there, with where they come from, and are not asked for")
    officer.says(f"The family consents since {long_date(agreed)}, as its referral says.")
    assert not officer.has("group", "Day on which the family consented")
    officer.choose("(family member)")
    officer.write_date("Day that the family chose", evening.date())
    officer.write("Time at which it begins", "8pm")
    officer.select("Where", "No room of ours: a place of the family's own, or remote")
    officer.press("Hold it for 10 minutes and go on")
    officer.says(f"The family consents since {long_date(agreed)}.", "held until")
    when("the referral is withdrawn")
    with_the_referral = officer.path.rpartition("/")[0] + "/time"
    officer.open(f"/referrals/{referral.rpartition('/')[2]}/withdraw")
    officer.write("Reason", "The family does not want it any more.")
    officer.press("Withdraw it")
    until("what was chosen undone", lambda: not backstage.draft(path_of(draft)).HasField("date_decision"))
    then("what was chosen and held is undone, and the page says why")
    assert not backstage.draft(path_of(draft)).hold
    officer.open(with_the_referral)
    officer.says("The referral was withdrawn on", "Ask the family anew")
    officer.choose("(family member)")
    officer.write_date("Day on which the family consented", agreed)
    officer.write_date("Day that the family chose", evening.date())
    officer.write("Time at which it begins", "8pm")
    officer.select("Where", "No room of ours: a place of the family's own, or remote")
    officer.press("Go on with this time")
    (fault,) = officer.faults
    assert fault.startswith("The family consents no more, as its referral says")
