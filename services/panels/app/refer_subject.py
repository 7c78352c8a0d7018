"""Ask a body to consider subjects."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, Violation
from servicekit.ids import new_id
from services.panels.app.arrange_agenda import arrange_agenda
from services.panels.app.policy import require
from services.panels.app.ports import Cases, CouncilBodies, KnownSubject, UnitOfWork
from services.panels.domain.body import Body, BodyUuid
from services.panels.domain.errors import AlreadyReferredError
from services.panels.domain.names import body_name, referral_name
from services.panels.domain.referral import Referral, ReferralState
from services.panels.domain.sitting import ReferralId


@dataclass(frozen=True)
class _Kind:
    """How a kind of subject is known by its resource name, and what it is called."""

    collection: str
    words: str


_KINDS: Final = {
    "child": _Kind("/children/", "children"),
    "sibling_group": _Kind("/siblingGroups/", "brothers and sisters together"),
    "carer_household": _Kind("/carerHouseholds/", "carers"),
}


@dataclass(frozen=True)
class ReferSubject:
    """Subjects that belong together come in one referral."""

    body: BodyUuid
    subjects: tuple[str, ...]
    reason: str


async def check_subjects(cases: Cases, caller: Caller, command: ReferSubject) -> list[KnownSubject]:
    """Before the transaction: whether the caller may refer, and may see each subject.

    NotFound for a subject that cases hides from them.
    """
    require(caller, "ReferSubject", body_name(caller.council, command.body))
    return await known_subjects(cases, caller, command.subjects)


async def known_subjects(cases: Cases, caller: Caller, subjects: Sequence[str]) -> list[KnownSubject]:
    """As cases shows them today. NotFound for one that it hides from the caller."""
    seen = await asyncio.gather(*(cases.subject(caller, subject) for subject in subjects))
    return [KnownSubject(one.subject, one.reference, one.restricted, one.is_family, one.members) for one in seen]


async def refer_subject(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: ReferSubject, seen: list[KnownSubject]
) -> Referral:
    """Keep the referral and put it on the next sitting with room.

    NotFound for a body that the council does not have; AlreadyReferredError where one of the subjects waits already.
    """
    referral = await refer(unit, caller, council, command, seen)
    name = referral_name(caller.council, referral.referral_id)
    await unit.audit(caller, "ReferSubject", name, ["subjects", "reason"])
    return await unit.referrals.load(referral.referral_id) or referral


async def refer(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: ReferSubject, seen: list[KnownSubject]
) -> Referral:
    """As `refer_subject`, not audited: whoever calls it says what it was done for.

    InvalidRequest for subjects whom the body does not hear.
    """
    body = council.bodies.get(command.body)
    if body is None:
        raise NotFound(body_name(caller.council, command.body))
    _refuse_not_heard(body, command.subjects)
    for subject in seen:
        await unit.candidates.put_subject(subject, members_known=subject.is_family)
    # Locked before the look for another referral, so that two at once do not both pass.
    await unit.sittings.coming(body.body_id, unit.now())
    waiting = await unit.referrals.waiting_for(body.body_id, command.subjects)
    if waiting is not None:
        both = sorted(set(waiting.subjects) & set(command.subjects))[0]
        raise AlreadyReferredError(subject=both, referral=referral_name(caller.council, waiting.referral_id))
    referral = Referral(
        ReferralId(new_id()), body.body_id, command.subjects, command.reason, ReferralState.WAITING, unit.now()
    )
    await unit.referrals.add(referral)
    await arrange_agenda(unit, body)
    await unit.wake_agenda(body.body_id)
    return referral


def _refuse_not_heard(body: Body, subjects: Sequence[str]) -> None:
    """Whom a body hears is its constitution's to say; one that says nothing hears everybody."""
    hears = body.constitution.subjects
    if not hears:
        return
    heard = ", ".join(_KINDS[kind].words for kind in hears)
    faults = [
        Violation(f"subjects[{place}]", f"is nobody whom this body hears; it hears: {heard}")
        for place, subject in enumerate(subjects)
        if not any(_KINDS[kind].collection in subject for kind in hears)
    ]
    if faults:
        raise InvalidRequest(faults)
