"""ReferralsService: referrals by a form."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import grpc
from permanence.panels.v1 import referrals_service_pb2 as wire
from permanence.panels.v1.referrals_service_pb2_grpc import ReferralsServiceServicer

from servicekit.caller import Caller, current_caller
from servicekit.idempotency import Unit as IdempotentUnit
from servicekit.idempotency import once
from servicekit.page import next_token, open_page
from servicekit.validate import Check
from services.panels.app import fill_referral_form as fill
from services.panels.app import hand_in_referral_form as hand_in
from services.panels.app.document_ports import DocumentWriter
from services.panels.app.list_referral_papers import list_referral_papers
from services.panels.app.policy import require
from services.panels.app.ports import BodiesOf, Cases, KnownSubject
from services.panels.app.referral_ports import Forms, KnownFacts, ReferralUnit
from services.panels.domain import names
from services.panels.domain.body import BodyUuid
from services.panels.domain.referral_document import referral_document
from services.panels.domain.referral_form import ReferralForm, ReferralFormId, ReferralFormState
from services.panels.rpc import convert, form_wire, paper_to_wire
from services.panels.rpc.document_wire import write_document
from services.panels.rpc.wire_time import instant

REFERRAL_FORM = "councils/{council}/referralForms/{referral_form}"
_MOST_REASON = 2_000
Context = grpc.aio.ServicerContext[object, object]


class WorkUnit(ReferralUnit, IdempotentUnit, Protocol):
    """A unit of work whose transaction also keeps the response."""


BeginWork = Callable[[Caller], AbstractAsyncContextManager[WorkUnit]]


class ReferralsServicer(ReferralsServiceServicer):
    """Thin: converts, asks the use case, converts back."""

    def __init__(
        self,
        begin: BeginWork,
        cases: Cases,
        facts: KnownFacts,
        bodies_of: BodiesOf,
        forms: Forms,
        writer: DocumentWriter,
    ) -> None:
        self._writer = writer
        self._begin = begin
        self._cases = cases
        self._facts = facts
        self._bodies_of = bodies_of
        self._forms = forms

    async def ListForms(self, request: wire.ListFormsRequest, context: Context) -> wire.ListFormsResponse:
        """By title."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", convert.PARENT)
        check.raise_if_any()
        require(caller, "ListForms", request.parent)
        forms = sorted(self._forms.values(), key=lambda one: one.title)
        return wire.ListFormsResponse(forms=[form_wire.form(one) for one in forms])

    async def CreateReferralForm(
        self, request: wire.CreateReferralFormRequest, context: Context
    ) -> wire.CreateReferralFormResponse:
        """With what is known."""
        caller = current_caller()
        command = _read_create(request, caller.council)
        council = self._bodies_of(caller.council_id)
        begun = await fill.look_up(self._cases, self._facts, self._forms, caller, council, command)

        async def do(unit: WorkUnit) -> wire.CreateReferralFormResponse:
            made = await fill.create_referral_form(unit, caller, command, begun)
            return wire.CreateReferralFormResponse(referral_form=await self._shown(unit, caller, made))

        return await once(self._begin, caller, request, wire.CreateReferralFormResponse, do)

    async def GetReferralForm(
        self, request: wire.GetReferralFormRequest, context: Context
    ) -> wire.GetReferralFormResponse:
        """With its answers."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        form_id = _id(check)
        check.raise_if_any()
        found = await fill.get_referral_form(self._begin, self._cases, caller, form_id)
        async with self._begin(caller) as unit:
            return wire.GetReferralFormResponse(referral_form=await self._shown(unit, caller, found))

    async def ListReferralForms(
        self, request: wire.ListReferralFormsRequest, context: Context
    ) -> wire.ListReferralFormsResponse:
        """The newest first."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", convert.PARENT)
        number = check.enum("state", required=False)
        size, token = check.page()
        check.raise_if_any()
        bound = f"{request.parent} ListReferralForms {number}"
        state = ReferralFormState[_state_name(number)] if number else None
        page = open_page(size, token, bound)
        shown, last = await fill.list_referral_forms(self._begin, self._cases, caller, state, page)
        async with self._begin(caller) as unit:
            forms = await self._all_shown(unit, caller, shown)
        return wire.ListReferralFormsResponse(
            referral_forms=forms, next_page_token=next_token(bound, last) if last else ""
        )

    async def SaveReferralForm(
        self, request: wire.SaveReferralFormRequest, context: Context
    ) -> wire.SaveReferralFormResponse:
        """What changed."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        form_id = _id(check)
        check.require("etag")
        check.uuid("request_id")
        answers = form_wire.read_answers(check, request.answers)
        check.raise_if_any()
        await fill.read_referral_form(self._begin, self._cases, caller, "SaveReferralForm", form_id)
        command = fill.SaveReferralForm(form_id, request.etag, answers)

        async def do(unit: WorkUnit) -> wire.SaveReferralFormResponse:
            saved = await fill.save_referral_form(unit, caller, self._forms, command)
            return wire.SaveReferralFormResponse(referral_form=await self._shown(unit, caller, saved))

        return await once(self._begin, caller, request, wire.SaveReferralFormResponse, do)

    async def SubmitReferralForm(
        self, request: wire.SubmitReferralFormRequest, context: Context
    ) -> wire.SubmitReferralFormResponse:
        """To the body or the coordinators."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        form_id = _id(check)
        check.require("etag")
        because = check.text("papers_follow_because", _MOST_REASON)
        check.uuid("request_id")
        check.raise_if_any()
        found = await fill.read_referral_form(self._begin, self._cases, caller, "SubmitReferralForm", form_id)
        seen = await hand_in.seen_again(self._cases, caller, found)
        command = hand_in.Submit(form_id, request.etag, because)

        async def do(unit: WorkUnit) -> wire.SubmitReferralFormResponse:
            council = self._bodies_of(caller.council_id)
            now = await hand_in.submit_referral_form(unit, caller, council, self._forms, seen, command)
            return wire.SubmitReferralFormResponse(referral_form=await self._shown(unit, caller, now))

        return await once(self._begin, caller, request, wire.SubmitReferralFormResponse, do)

    async def ReturnReferralForm(
        self, request: wire.ReturnReferralFormRequest, context: Context
    ) -> wire.ReturnReferralFormResponse:
        """For more."""
        caller = current_caller()
        command = await self._give_back(request, caller, "ReturnReferralForm")

        async def do(unit: WorkUnit) -> wire.ReturnReferralFormResponse:
            now = await hand_in.return_referral_form(unit, caller, self._forms, command)
            return wire.ReturnReferralFormResponse(referral_form=await self._shown(unit, caller, now))

        return await once(self._begin, caller, request, wire.ReturnReferralFormResponse, do)

    async def WithdrawReferralForm(
        self, request: wire.WithdrawReferralFormRequest, context: Context
    ) -> wire.WithdrawReferralFormResponse:
        """For good."""
        caller = current_caller()
        command = await self._give_back(request, caller, "WithdrawReferralForm")

        async def do(unit: WorkUnit) -> wire.WithdrawReferralFormResponse:
            now = await hand_in.withdraw_referral_form(unit, caller, self._forms, command)
            return wire.WithdrawReferralFormResponse(referral_form=await self._shown(unit, caller, now))

        return await once(self._begin, caller, request, wire.WithdrawReferralFormResponse, do)

    async def ListReferralPapers(
        self, request: wire.ListReferralPapersRequest, context: Context
    ) -> wire.ListReferralPapersResponse:
        """Brought and missing."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        form_id = _id(check)
        check.raise_if_any()
        council = self._bodies_of(caller.council_id)
        found = await list_referral_papers(self._begin, self._cases, caller, council, self._forms, form_id)
        return wire.ListReferralPapersResponse(
            papers=[paper_to_wire.paper(caller.council, one) for one in found.papers],
            missing=[paper_to_wire.missing(subject, kinds) for subject, kinds in found.missing.items()],
            may_follow=found.may_follow,
        )

    async def RenderReferralForm(
        self, request: wire.RenderReferralFormRequest, context: Context
    ) -> wire.RenderReferralFormResponse:
        """As page, PDF or Word file."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        form_id = _id(check)
        check.enum("format")
        check.raise_if_any()
        found = await fill.get_referral_form(self._begin, self._cases, caller, form_id)
        body = self._bodies_of(caller.council_id).bodies.get(found.body) if found.body else None
        async with self._begin(caller) as unit:
            references = _references(await unit.candidates.subjects(found.subjects), found)
        document = referral_document(self._forms[found.form], found, references, body.title if body else "")
        made = await write_document(self._writer, document, request.format, f"referral-{found.form_id}")
        return wire.RenderReferralFormResponse(
            content=made.content, media_type=made.media_type, file_name=made.file_name
        )

    async def _give_back(
        self, request: wire.ReturnReferralFormRequest | wire.WithdrawReferralFormRequest, caller: Caller, action: str
    ) -> hand_in.GiveBack:
        check = Check(request, council=caller.council)
        form_id = _id(check)
        reason = check.text("reason", _MOST_REASON, required=True)
        check.uuid("request_id")
        check.raise_if_any()
        await fill.read_referral_form(self._begin, self._cases, caller, action, form_id)
        return hand_in.GiveBack(form_id, reason)

    async def _shown(self, unit: ReferralUnit, caller: Caller, one: ReferralForm) -> wire.ReferralForm:
        (shown,) = await self._all_shown(unit, caller, [one])
        return shown

    async def _all_shown(
        self, unit: ReferralUnit, caller: Caller, forms: Sequence[ReferralForm]
    ) -> list[wire.ReferralForm]:
        """However many, their subjects are looked up once."""
        known = await unit.candidates.subjects(sorted({subject for one in forms for subject in one.subjects}))
        return [self._with_answers(caller, one, _references(known, one)) for one in forms]

    def _with_answers(self, caller: Caller, one: ReferralForm, references: Sequence[str]) -> wire.ReferralForm:
        shown = _to_wire(caller.council, one, references)
        shown.answers.extend(form_wire.answers(self._forms[one.form], one.answers))
        shown.known.extend(form_wire.answers(self._forms[one.form], one.known))
        return shown


