"""What the case record knows stands in a referral's draft with its source; what nobody may know does not."""

from datetime import date

import pytest
from google.type.date_pb2 import Date
from permanence.cases.v1 import obligation_pb2, subject_pb2
from permanence.panels.v1 import referrals_service_pb2 as wire
from permanence.panels.v1.minutes_service_pb2 import DOCUMENT_FORMAT_HTML

from services.panels.adapters.form_files import read_forms
from services.panels.domain.form import known_answers
from services.panels.domain.legal_status import LegalFact, legal_status
from tests.panels.test_referral_forms import Referrals, referrals

__all__ = ["referrals"]
TODAY = date(2026, 3, 2)


def _record(referrals: Referrals, *facts: tuple[str, date]) -> None:
    referrals.panels.cases.case_events = [
        obligation_pb2.CaseEvent(
            subject=referrals.child, type=kind, on_date=Date(year=on.year, month=on.month, day=on.day)
        )
        for kind, on in facts
    ]


def _known(form: wire.ReferralForm) -> dict[str, str]:
    return {one.field: one.text for one in form.known}


def _answers(form: wire.ReferralForm) -> dict[str, str]:
    return {one.field: one.text for one in form.answers}


async def test_the_legal_status_and_the_reviewing_officer_come_from_the_record(referrals: Referrals) -> None:
    _record(referrals, ("interim_care_order_made", date(2025, 9, 1)), ("care_order_made", date(2026, 1, 5)))
    referrals.panels.cases.involvements.append(
        subject_pb2.Involvement(subject=referrals.child, role="reviewing-officer", display_name="Robin Review")
    )
    draft = await referrals.begin()
    assert _answers(draft)["legal_status"] == "care_order" and _answers(draft)["reviewing_officer"] == "Robin Review"
    assert _known(draft) == _answers(draft)


async def test_what_somebody_changes_stands_beside_what_the_record_said(referrals: Referrals) -> None:
    _record(referrals, ("care_order_made", date(2026, 1, 5)))
    changed = await referrals.save(await referrals.begin(), legal_status="supervision_order", social_worker="")
    assert (_answers(changed)["legal_status"], _known(changed)["legal_status"]) == ("supervision_order", "care_order")
    assert "social_worker" not in _answers(changed) and _known(changed)["social_worker"] == "Sam Worker"
    again = await referrals.call("GetReferralForm", wire.GetReferralFormRequest(name=changed.name))
    assert again.known == changed.known
    request = wire.RenderReferralFormRequest(name=changed.name, format=DOCUMENT_FORMAT_HTML)
    made = await referrals.stub.RenderReferralForm(request, metadata=referrals.panels.metadata("social-worker"))
    page = made.content.decode()
    assert "What the case record said, as of" in page and "Supervision order" in page and "Care order" in page


async def test_whoever_may_not_read_the_facts_of_a_case_is_told_none(referrals: Referrals) -> None:
    _record(referrals, ("care_order_made", date(2026, 1, 5)))
    referrals.panels.cases.facts_hidden_from = {"oid-social-worker"}
    draft = await referrals.begin()
    assert "legal_status" not in _answers(draft) | _known(draft) and _known(draft)["social_worker"] == "Sam Worker"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ([], ""),
        ([("section_20_began", date(2025, 5, 1))], "section_20"),
        ([("section_20_began", date(2025, 5, 1)), ("interim_care_order_made", date(2025, 6, 1))], "interim_care_order"),
        ([("care_order_made", date(2026, 3, 2))], "care_order"),
        ([("section_20_began", date(2025, 5, 1)), ("care_order_made", date(2026, 3, 3))], "section_20"),
        ([("care_order_made", date(2025, 5, 1)), ("ceased_to_be_looked_after", date(2025, 6, 1))], ""),
        ([("care_order_made", date(2025, 5, 1)), ("placement_order_made", date(2025, 5, 1))], ""),
        ([("care_order_made", date(2025, 5, 1)), ("visit_made", date(2025, 6, 1))], "care_order"),
    ],
)
def test_the_status_is_the_one_that_began_last_and_nothing_where_another_fact_came_since(
    facts: list[tuple[str, date]], status: str
) -> None:
    assert legal_status([LegalFact(*one) for one in facts], TODAY) == status


def test_what_an_import_worked_out_is_not_told_as_the_legal_status() -> None:
    assert legal_status([LegalFact("section_20_began", TODAY, assumed=True)], TODAY) == ""


def test_a_fact_that_a_field_cannot_take_is_left_out() -> None:
    form = read_forms()["tracking-panel-referral"]
    facts = {"subject.legal_status": "something_else", "subject.display_name": "Ann Example"}
    assert known_answers(form, facts) == {"child_name": "Ann Example"}
