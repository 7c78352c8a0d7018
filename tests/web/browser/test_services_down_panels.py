"""Clocks, agendas, outcomes and minutes while a service is down: what still works is said, and nothing is lost."""

import contextlib
from datetime import timedelta
from uuid import uuid4

import grpc
from google.type import date_pb2
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb

from tests.web.browser.panel import COUNCIL, Panel, key, path_of
from tests.web.browser.site import Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import Visitor, Visitors
from web.words import LONDON, london

GONE = "does not answer just now, so this page cannot be shown. It is not empty: nobody can look."
NOT_SENT = "This was not sent: the part of the system that holds "
AGAIN = "Press the button again in a minute; it cannot happen twice."
REASONS = "Typed while the panel sat."
TEXT = "Typed after the meeting."
WAITS = "Look for the grandmother."


def _is_gone(visitor: Visitor, *paths: str) -> None:
    for path in paths:
        visitor.open(path, status=503)
        visitor.says(GONE)


def _fill_in_an_outcome(chair: Visitor, site: Site) -> None:
    chair.choose("Endorsed what is planned")
    chair.write("What was said, and why", REASONS)
    chair.write("Action 1: what is to be done", "Ask the aunt.")
    chair.select("Action 1: who does it", "Social worker")
    chair.write_date("Action 1: by when", site.clock.now().astimezone(LONDON).date() + timedelta(days=7))


def _was_not_sent(visitor: Visitor, field: str, typed: str) -> None:
    (fault,) = visitor.faults
    assert fault.startswith(NOT_SENT) and fault.endswith(AGAIN)
    assert visitor.page.get_by_label(field, exact=True).input_value() == typed


def test_without_panels_what_was_typed_is_kept_and_sent_once(visitor: Visitors, panel: Panel, site: Site) -> None:
    planned, place, (minutes, _) = panel.planned(), panel.waiting(), panel.unwritten()
    given("the chair with an outcome, business support with minutes, and somebody with an agenda")
    chair, officer, orderer = visitor("panel-chair", "keyboard"), visitor("business-support"), visitor("panel-chair")
    chair.open(place.path)
    _fill_in_an_outcome(chair, site)
    officer.open(f"/minutes/{key(minutes.name)}")
    officer.write("Minutes", TEXT)
    orderer.open(path_of(planned))
    with site.without("panels"):
        when("they send what they typed while panels is down")
        chair.press("Record and go on", status=503)
        officer.press("Save the draft", status=503)
        orderer.press("Down item 1", status=503)
        then("they are told, and each text is still there")
        _was_not_sent(chair, "What was said, and why", REASONS)
        _was_not_sent(officer, "Minutes", TEXT)
        orderer.says("does not answer just now")
        chair.picture("outcome-without-panels")
        when("they send it once more")
        chair.press("Record and go on", status=503)
        _was_not_sent(chair, "What was said, and why", REASONS)
        then("pages that need panels say that nobody can look, and never that there is nothing")
        _is_gone(orderer, "/sittings", path_of(planned), f"{path_of(planned)}/run-sheet", "/minutes")
        then("clocks and meetings are still there")
        orderer.open(f"/children/{key(place.subject)}")
        orderer.says("Running clocks, the next at the top")
    when("it answers again")
    chair.press("Record and go on")
    officer.press("Save the draft")
    then("what was typed is recorded, once")
    assert chair.done.startswith("Recorded at ") and officer.done == "The draft is saved"
    item = next(one for one in panel.agenda(place.sitting) if one.name == place.item.name)
    assert [one.reasons for one in item.outcomes] == [REASONS] and len(item.outcomes[0].actions) == 1
    assert panel.minutes_named(minutes.name).text == TEXT
    order = {one.name: place for place, one in enumerate(planned.agenda)}
    now = [order[one.name] for one in panel.agenda(planned) if one.name in order]
    assert now == sorted(now), "an item was moved"


def test_without_cases_agendas_are_read_by_reference(visitor: Visitors, panel: Panel, site: Site) -> None:
    planned, place, (minutes, _) = panel.planned(), panel.waiting(), panel.unwritten()
    name = panel.subject(place.subject).display_name
    chair, officer = visitor("panel-chair"), visitor("business-support")
    chair.open(place.path)
    _fill_in_an_outcome(chair, site)
    officer.open(f"/minutes/{key(minutes.name)}")
    officer.write("Minutes", TEXT)
    with site.without("cases"):
        when("cases is down and they send what they typed")
        chair.press("Record and go on", status=503)
        officer.press("Save the draft", status=503)
        then("it is not sent, for nobody can say whose case they may touch, and it is kept")
        _was_not_sent(chair, "What was said, and why", REASONS)
        _was_not_sent(officer, "Minutes", TEXT)
        then("agendas can be read by reference")
        chair.open(path_of(planned))
        chair.says("The agenda is complete; its items are shown by reference.", planned.agenda[0].references[0])
        chair.says_not(name)
        chair.picture("agenda-without-names")
        chair.open(f"{path_of(planned)}/run-sheet")
        chair.says("Children's names could not be looked up just now. Items are shown by reference.")
        then("minutes are shown to nobody while nobody can say who may read them; the page names the part that is down")
        _is_gone(officer, f"/children/{key(place.subject)}", f"/minutes/{key(minutes.name)}", "/minutes")
        officer.says("The part that holds children's names, their clocks and the people around them")
    when("it answers again")
    chair.open(place.path)
    officer.open(f"/minutes/{key(minutes.name)}")
    then("nothing was recorded behind anybody's back")
    assert chair.has("button", "Record and go on") and name in chair.heading
    officer.says("Not written yet")