def _references(known: Mapping[str, KnownSubject], one: ReferralForm) -> list[str]:
    """The council's own, of the subjects."""
    return [known[subject].reference for subject in one.subjects if subject in known]


def _read_create(request: wire.CreateReferralFormRequest, council: str) -> fill.CreateReferralForm:
    check = Check(request, council=council)
    check.resource_name("parent", convert.PARENT)
    form = check.text("form", 100, required=True)
    parts = check.resource_name("body", convert.BODY, required=False)
    check.uuid("request_id")
    convert.check_subjects(check, request.subjects)
    check.raise_if_any()
    body = BodyUuid(convert.id_of(parts, "body")) if parts else None
    return fill.CreateReferralForm(form, tuple(request.subjects), body)


def _id(check: Check) -> ReferralFormId:
    return ReferralFormId(convert.id_of(check.resource_name("name", REFERRAL_FORM), "referral_form"))


def _state_name(number: int) -> str:
    return wire.ReferralFormState.Name(wire.ReferralFormState.ValueType(number)).removeprefix("REFERRAL_FORM_STATE_")


def _to_wire(council: str, one: ReferralForm, references: Sequence[str]) -> wire.ReferralForm:
    return wire.ReferralForm(
        name=names.referral_form_name(council, one.form_id),
        form=one.form,
        subjects=one.subjects,
        body=names.body_name(council, one.body) if one.body else "",
        state=wire.ReferralFormState.Value(f"REFERRAL_FORM_STATE_{one.state.name}"),
        referral=names.referral_name(council, one.referral) if one.referral else "",
        reason=one.reason,
        create_time=instant(one.created_at),
        submit_time=instant(one.submitted_at),
        etag=str(one.version),
        references=references,
        papers_follow_because=one.papers_follow.because if one.papers_follow else "",
    )
