"""A referral from a child's page to the agenda: filled in part by part, handed in, given back for more, withdrawn."""

import pytest
from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import referrals_service_pb2 as pb
from permanence.panels.v1.referrals_service_pb2_grpc import ReferralsServiceStub

from tests.web.browser.panel import Panel, key
from tests.web.browser.paper import FILE, pdf_of
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors

SUMMARY = "No plan is agreed, and the second review is near."
LATER = "The judge asked for another plan yesterday."
WANTED = "The care plan is missing."
PANEL = "Permanence planning and tracking meeting"


@pytest.fixture
def child(panel: Panel, site: Site) -> Subject:
    """Known to a social worker and to business support, and not referred yet."""
    seen = {one.name for one in panel.children("social-worker")}
    referred = {name for one in _listed(panel, site) for name in one.subjects}
    return next(one for one in panel.children() if one.name in seen and not one.restricted and one.name not in referred)


def _listed(panel: Panel, site: Site) -> list[pb.ReferralForm]:
    request = pb.ListReferralFormsRequest(parent="councils/demo", page_size=500)
    with site.channel("panels") as channel:
        return list(ReferralsServiceStub(channel).ListReferralForms(request, metadata=panel.who()).referral_forms)


@pytest.mark.parametrize("mode", MODES)
def test_a_child_is_referred_to_the_tracking_panel(
    visitor: Visitors, panel: Panel, site: Site, child: Subject, mode: Mode
) -> None:
    given("a social worker on a child's page")
    worker = visitor("social-worker", mode)
    worker.open(f"/children/{key(child.name)}")
    worker.follow("Refer to a panel or for a family group conference")
    when("they choose nothing, and then the panel")
    worker.press("Begin the referral")
    assert worker.faults == ["Choose what you refer to"]
    worker.choose(PANEL)
    worker.press("Begin the referral")
    then("what is known stands there, and what is missing is said")
    worker.says(
        child.display_name, "Still needed: ", "It can be submitted once everything that is needed is filled in."
    )
    worker.press("Submit the referral")
    assert "Kind of placement: is needed before this can be sent" in worker.faults
    worker.says("From the case record, as of")
    worker.picture("referral-missing")
    when("they fill it in, part by part")
    worker.follow("Change The child")
    worker.choose("Supervision order")
    worker.write("Name", "Somebody Else")
    worker.press("Save and go on")
    worker.choose("Residential home")
    worker.press("Save and go on")
    worker.tick("Adoption")
    worker.write("What the panel should know", SUMMARY)
    worker.picture("referral-part")
    worker.press("Save and stay")
    worker.says("Saved")
    worker.press("Save and go on")
    worker.press("Save and go on")
    then("the whole is there to be read, and handed in")
    worker.says("Supervision order", "Residential home", "Adoption", SUMMARY)
    worker.says("Somebody Else", f": {child.display_name}")
    worker.says_not("Still needed")
    worker.picture("referral")
    worker.press("Submit the referral")
    assert len(worker.faults) == 2 and worker.faults[1].startswith("Care plan or permanence plan: is missing")
    when("they bring one paper and say why the other comes later")
    worker.follow("Read the papers, add one or take one back")
    worker.press("Add the paper", status=422)
    assert worker.faults == ["Choose what it is"]
    worker.select("What is it?", "Social worker's report")
    file = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": pdf_of(1)}
    worker.page.get_by_label(FILE).set_input_files(files=[file])
    worker.press("Add the paper")
    assert worker.done == "The paper is added"
    worker.says("Missing", "Care plan or permanence plan")
    worker.follow("Back to the referral")
    worker.write("Why papers that are missing come later", LATER)
    worker.press("Submit the referral")
    assert worker.done == "The referral is submitted"
    worker.says(f"Why papers come later: {LATER}")
    assert not worker.has("button", "Submit the referral") and not worker.has("link", "Change The child")
    path = worker.path
    when("the chair reads it and asks for more")
    chair = visitor("panel-chair", mode)
    chair.open("/referrals?state=submitted")
    chair.follow(f"{child.display_name}, {child.reference}")
    chair.follow("Return it for more")
    chair.press("Return it")
    assert chair.faults == ["Say why"]
    chair.write("Reason", WANTED)
    chair.press("Return it")
    then("the social worker reads what is wanted, hands it in again, and takes it back at last")
    worker.open(path)
    worker.says("Returned for more", f"What is still wanted: {WANTED}")
    worker.write("Why papers that are missing come later", LATER)
    worker.press("Submit the referral")
    assert worker.done == "The referral is submitted"
    worker.follow("Withdraw it")
    worker.write("Reason", "The family moves away.")
    worker.press("Withdraw it")
    worker.says("Withdrawn", "Why it was withdrawn: The family moves away.")
    states = [one.state for one in _listed(panel, site) if key(one.name) in path]
    assert states == [pb.REFERRAL_FORM_STATE_WITHDRAWN]
