"""What leaves the council: what waits and why, what to tell people meanwhile, giving up, stopping and starting."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from permanence.notifications.v1 import integration_service_pb2 as pb

from tests.web.browser.panel import COUNCIL
from tests.web.browser.site import OwnSite, Site
from tests.web.browser.stand_in import Refusal, stand_in
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, WIDTHS, Mode, Visitors
from web.words import LONDON, timestamp

MANAGER = "business-support-manager"
CAPTION = "What keeps failing"
SINCE = datetime(2026, 3, 24, 9, 12, tzinfo=LONDON)
RING = "Ring those with a meeting in the next two days: 1 meeting."
ADVICE = f"Invitations wait because Outlook does not answer since 09:12. {RING}"
TROUBLE = "Not sent: Outlook cannot be reached. It is tried again by itself."


class Held:
    """A notifications service in which a meeting cannot be told and an event cannot be taken in."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """As before anybody did anything."""
        self.stop = ""
        self.retried: list[str] = []
        self.given_up: list[tuple[str, str]] = []

    def health(self, request: pb.GetIntegrationHealthRequest) -> pb.GetIntegrationHealthResponse:
        """As things stand."""
        meeting = pb.WaitingWork(
            kind="meeting",
            item=f"{COUNCIL}/meetings/00000000-0000-0000-0000-000000000001",
            reference="M-2041",
            since_time=timestamp(SINCE),
            attempts=7,
            troubles=[TROUBLE],
            can_be_discarded=True,
        )
        event = pb.WaitingWork(
            kind="feed",
            producer="cases",
            item=f"{COUNCIL}/children/00000000-0000-0000-0000-000000000002",
            since_time=timestamp(SINCE - timedelta(hours=1)),
            troubles=["A change told by cases could not be taken in (KeyError), and what came after it waits."],
            can_be_discarded=True,
        )
        waiting = [one for one in (event, meeting) if one.item not in {item for item, _ in self.given_up}]
        return pb.GetIntegrationHealthResponse(
            advice=[ADVICE],
            depths=[pb.WorkDepth(kind="meeting", waiting=1, oldest_time=timestamp(SINCE))],
            waiting=waiting,
            stop=pb.SendingStop(stop_time=timestamp(SINCE), reason=self.stop) if self.stop else None,
            hourly_mail=[pb.HourlyMail(source="outlook", people=12, most=1000)],
            certificate_end_time=timestamp(SINCE + timedelta(days=90)),
            mailbox_read_time=timestamp(SINCE),
            emailed_answers=pb.EmailedAnswers(
                address="invitations@north.example.org",
                read_time=timestamp(SINCE - timedelta(days=1)),
                failing_since_time=timestamp(SINCE),
                set_aside=3,
                oldest_set_aside_time=timestamp(SINCE - timedelta(days=1)),
            ),
            mail_server=pb.MAIL_SERVER_STATE_SILENT,
        )

    def retry(self, request: pb.RetryWorkRequest) -> pb.RetryWorkResponse:
        """Refused where it is given up."""
        if request.item in {item for item, _ in self.given_up}:
            raise Refusal("NOTHING_WAITS")
        self.retried.append(request.item)
        return pb.RetryWorkResponse()

    def discard(self, request: pb.DiscardWorkRequest) -> pb.DiscardWorkResponse:
        """Three people are to be told."""
        self.given_up.append((request.item, request.reason))
        return pb.DiscardWorkResponse(to_be_told=3)

    def stop_all(self, request: pb.StopSendingRequest) -> pb.StopSendingResponse:
        """From now on."""
        self.stop = request.reason
        return pb.StopSendingResponse()

    def start_all(self, request: pb.StartSendingRequest) -> pb.StartSendingResponse:
        """Again."""
        self.stop = ""
        return pb.StartSendingResponse()


@pytest.fixture(scope="module")
def held(site: Site) -> Iterator[tuple[Held, Site]]:
    """What is held back, and a site whose notifications service says so."""
    made = Held()
    with stand_in(
        GetIntegrationHealth=made.health,
        RetryWork=made.retry,
        DiscardWork=made.discard,
        StopSending=made.stop_all,
        StartSending=made.start_all,
    ) as address:
        own = OwnSite(site, {"PERMANENCE_NOTIFICATIONS_ADDRESS": address})
        yield made, own.site
        own.stop()


@pytest.mark.parametrize("mode", MODES)
def test_what_waits_is_tried_again_or_given_up_with_a_reason(
    visitor: Visitors, held: tuple[Held, Site], mode: Mode
) -> None:
    made, at = held
    made.begin_anew()
    given("a manager, and Outlook does not answer")
    manager = visitor(MANAGER, mode, at=at)
    manager.open("/integration")
    then("the page says what to tell people, what waits, since when and why")
    manager.says(ADVICE)
    assert len(manager.rows(CAPTION)) == 2
    (row,) = (one for one in manager.rows(CAPTION) if "M-2041" in one)
    assert TROUBLE in row and "Tuesday 24 March 2026, 9:12am" in row and "7 tries" in row
    manager.says("12 people of at most 1,000")
    manager.says("Does not answer")
    manager.says("Cannot be read since Tuesday 24 March 2026, 9:12am")
    manager.says("3, the first since Monday 23 March 2026, 9:12am, in invitations@north.example.org")
    manager.picture("integration")
    when("they press without choosing")
    manager.press("Try it again now")
    then("the page says what to do")
    assert manager.faults == ["Choose one of the list"]
    when("they choose the meeting")
    manager.choose("Choose Telling people of a meeting M-2041")
    manager.press("Try it again now")
    then("it is tried")
    assert manager.done == "It is being tried again now" and len(made.retried) == 1
    when("they give it up without a reason")
    manager.choose("Choose Telling people of a meeting M-2041")
    manager.press("Give it up")
    then("a reason is asked for")
    assert manager.faults == ["Say why it is given up, and what was done instead"]
    when("they give one")
    manager.write("Why is it given up?", "All were rung.")
    manager.press("Give it up")
    then("it is gone, and they know whom to tell")
    assert manager.done == "You have given it up. To be told by you: 3 people"
    assert [reason for _, reason in made.given_up] == ["All were rung."] and len(manager.rows(CAPTION)) == 1


@pytest.mark.parametrize("mode", MODES)
def test_everything_is_stopped_and_started_again(visitor: Visitors, held: tuple[Held, Site], mode: Mode) -> None:
    made, at = held
    made.begin_anew()
    given("a manager, and invitations that must not go")
    manager = visitor(MANAGER, mode, at=at)
    manager.open("/integration")
    when("they stop everything without a reason")
    manager.press("Stop everything")
    then("the page asks for one")
    assert manager.faults == ["Say why everything is stopped"]
    when("they give one")
    manager.write("Why is everything stopped?", "A list went wrong.")
    manager.press("Stop everything")
    then("the page says so")
    assert manager.done == "You have stopped everything that leaves for this council"
    manager.says("Sending is stopped since Tuesday 24 March 2026, 9:12am: A list went wrong.")
    when("they start again")
    manager.press("Start sending again")
    then("nothing is stopped")
    assert manager.done == "You have started sending again" and made.stop == ""


@pytest.mark.parametrize("mode", WIDTHS)
def test_who_may_only_watch_is_offered_the_stop_alone(visitor: Visitors, held: tuple[Held, Site], mode: Mode) -> None:
    made, at = held
    made.begin_anew()
    leader = visitor("team-manager", mode, at=at)
    leader.open("/integration")
    leader.says(ADVICE)
    assert not leader.has("button", "Try it again now") and leader.has("button", "Stop everything")
    visitor("business-support", mode, at=at).open("/integration", status=404)
