"""Referrals by a form over gRPC on PostgreSQL: begun with what is known, kept, handed in, given back, withdrawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from uuid import UUID

import grpc
import pytest
from google.protobuf.message import Message
from permanence.cases.v1 import subject_pb2
from permanence.panels.v1 import form_pb2, panel_events_pb2
from permanence.panels.v1 import referrals_service_pb2 as wire
from permanence.panels.v1.minutes_service_pb2 import DOCUMENT_FORMAT_HTML, DOCUMENT_FORMAT_PDF, DOCUMENT_FORMAT_WORD
from permanence.panels.v1.referrals_service_pb2_grpc import ReferralsServiceStub

from services.panels.adapters.form_files import read_forms
from services.panels.domain.family_consent import ConsentState, consent_of
from services.panels.domain.referral_form import ReferralForm, ReferralFormId, ReferralFormState
from tests.panels.conftest import BODY, BODY_ID, Panels, at, owner_asks, request_id
from tests.panels.test_documents import read_pdf, read_word, squeezed
from tests.panels.test_sittings import outcome
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal

if TYPE_CHECKING:
    from permanence.panels.v1.referrals_service_pb2_grpc import ReferralsServiceAsyncStub

LATER = "The court asked for it on the last day."
WHOLE = {
    "case_number": "C-A",
    "birth_date": "2019-04-01",
    "legal_status": "care_order",
    "placement_type": "residential",
    "summary": "No plan is agreed yet.",
    "social_worker": "Sam Worker",
    "team_manager": "Toni Manager",
}


@dataclass
class Referrals:
    """The service with a child, and who asks."""

    panels: Panels
    child: str

    @property
    def stub(self) -> "ReferralsServiceAsyncStub":
        return cast("ReferralsServiceAsyncStub", ReferralsServiceStub(self.panels.channel))

    async def call(self, rpc: str, request: Message, role: str = "social-worker") -> wire.ReferralForm:
        reply = await getattr(self.stub, rpc)(request, metadata=self.panels.metadata(role), timeout=10)
        return cast("wire.ReferralForm", reply.referral_form)

    async def begin(self, form: str = "tracking-panel-referral", body: str = BODY) -> wire.ReferralForm:
        request = wire.CreateReferralFormRequest(
            parent="councils/demo", form=form, subjects=[self.child], body=body, request_id=request_id()
        )
        return await self.call("CreateReferralForm", request)

    async def save(self, form: wire.ReferralForm, role: str = "social-worker", **texts: str) -> wire.ReferralForm:
        answers = [form_pb2.FormAnswer(field=field, text=text) for field, text in texts.items()]
        return await self.save_answers(form, answers, role)

    async def save_answers(
        self, form: wire.ReferralForm, answers: list[form_pb2.FormAnswer], role: str = "social-worker"
    ) -> wire.ReferralForm:
        request = wire.SaveReferralFormRequest(name=form.name, etag=form.etag, answers=answers, request_id=request_id())
        return await self.call("SaveReferralForm", request, role)

    async def submit(self, form: wire.ReferralForm, because: str = LATER) -> wire.ReferralForm:
        request = wire.SubmitReferralFormRequest(
            name=form.name, etag=form.etag, papers_follow_because=because, request_id=request_id()
        )
        return await self.call("SubmitReferralForm", request)

    async def filled(self) -> wire.ReferralForm:
        """A draft that may be handed in."""
        reasons = form_pb2.FormAnswer(field="referral_reasons", chosen=["adoption", "permanence_review"])
        return await self.save_answers(await self.save(await self.begin(), **WHOLE), [reasons])

    async def give_back(self, rpc: str, form: wire.ReferralForm, role: str = "business-support") -> wire.ReferralForm:
        kind = getattr(wire, f"{rpc}Request")
        request = kind(name=form.name, reason="The assessment is missing.", request_id=request_id())
        return await self.call(rpc, request, role)

    async def listed(self, role: str = "social-worker", oid: str = "") -> list[str]:
        request = wire.ListReferralFormsRequest(parent="councils/demo")
        reply = await self.stub.ListReferralForms(request, metadata=self.panels.metadata(role, oid=oid), timeout=10)
        return [one.name for one in reply.referral_forms]

    async def agenda(self, meeting: str) -> list[list[str]]:
        try:
            return [list(item.subjects) for item in (await self.panels.sitting_of(meeting)).agenda]
        except LookupError:
            return []


@pytest.fixture
def referrals(panels: Panels) -> Referrals:
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    kinds = (("social-worker", "Sam Worker"), ("team-manager", "Toni Manager"))
    panels.cases.involvements = [
        subject_pb2.Involvement(subject=child, person="councils/demo/people/x", role=role, display_name=name)
        for role, name in kinds
    ]
    return Referrals(panels, child)


def _text(form: wire.ReferralForm, field: str) -> str:
    return next((one.text for one in form.answers if one.field == field), "")


async def _refused(referrals: Referrals, rpc: str, request: Message, role: str = "social-worker") -> Refused:
    return await refusal(lambda: referrals.call(rpc, request, role))


async def test_a_draft_begins_with_what_is_known(referrals: Referrals) -> None:
    draft = await referrals.begin()
    assert _text(draft, "child_name") == "Ann Example" and _text(draft, "case_number") == "C-A"
    assert (_text(draft, "social_worker"), _text(draft, "team_manager")) == ("Sam Worker", "Toni Manager")
    assert (list(draft.references), draft.state) == (["C-A"], wire.REFERRAL_FORM_STATE_DRAFT)
    conference = await referrals.begin("family-group-conference-referral", "")
    (children,) = [one.rows for one in conference.answers if one.field == "children"]
    assert [dict(row.cells) for row in children] == [{"name": "Ann Example", "birth_date": ""}]


async def test_answers_are_kept_and_what_is_not_named_stays(referrals: Referrals) -> None:
    draft = await referrals.save(await referrals.begin(), ethnicity="White British", provider_name="A provider")
    again = await referrals.save(draft, ethnicity="")
    assert (_text(again, "ethnicity"), _text(again, "provider_name")) == ("", "A provider")
    assert await referrals.call("GetReferralForm", wire.GetReferralFormRequest(name=again.name)) == again
    old = await refusal(lambda: referrals.save(draft, ethnicity="Other"))
    assert (old.code, old.info.reason) == (grpc.StatusCode.ABORTED, "STALE")


async def test_an_answer_that_cannot_be_kept_says_why_and_nothing_is_lost(referrals: Referrals) -> None:
    draft = await referrals.begin()
    answer = await refusal(lambda: referrals.save(draft, birth_date="soon", legal_status="bail", nobody="x"))
    found = {one.field: one.description for one in answer.bad.field_violations}
    assert set(found) == {"answers[birth_date]", "answers[legal_status]", "answers[nobody]"}
    assert "Date of birth: must be a real day" in found["answers[birth_date]"]
    assert await referrals.call("GetReferralForm", wire.GetReferralFormRequest(name=draft.name)) == draft


async def test_it_is_not_handed_in_before_every_needed_field_is_there(referrals: Referrals) -> None:
    draft = await referrals.begin()
    answer = await refusal(lambda: referrals.submit(draft))
    assert answer.code is grpc.StatusCode.INVALID_ARGUMENT
    fields = [one.field for one in answer.bad.field_violations]
    assert fields == [
        f"answers[{key}]" for key in ("birth_date", "legal_status", "placement_type", "referral_reasons", "summary")
    ]


async def test_handed_in_it_stands_on_the_agenda_and_given_back_it_does_not(referrals: Referrals) -> None:
    panels = referrals.panels
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    await panels.sitting_with(meeting, 0)
    handed_in = await referrals.submit(await referrals.filled())
    assert handed_in.state == wire.REFERRAL_FORM_STATE_SUBMITTED and handed_in.referral
    assert await referrals.agenda(meeting) == [[referrals.child]]
    closed = await refusal(lambda: referrals.save(handed_in, summary="Something else."))
    assert closed.info.reason == "REFERRAL_FORM_CLOSED"
    returned = await referrals.give_back("ReturnReferralForm", handed_in)
    assert (returned.state, returned.reason) == (wire.REFERRAL_FORM_STATE_RETURNED, "The assessment is missing.")

    async def gone() -> bool:
        return await referrals.agenda(meeting) == []

    await eventually(gone)
    twice = await refusal(lambda: referrals.give_back("ReturnReferralForm", returned))
    assert twice.info.reason == "REFERRAL_FORM_NOT_SUBMITTED"
    again = await referrals.submit(await referrals.save(returned, summary="With the assessment."))
    assert await referrals.agenda(meeting) == [[referrals.child]]
    assert (await panels.sitting_of(meeting)).agenda[0].referral == again.referral


async def test_what_was_heard_is_neither_given_back_nor_withdrawn(referrals: Referrals) -> None:
    panels = referrals.panels
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    await panels.sitting_with(meeting, 0)
    handed_in = await referrals.submit(await referrals.filled())
    sitting = await panels.sitting_with(meeting, 1)
    panels.set_time(at(10, 11))
    await panels.call("RecordOutcome", outcome(sitting.agenda[0]), "panel-chair")
    for rpc in ("ReturnReferralForm", "WithdrawReferralForm"):
        answer = await refusal(lambda r=rpc: referrals.give_back(r, handed_in))  # type: ignore[misc]
        assert answer.info.reason == "REFERRAL_HEARD"


async def test_withdrawn_is_for_good(referrals: Referrals) -> None:
    draft = await referrals.begin()
    gone = await referrals.give_back("WithdrawReferralForm", draft)
    assert gone.state == wire.REFERRAL_FORM_STATE_WITHDRAWN
    for call in (referrals.submit, referrals.save):
        assert (await refusal(lambda c=call: c(gone))).code is not grpc.StatusCode.OK  # type: ignore[misc]
    assert (await refusal(lambda: referrals.submit(gone))).info.reason == "REFERRAL_FORM_CLOSED"


async def _conference(referrals: Referrals, **more: str) -> wire.ReferralForm:
    """A draft that may be handed in to the coordinators."""
    draft = await referrals.begin("family-group-conference-referral", "")
    needed = {
        "referrer_team": "North team", "referrer_phone": "01632 960001", "referrer_signed": "yes",
        "interpreter_needed": "no", "advocate_in_place": "no", "advocate_likely": "no", "special_needs": "no",
        "situation": "The placement is at risk.", "family_view": "They want it.", "young_person_view": "So does she.",
        "family_agrees": "yes", "agreement_date": "2026-02-27",
    }  # fmt: skip
    criteria = form_pb2.FormAnswer(field="criteria", chosen=["looked_after"])
    return await referrals.save_answers(await referrals.save(draft, **needed | more), [criteria])


async def test_a_conference_goes_to_the_coordinators_who_fill_in_their_part(referrals: Referrals) -> None:
    whole = await _conference(referrals)
    handed_in = await referrals.submit(whole)
    assert (handed_in.referral, handed_in.body) == ("", "")
    kept = await referrals.save(handed_in, "business-support", received_date="2026-03-02", coordinator="Cory Meets")
    assert _text(kept, "coordinator") == "Cory Meets" and _text(kept, "situation") == "The placement is at risk."


async def test_who_may_not_see_the_child_sees_no_referral(referrals: Referrals) -> None:
    draft = await referrals.begin()
    assert await referrals.listed() == [draft.name]
    referrals.panels.cases.hidden_from[referrals.child] = {"oid-team-manager"}
    assert await referrals.listed("team-manager") == []
    absent = f"councils/demo/referralForms/{request_id()}"
    for role, name in (("team-manager", draft.name), ("social-worker", absent)):
        answer = await _refused(referrals, "GetReferralForm", wire.GetReferralFormRequest(name=name), role)
        assert (answer.code, answer.text.replace(name, "")) == (
            grpc.StatusCode.NOT_FOUND,
            answer.text.replace(name, ""),
        )


@pytest.mark.parametrize(
    ("form", "body", "field"),
    [
        ("no-such-form", "", "form"),
        ("tracking-panel-referral", "", "body"),
        ("family-group-conference-referral", BODY, "body"),
    ],
)
async def test_a_form_that_does_not_fit_is_refused(referrals: Referrals, form: str, body: str, field: str) -> None:
    answer = await refusal(lambda: referrals.begin(form, body))
    assert [one.field for one in answer.bad.field_violations] == [field]


async def test_the_same_request_begins_one_referral(referrals: Referrals) -> None:
    request = wire.CreateReferralFormRequest(
        parent="councils/demo", form="panel-referral", subjects=[referrals.child], body=BODY, request_id=request_id()
    )
    assert await referrals.call("CreateReferralForm", request) == await referrals.call("CreateReferralForm", request)
    assert len(await referrals.listed()) == 1
    assert (
        await owner_asks(referrals.panels, "select count(*) from audit_event where action = 'CreateReferralForm'") == 1
    )


def test_the_forms_of_the_service_can_be_read() -> None:
    forms = read_forms()
    assert set(forms) == {"tracking-panel-referral", "family-group-conference-referral", "panel-referral"}
    assert not any(form.papers for form in forms.values())
    assert {key for key, form in forms.items() if form.for_body} == {"tracking-panel-referral", "panel-referral"}


@pytest.mark.parametrize("number", [DOCUMENT_FORMAT_HTML, DOCUMENT_FORMAT_PDF, DOCUMENT_FORMAT_WORD])
async def test_it_is_read_as_a_document_by_whoever_may_read_it(referrals: Referrals, number: int) -> None:
    draft = await referrals.save(await referrals.begin(), provider_name="Oaks and Elms Homes")
    request = wire.RenderReferralFormRequest(name=draft.name, format=number)  # type: ignore[arg-type]
    made = await referrals.stub.RenderReferralForm(request, metadata=referrals.panels.metadata("social-worker"))
    key = draft.name.rpartition("/")[2]
    assert made.file_name.startswith(f"referral-{key}.") and "Example" not in made.file_name
    read = {"html": lambda page: page.decode(), "pdf": read_pdf, "docx": read_word}[made.file_name.rpartition(".")[2]]
    assert squeezed("Oaks and Elms Homes") in squeezed(read(made.content))
    referrals.panels.cases.hidden_from[referrals.child] = {"oid-team-manager"}
    hidden = referrals.panels.metadata("team-manager")
    answer = await refusal(lambda: referrals.stub.RenderReferralForm(request, metadata=hidden))
    assert answer.code is grpc.StatusCode.NOT_FOUND


async def _consents(referrals: Referrals) -> list[tuple[str, str, str]]:
    """Every consent that the feed has told: referral, state, day of the consent."""
    found = []
    for event in await referrals.panels.events():
        told = panel_events_pb2.FamilyConsentChanged()
        if event.fact.Unpack(told):
            state = panel_events_pb2.FamilyConsentState.Name(told.state).removeprefix("FAMILY_CONSENT_STATE_")
            day = f"{told.consent_date.year}-{told.consent_date.month:02}-{told.consent_date.day:02}"
            assert (list(told.subjects), told.meeting_kind) == ([referrals.child], "family_group_conference")
            found.append((told.referral_form, state, day))
    return found


async def test_the_consent_of_a_referral_is_told_and_so_is_its_end(referrals: Referrals) -> None:
    draft = await _conference(referrals)
    assert await _consents(referrals) == []
    handed_in = await referrals.submit(draft)
    office = await referrals.save(handed_in, "business-support", consent_taken_back_date="2026-03-02")
    again = await referrals.save(office, "business-support", consent_taken_back_date="")
    returned = await referrals.give_back("ReturnReferralForm", again)
    await referrals.give_back("WithdrawReferralForm", await referrals.submit(returned))
    states = ["GIVEN", "TAKEN_BACK", "GIVEN", "REFERRAL_RETURNED", "GIVEN", "REFERRAL_WITHDRAWN"]

    async def told() -> bool:
        return await _consents(referrals) == [(draft.name, state, "2026-02-27") for state in states]

    await eventually(told)


async def test_a_family_that_does_not_agree_is_told_of_as_nothing(referrals: Referrals) -> None:
    handed_in = await referrals.submit(await _conference(referrals, family_agrees="no"))
    await referrals.give_back("WithdrawReferralForm", handed_in)
    await referrals.give_back("WithdrawReferralForm", await _conference(referrals))
    agreeing = await referrals.submit(await _conference(referrals))

    async def told() -> bool:
        return [name for name, _, _ in await _consents(referrals)] == [agreeing.name]

    await eventually(told)


@pytest.mark.parametrize(
    ("taken_back", "state"),
    [("", ConsentState.GIVEN), ("2026-02-27", ConsentState.TAKEN_BACK), ("2026-02-26", ConsentState.GIVEN)],
)
def test_what_is_agreed_after_it_was_taken_back_is_a_new_consent(taken_back: str, state: ConsentState) -> None:
    answers = {"family_agrees": "yes", "agreement_date": "2026-02-27", "consent_taken_back_date": taken_back}
    one = ReferralForm(
        ReferralFormId(UUID(int=1)), "f", ("c",), None, ReferralFormState.SUBMITTED, answers, at(1, 9), "somebody"
    )
    consent = consent_of(one)
    assert consent is not None and consent.state is state
