"""Arranging a meeting: where it does not begin, who may not, and giving it up."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb

from tests.web.browser.backstage import Backstage
from tests.web.browser.site import OwnSite, Site
from tests.web.browser.stand_in import Refusal, stand_in
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import Visitor, Visitors

OwnSites = Callable[..., OwnSite]
BEGUN = "Meetings that somebody has begun to arrange"


def test_what_is_begun_can_be_given_up(visitor: Visitors, backstage: Backstage) -> None:
    case = backstage.case()
    draft = backstage.begin(case)
    officer, other = visitor("business-support"), visitor("business-support-manager")
    other.open(draft)
    officer.open(draft)
    when("an officer gives it up")
    officer.follow("Give this up")
    officer.says("No time was taken and nobody was told", "The clock keeps running")
    officer.picture("arrange-give-up")
    officer.press("Keep it")
    assert officer.path == draft
    officer.follow("Give this up")
    officer.press("Give this up")
    then("it is gone from what is begun")
    assert officer.done == "The arrangement is given up. Nothing was booked and nobody was told"
    assert not any(case.reference in row for row in _begun(officer))
    when("a colleague who has it open goes on")
    other.press("Use these people and go on")
    then("they are told")
    other.says("This was given up", "Nothing was booked and nobody was told.")
    other.picture("arrange-given-up")


def _begun(officer: Visitor) -> list[str]:
    return officer.rows(BEGUN) if officer.has("table", BEGUN) else []


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("NO_CHAIR", "It is chaired by the team manager, and nobody with that role is recorded on the case."),
        ("MUST_NOT_MEET", "The chair is one of two people who must not meet"),
    ],
)
def test_what_cannot_be_begun_is_explained(
    visitor: Visitors, backstage: Backstage, own_site: OwnSites, site: Site, reason: str, says: str
) -> None:
    def refuse(request: drafts_pb.CreateMeetingDraftRequest) -> None:
        raise Refusal(reason)

    case = backstage.case()
    queue = pb.ListUnarrangedObligationsResponse(obligations=case.clocks)
    with stand_in(site.channel("scheduler"), ListUnarrangedObligations=queue, CreateMeetingDraft=refuse) as address:
        officer = visitor("business-support", at=own_site(PERMANENCE_SCHEDULER_ADDRESS=address).site)
        officer.open("/to-arrange")
        officer.press("Arrange the next one", status=409)
        then("it is said why, what to do, and that nothing was begun")
        officer.says("This meeting cannot be arranged yet", says, "Nothing was begun. The clock keeps running.")
        officer.picture(f"arrange-{reason.lower().replace('_', '-')}")


def test_who_may_not_arrange_finds_nothing(visitor: Visitors, backstage: Backstage, site: Site) -> None:
    given("a draft about a child who is not everybody's to know of")
    draft = backstage.begin(backstage.case())
    for persona in ("reviewing-officer", "social-worker", "panel-chair", "team-manager"):
        client = site.client(persona)
        for path in (draft, f"{draft}/check"):
            assert client.get(path).status_code == 404, (persona, path)
        fields = {"etag": backstage.draft(draft).etag, "request_id": str(uuid4())}
        assert client.post(draft, fields).status_code == 404, persona
    officer = visitor("reviewing-officer")
    officer.open(draft, status=404)
    officer.says("There is nothing here that you can see.")


def test_a_draft_that_is_not_there_is_a_page_that_is_not_there(site: Site) -> None:
    officer = site.client("business-support")
    for path in (f"/drafts/{uuid4()}", "/drafts/DM-0412", f"/drafts/{uuid4()}/check"):
        assert officer.get(path).status_code == 404
