"""Begin a referral by a form, keep its answers, read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from servicekit.ids import new_id
from servicekit.page import PageRequest, fill_page
from services.panels.app.policy import require
from services.panels.app.ports import Cases, CouncilBodies, KnownSubject
from services.panels.app.refer_subject import known_subjects
from services.panels.app.referral_ports import BeginReferral, Forms, KnownFacts, ReferralUnit
from services.panels.app.see_subjects import seen_subjects
from services.panels.app.tell_consent import tell_consent
from services.panels.domain.body import BodyUuid
from services.panels.domain.errors import ReferralFormClosedError
from services.panels.domain.form import Answer, Fault, Form, faults_of, known_answers, merged
from services.panels.domain.names import body_name, referral_form_name
from services.panels.domain.referral_form import ReferralForm, ReferralFormId, ReferralFormState


@dataclass(frozen=True)
class CreateReferralForm:
    """`body` is None for the coordinators of conferences."""

    form: str
    subjects: tuple[str, ...]
    body: BodyUuid | None


@dataclass(frozen=True)
class Begun:
    """What was looked up before the transaction."""

    form: Form
    seen: list[KnownSubject]
    known: Mapping[str, Answer]


@dataclass(frozen=True)
class SaveReferralForm:
    """What changed; an empty answer takes the field out."""

    form_id: ReferralFormId
    etag: str
    answers: Mapping[str, Answer]


async def look_up(
    cases: Cases, facts: KnownFacts, forms: Forms, caller: Caller, council: CouncilBodies, command: CreateReferralForm
) -> Begun:
    """Before the transaction. InvalidRequest for a form that there is not, or a body that does not fit it; NotFound for
    a body that the council does not have, or a subject that cases hides.
    """
    form = _fitting(forms, council, caller, command)
    about = body_name(caller.council, command.body) if command.body else f"councils/{caller.council}"
    require(caller, "CreateReferralForm", about)
    seen = await known_subjects(cases, caller, command.subjects)
    return Begun(form, seen, await facts.of(caller, command.subjects))


def _fitting(forms: Forms, council: CouncilBodies, caller: Caller, command: CreateReferralForm) -> Form:
    form = forms.get(command.form)
    if form is None:
        raise InvalidRequest([Violation("form", f"is one of: {', '.join(sorted(forms))}")])
    if form.for_body and command.body is None:
        raise InvalidRequest([Violation("body", "is required: this form is for a panel")])
    if not form.for_body and command.body is not None:
        raise InvalidRequest([Violation("body", "must be empty: this form goes to the coordinators of conferences")])
    if command.body is not None and command.body not in council.bodies:
        raise NotFound(body_name(caller.council, command.body))
    return form


async def create_referral_form(
    unit: ReferralUnit, caller: Caller, command: CreateReferralForm, begun: Begun
) -> ReferralForm:
    """A draft in which stands what is known."""
    for subject in begun.seen:
        await unit.candidates.put_subject(subject, members_known=subject.is_family)
    known = merged({}, known_answers(begun.form, begun.known))
    draft = ReferralForm(
        form_id=ReferralFormId(new_id()),
        form=command.form,
        subjects=command.subjects,
        body=command.body,
        state=ReferralFormState.DRAFT,
        answers=known,
        created_at=unit.now(),
        created_by=caller.principal_id,
        known=known,
    )
    await unit.referral_forms.add(draft)
    await unit.audit(caller, "CreateReferralForm", name_of(caller, draft), ["subjects", "answers"])
    return draft


async def read_referral_form(
    begin: BeginReferral, cases: Cases, caller: Caller, action: str, form_id: ReferralFormId
) -> ReferralForm:
    """Before a change, or instead of one. NotFound where it is not there, or one of its subjects is hidden."""
    name = referral_form_name(caller.council, form_id)
    require(caller, action, name)
    async with begin(caller) as unit:
        found = await unit.referral_forms.load(form_id)
    if found is None or await seen_subjects(begin, cases, caller, found.subjects) != set(found.subjects):
        raise NotFound(name)
    return found


async def get_referral_form(
    begin: BeginReferral, cases: Cases, caller: Caller, form_id: ReferralFormId
) -> ReferralForm:
    """With its answers; audited."""
    found = await read_referral_form(begin, cases, caller, "GetReferralForm", form_id)
    async with begin(caller) as unit:
        await unit.audit(caller, "GetReferralForm", name_of(caller, found), ["answers"])
    return found


async def save_referral_form(
    unit: ReferralUnit, caller: Caller, forms: Forms, command: SaveReferralForm
) -> ReferralForm:
    """InvalidRequest with every answer that cannot be kept; VersionClash; ReferralFormClosedError."""
    found = await locked(unit, caller, command.form_id)
    form = forms[found.form]
    if command.etag != str(found.version):
        raise VersionClash(name_of(caller, found))
    if not found.may_be_answered(form, command.answers):
        raise ReferralFormClosedError(referral_form=name_of(caller, found))
    if faults := faults_of(form, command.answers):
        raise InvalidRequest([violation(one) for one in faults])
    saved = found.answered(command.answers)
    await unit.referral_forms.change(saved)
    await tell_consent(unit, caller, form, found, saved)
    await unit.audit(caller, "SaveReferralForm", name_of(caller, saved), sorted(command.answers))
    return saved


async def locked(unit: ReferralUnit, caller: Caller, form_id: ReferralFormId) -> ReferralForm:
    """NotFound where it is gone."""
    found = await unit.referral_forms.load(form_id, lock=True)
    if found is None:
        raise NotFound(referral_form_name(caller.council, form_id))
    return found


def violation(fault: Fault) -> Violation:
    """A fault as the wire names it."""
    return Violation(f"answers[{fault.field}]", f"{fault.label}: {fault.description}")


async def list_referral_forms(
    begin: BeginReferral, cases: Cases, caller: Caller, state: ReferralFormState | None, page: PageRequest
) -> tuple[list[ReferralForm], tuple[str, ...]]:
    """A page of those whose subjects the caller may see, and the key of its end; empty on the last page."""
    require(caller, "ListReferralForms", f"councils/{caller.council}")

    async def read(request: PageRequest) -> list[ReferralForm]:
        async with begin(caller) as unit:
            return await unit.referral_forms.page(state, request)

    async def visible(found: Sequence[ReferralForm]) -> list[ReferralForm]:
        seen = await seen_subjects(begin, cases, caller, {subject for one in found for subject in one.subjects})
        return [one for one in found if seen >= set(one.subjects)]

    shown, last = await fill_page(page, read, visible, lambda one: (one.created_at.isoformat(), str(one.form_id)))
    return shown, last or ()


def name_of(caller: Caller, form: ReferralForm) -> str:
    """Resource name."""
    return referral_form_name(caller.council, form.form_id)
