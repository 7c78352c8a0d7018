"""Papers of a referral: brought to the draft, asked for at submission, plain on the agenda where they follow."""

import pytest
from permanence.panels.v1 import paper_pb2
from permanence.panels.v1 import referrals_service_pb2 as wire

from services.panels.adapters.form_files import read_forms
from services.panels.domain.paper import PaperKind
from services.panels.domain.referral_papers import faults_of_papers, needed_papers
from tests.panels.conftest import BODY_ID, Panels, at, request_id
from tests.panels.paper_desk import PaperDesk, pdf_saying
from tests.panels.test_referral_forms import LATER, Referrals, referrals
from tests.panels.test_sittings import outcome
from tests.servicekit.serving import refusal

__all__ = ["referrals"]
REPORT, PLAN = paper_pb2.PAPER_KIND_SOCIAL_WORK_REPORT, paper_pb2.PAPER_KIND_PLAN


async def _papers(one: Referrals, name: str, role: str = "social-worker") -> wire.ListReferralPapersResponse:
    request = wire.ListReferralPapersRequest(name=name)
    reply: wire.ListReferralPapersResponse = await one.stub.ListReferralPapers(
        request, metadata=one.panels.metadata(role), timeout=10
    )
    return reply


async def test_papers_are_brought_to_a_draft_and_what_is_missing_is_told(referrals: Referrals) -> None:
    draft, desk = await referrals.begin(), PaperDesk(referrals.panels)
    before = await _papers(referrals, draft.name)
    assert [(one.subject, list(one.kinds)) for one in before.missing] == [(referrals.child, [REPORT, PLAN])]
    assert before.may_follow and not before.papers
    paper = await desk.add(referrals.child, pdf_saying("About Ann."))
    after = await _papers(referrals, draft.name)
    assert [one.name for one in after.papers] == [paper.name]
    assert [list(one.kinds) for one in after.missing] == [[PLAN]]
    await desk.withdraw(paper.name)
    assert [list(one.kinds) for one in (await _papers(referrals, draft.name)).missing] == [[REPORT, PLAN]]


async def test_a_restricted_paper_counts_and_is_shown_to_few(referrals: Referrals) -> None:
    draft, desk = await referrals.begin(), PaperDesk(referrals.panels)
    await desk.add(referrals.child, pdf_saying("About Ann."), kind=PLAN, restricted=True)
    assert [one.kind for one in (await _papers(referrals, draft.name)).papers] == [PLAN]
    seen = await _papers(referrals, draft.name, "team-manager")
    assert not seen.papers and [list(one.kinds) for one in seen.missing] == [[REPORT]]


async def test_a_referral_without_its_papers_is_refused_with_which_and_what_to_do(referrals: Referrals) -> None:
    whole, desk = await referrals.filled(), PaperDesk(referrals.panels)
    answer = await refusal(lambda: referrals.submit(whole, because=""))
    assert [(one.field, one.description) for one in answer.bad.field_violations] == [
        (
            "papers[social-work-report]",
            "Social worker's report: is missing: add it to the referral, or say why it comes later",
        ),
        (
            "papers[plan]",
            "Care plan or permanence plan: is missing: add it to the referral, or say why it comes later",
        ),
    ]
    for kind in (REPORT, PLAN):
        await desk.add(referrals.child, pdf_saying("About Ann."), kind=kind)
    handed_in = await referrals.submit(whole, because="")
    assert (handed_in.state, handed_in.papers_follow_because) == (wire.REFERRAL_FORM_STATE_SUBMITTED, "")


async def test_papers_that_follow_stand_on_the_agenda_until_they_are_there(referrals: Referrals) -> None:
    panels, desk = referrals.panels, PaperDesk(referrals.panels)
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    await panels.sitting_with(meeting, 0)
    await desk.add(referrals.child, pdf_saying("About Ann."))
    handed_in = await referrals.submit(await referrals.filled())
    assert handed_in.papers_follow_because == LATER
    assert await _said(panels, meeting) == [f"Submitted without the care plan or permanence plan: {LATER}"]
    returned = await referrals.give_back("ReturnReferralForm", handed_in)
    assert returned.papers_follow_because == ""
    again = await referrals.submit(returned)
    await desk.add(referrals.child, pdf_saying("Her plan."), kind=PLAN)
    assert await _said(panels, meeting) == []
    assert again.papers_follow_because == LATER


async def _said(panels: Panels, meeting: str) -> list[str]:
    return [line for item in (await panels.sitting_of(meeting)).agenda for line in item.papers_follow]


async def test_papers_heard_once_are_not_those_of_the_next_referral(referrals: Referrals) -> None:
    panels, desk = referrals.panels, PaperDesk(referrals.panels)
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    await panels.sitting_with(meeting, 0)
    for kind in (REPORT, PLAN):
        await desk.add(referrals.child, pdf_saying("About Ann."), kind=kind)
    await referrals.submit(await referrals.filled(), because="")
    sitting = await panels.sitting_with(meeting, 1)
    panels.set_time(at(10, 11))
    await panels.call("RecordOutcome", outcome(sitting.agenda[0]), "panel-chair")
    another = await referrals.begin()
    assert [list(one.kinds) for one in (await _papers(referrals, another.name)).missing] == [[REPORT, PLAN]]


async def test_a_referral_to_the_coordinators_asks_for_no_paper(referrals: Referrals) -> None:
    draft = await referrals.begin("family-group-conference-referral", "")
    assert await _papers(referrals, draft.name) == wire.ListReferralPapersResponse()


async def test_the_papers_of_a_hidden_child_are_not_there(referrals: Referrals) -> None:
    draft = await referrals.begin()
    referrals.panels.cases.hidden_from[referrals.child] = {"oid-team-manager"}
    hidden = await refusal(lambda: _papers(referrals, draft.name, "team-manager"))
    absent = await refusal(lambda: _papers(referrals, f"councils/demo/referralForms/{request_id()}", "team-manager"))
    assert hidden.code is absent.code


@pytest.mark.parametrize(
    ("because", "may_follow", "found"),
    [
        ("", False, {"papers[plan]": "is missing: add it to the referral"}),
        ("", True, {"papers[plan]": "is missing: add it to the referral, or say why it comes later"}),
        (LATER, True, {}),
        (LATER, False, {"papers_follow_because": "cannot be given: this panel takes no referral without its papers"}),
    ],
)
def test_papers_follow_only_where_the_pack_lets_them(because: str, may_follow: bool, found: dict[str, str]) -> None:
    faults = faults_of_papers({"councils/demo/children/1": (PaperKind.PLAN,)}, because, may_follow=may_follow)
    assert {one.field: one.description for one in faults} == found


def test_without_a_body_a_form_asks_for_its_own_papers_alone() -> None:
    assert needed_papers(read_forms()["family-group-conference-referral"], None) == ()
