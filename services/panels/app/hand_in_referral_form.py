"""Hand a referral in, give it back for more, take it back for good."""

from dataclasses import dataclass

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, VersionClash, Violation
from services.panels.app.fill_referral_form import locked, name_of, violation
from services.panels.app.list_referral_papers import may_follow, missing_papers
from services.panels.app.ports import Cases, CouncilBodies, KnownSubject
from services.panels.app.refer_subject import ReferSubject, known_subjects, refer
from services.panels.app.referral_ports import Forms, ReferralUnit
from services.panels.app.tell_consent import tell_consent
from services.panels.domain.body import BodyUuid
from services.panels.domain.errors import ReferralFormClosedError, ReferralFormNotSubmittedError, ReferralHeardError
from services.panels.domain.form import Form, is_empty, wanting
from services.panels.domain.referral_form import WITH_THE_REFERRER, ReferralForm, ReferralFormId, ReferralFormState
from services.panels.domain.referral_papers import Missing, PapersFollow, faults_of_papers, kinds_of
from services.panels.domain.sitting import ReferralId

# What the body's members read of it on the agenda, the first that was answered.
_SAID = ("question", "summary", "situation")


@dataclass(frozen=True)
class Submit:
    """What is submitted is what was read. `papers_follow_because`: why papers that are missing come later."""

    form_id: ReferralFormId
    etag: str
    papers_follow_because: str = ""


@dataclass(frozen=True)
class GiveBack:
    """`reason`: what is missing, or why it is withdrawn."""

    form_id: ReferralFormId
    reason: str


async def submit_referral_form(
    unit: ReferralUnit, caller: Caller, council: CouncilBodies, forms: Forms, seen: list[KnownSubject], command: Submit
) -> ReferralForm:
    """Onto the next agenda with room, or to the coordinators.

    InvalidRequest with every needed field that is empty and every paper that is missing; VersionClash;
    ReferralFormClosedError; AlreadyReferredError.
    """
    found = await locked(unit, caller, command.form_id)
    if command.etag != str(found.version):
        raise VersionClash(name_of(caller, found))
    if found.state not in WITH_THE_REFERRER:
        raise ReferralFormClosedError(referral_form=name_of(caller, found))
    form = forms[found.form]
    missing = await missing_papers(unit, council, form, found)
    _refuse_unfinished(form, found, missing, command.papers_follow_because, may_follow=may_follow(council, found))
    follow = PapersFollow(kinds_of(missing), command.papers_follow_because) if missing else None
    submitted = found.submitted(unit.now(), await _refer(unit, caller, council, found, form, seen), follow)
    await unit.referral_forms.change(submitted)
    await tell_consent(unit, caller, form, found, submitted)
    await unit.audit(caller, "SubmitReferralForm", name_of(caller, submitted), ["state"])
    return submitted


def _refuse_unfinished(form: Form, found: ReferralForm, missing: Missing, because: str, *, may_follow: bool) -> None:
    """Everything at once, so that nobody is sent back twice."""
    faults = [violation(one) for one in wanting(form, found.answers)]
    faults += [
        Violation(one.field, f"{one.label}: {one.description}")
        for one in faults_of_papers(missing, because, may_follow=may_follow)
    ]
    if faults:
        raise InvalidRequest(faults)


async def _refer(
    unit: ReferralUnit,
    caller: Caller,
    council: CouncilBodies,
    found: ReferralForm,
    form: Form,
    seen: list[KnownSubject],
) -> ReferralId | None:
    if found.body is None:
        return None
    command = ReferSubject(found.body, found.subjects, _reason(form, found))
    return (await refer(unit, caller, council, command, seen)).referral_id


def _reason(form: Form, found: ReferralForm) -> str:
    """What its members are told; the whole form stands behind it."""
    said = (found.answers.get(key) for key in _SAID)
    return next((one for one in said if isinstance(one, str) and not is_empty(one)), form.title)


async def seen_again(cases: Cases, caller: Caller, found: ReferralForm) -> list[KnownSubject]:
    """Before the transaction: the subjects as they stand today. NotFound where one is hidden."""
    return await known_subjects(cases, caller, found.subjects)


async def return_referral_form(unit: ReferralUnit, caller: Caller, forms: Forms, command: GiveBack) -> ReferralForm:
    """For more; it leaves the agenda. ReferralFormNotSubmittedError; ReferralHeardError."""
    found = await locked(unit, caller, command.form_id)
    if found.state is not ReferralFormState.SUBMITTED:
        raise ReferralFormNotSubmittedError(referral_form=name_of(caller, found))
    returned = found.given_back(ReferralFormState.RETURNED, command.reason)
    await tell_consent(unit, caller, forms[found.form], found, returned)
    return await _given_back(unit, caller, found, returned, "ReturnReferralForm")


async def withdraw_referral_form(unit: ReferralUnit, caller: Caller, forms: Forms, command: GiveBack) -> ReferralForm:
    """For good; it leaves the agenda. ReferralFormClosedError; ReferralHeardError."""
    found = await locked(unit, caller, command.form_id)
    if found.state is ReferralFormState.WITHDRAWN:
        raise ReferralFormClosedError(referral_form=name_of(caller, found))
    withdrawn = found.given_back(ReferralFormState.WITHDRAWN, command.reason)
    await tell_consent(unit, caller, forms[found.form], found, withdrawn)
    return await _given_back(unit, caller, found, withdrawn, "WithdrawReferralForm")


async def _given_back(
    unit: ReferralUnit, caller: Caller, found: ReferralForm, now: ReferralForm, action: str
) -> ReferralForm:
    if found.referral is not None and found.body is not None:
        await _off_the_agenda(unit, name_of(caller, found), found.body, found.referral)
    await unit.referral_forms.change(now)
    await unit.audit(caller, action, name_of(caller, now), ["state", "reason"])
    return now


async def _off_the_agenda(unit: ReferralUnit, name: str, body: BodyUuid, referral: ReferralId) -> None:
    # Locked as whoever arranges the agenda locks them, so that nothing is put on it meanwhile.
    await unit.sittings.coming(body, unit.now())
    if not await unit.referrals.withdraw(referral):
        raise ReferralHeardError(referral_form=name)
    await unit.wake_agenda(body)
