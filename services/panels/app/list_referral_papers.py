"""The papers of a referral, before it is on an agenda as after."""

from dataclasses import dataclass

from servicekit.caller import Caller
from services.panels.app.fill_referral_form import name_of, read_referral_form
from services.panels.app.ports import Cases, CouncilBodies, UnitOfWork
from services.panels.app.read_papers import may_read
from services.panels.app.referral_ports import BeginReferral, Forms
from services.panels.domain.body import Body
from services.panels.domain.form import Form
from services.panels.domain.paper import Paper
from services.panels.domain.referral_form import ReferralForm, ReferralFormId
from services.panels.domain.referral_papers import Missing, missing_by_subject, needed_papers


@dataclass(frozen=True)
class ReferralPapers:
    """As one caller may read them. `may_follow`: whether the referral can be submitted without what is missing."""

    papers: tuple[Paper, ...]
    missing: Missing
    may_follow: bool


async def list_referral_papers(
    begin: BeginReferral, cases: Cases, caller: Caller, council: CouncilBodies, forms: Forms, form_id: ReferralFormId
) -> ReferralPapers:
    """None of a referral to the coordinators. NotFound where the referral or one of its subjects is hidden."""
    found = await read_referral_form(begin, cases, caller, "ListReferralPapers", form_id)
    async with begin(caller) as unit:
        brought = await unit.papers.brought(found.body, found.subjects) if found.body else []
        missing = await missing_papers(unit, council, forms[found.form], found)
        await unit.audit(caller, "ListReferralPapers", name_of(caller, found), ["papers"])
    readable = tuple(paper for paper in brought if may_read(caller, paper))
    return ReferralPapers(readable, missing, may_follow(council, found))


async def missing_papers(unit: UnitOfWork, council: CouncilBodies, form: Form, found: ReferralForm) -> Missing:
    """What the referral needs and nobody brought."""
    wanted = needed_papers(form, _body(council, found))
    if found.body is None or not wanted:
        return {}
    return missing_by_subject(wanted, await unit.papers.brought(found.body, found.subjects), found.subjects)


def may_follow(council: CouncilBodies, found: ReferralForm) -> bool:
    """Whether its body takes it before all papers are there."""
    body = _body(council, found)
    return body is not None and body.papers_may_follow


def _body(council: CouncilBodies, found: ReferralForm) -> Body | None:
    return council.bodies.get(found.body) if found.body else None