def _asks_for_a_restricted_child(panel: Panel) -> None:
    """A sitting gives something to do for a child whose case is restricted."""
    child = next(one for one in panel.children() if one.restricted).name
    body = panel.sittings()[0].body
    refer = pb.ReferSubjectRequest(
        parent=COUNCIL, body=body, subjects=[child], reason="To be heard.", request_id=str(uuid4())
    )
    with contextlib.suppress(grpc.RpcError):  # it waits for a sitting already
        panel.panels.ReferSubject(refer, metadata=panel.who())

    def placed() -> tuple[wire.Sitting, wire.AgendaItem] | None:
        for one in panel.sittings():
            sitting = panel.sitting(one.name, "business-support")
            for item in sitting.agenda if one.state == wire.SITTING_STATE_PLANNED else ():
                if child in item.subjects and not item.outcomes:
                    return sitting, item
        return None

    sitting, item = until("the child is on an agenda", placed)
    panel.site.clock.move_to(max(panel.site.clock.now(), london(sitting.start_time) + timedelta(minutes=1)))
    due = london(sitting.start_time).date() + timedelta(days=60)
    action = wire.Action(text=WAITS, owner_role="social-worker", due_date=date_pb2.Date(
        year=due.year, month=due.month, day=due.day))  # fmt: skip
    record = pb.RecordOutcomeRequest(
        agenda_item=item.name, subject=child, kind=wire.OUTCOME_KIND_ENDORSED, reasons=REASONS, actions=[action],
        request_id=str(uuid4()),
    )  # fmt: skip
    panel.panels.RecordOutcome(record, metadata=panel.who())


def test_without_cases_matters_arising_are_never_taken_for_all_there_are(
    visitor: Visitors, panel: Panel, site: Site
) -> None:
    given("something that an earlier sitting asked for, of a restricted case")
    _asks_for_a_restricted_child(panel)
    planned = panel.planned()
    officer = visitor("business-support", "phone")
    officer.open(path_of(planned))
    officer.says("Matters arising", WAITS)
    officer.says_not("could not all be read")
    with site.without("cases"):
        when("cases is down")
        officer.open(path_of(planned))
        then("the agenda says that there may be more, and whose it is stays unsaid")
        officer.says("Matters arising could not all be read", "There may be more than you see. Nothing is lost")
        officer.says_not(WAITS)
    when("it answers again")
    officer.open(path_of(planned))
    officer.says(WAITS)
    officer.says_not("could not all be read")


def test_without_the_scheduler_sittings_and_minutes_go_on(visitor: Visitors, panel: Panel, site: Site) -> None:
    planned, place, (minutes, _) = panel.planned(), panel.waiting(), panel.unwritten()
    chair, officer = visitor("panel-chair"), visitor("business-support", "narrow")
    with site.without("scheduler"):
        when("the scheduler is down")
        chair.open(path_of(planned))
        then("the agenda says what is not known of its meeting, and can still be put in order")
        chair.says("Who is invited and in which room it is, is not known here.")
        chair.press("Down item 1")
        chair.says("Item 1 is now item 2.")
        then("a child's clocks are complete, and no meeting is said to be missing")
        officer.open(f"/children/{key(place.subject)}")
        officer.says("Whether any are booked is not known; the clocks above are complete.")
        officer.says_not("No meeting is booked")
        officer.picture("narrow-child-clocks-without-meetings")
        then("an outcome can be recorded")
        chair.open(place.path)
        _fill_in_an_outcome(chair, site)
        chair.press("Record and go on")
        assert chair.done.startswith("Recorded at ")
        then("minutes can be read, written and signed, of a meeting without its title")
        officer.open("/minutes")
        officer.says("so titles of meetings cannot be shown. The clocks below are complete.")
        officer.open(f"/minutes/{key(minutes.name)}")
        officer.says("titles of meetings cannot be shown")
        officer.write("Minutes", TEXT)
        officer.press("Save the draft")
        assert officer.done == "The draft is saved"
        chair.open(f"/minutes/{key(minutes.name)}/sign")
        chair.press("Sign as chair")
        assert chair.done.startswith("The minutes are signed.")


def test_without_notifications_nothing_here_changes(visitor: Visitors, panel: Panel, site: Site) -> None:
    place, (minutes, _) = panel.waiting(), panel.unwritten()
    chair = visitor("panel-chair")
    with site.without("notifications"):
        chair.open(place.path)
        _fill_in_an_outcome(chair, site)
        chair.press("Record and go on")
        assert chair.done.startswith("Recorded at ")
        chair.open(f"/minutes/{key(minutes.name)}")
        chair.write("Minutes", TEXT)
        chair.press("Save the draft")
        assert chair.done == "The draft is saved"
        chair.open(f"/children/{key(place.subject)}")
        chair.says("Running clocks, the next at the top")


def test_a_service_that_hangs_is_not_waited_for_without_end(visitor: Visitors, panel: Panel, site: Site) -> None:
    place = panel.waiting()
    chair = visitor("panel-chair")
    chair.open(place.path)
    _fill_in_an_outcome(chair, site)
    with site.stalled("panels"):
        chair.press("Record and go on", status=503)
        _was_not_sent(chair, "What was said, and why", REASONS)
    when("it goes on, and the outcome is sent once more")
    chair.press("Record and go on")
    then("it is recorded once, whether the first had arrived or not")
    assert chair.done.startswith("Recorded at ")
    item = next(one for one in panel.agenda(place.sitting) if one.name == place.item.name)
    assert len(item.outcomes) == 1
