"""What a panel settled for one child: recorded in half a minute while it sits, never overwritten."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from permanence.panels.v1 import panel_pb2 as wire

from tests.web.browser.panel import Panel, Place, key, path_of
from tests.web.browser.site import Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors
from web.words import LONDON, long_date

REASONS = "The wider family is asked; both plans go on side by side."
ACTION = "Ask the aunt whether she could care for the child."
SECONDS_TO_RECORD = 30.0


def _today(site: Site) -> date:
    return site.clock.now().astimezone(LONDON).date()


def _record(panel: Panel, place: Place) -> wire.Outcome | None:
    """What stands in the record for this place now."""
    item = next(one for one in panel.agenda(place.sitting) if one.name == place.item.name)
    found = [one for one in item.outcomes if one.subject == place.subject]
    assert len(found) < 2, "recorded twice"
    return found[0] if found else None


def _typed(chair: Visitor) -> dict[str, str]:
    """What stands in the fields of the form."""
    return {
        "reasons": chair.page.get_by_label("What was said, and why").input_value(),
        "action": chair.page.get_by_label("Action 1: what is to be done").input_value(),
        "owner": chair.page.get_by_label("Action 1: who does it").input_value(),
    }


@pytest.mark.parametrize("mode", MODES)
def test_the_chair_records_what_the_panel_settled(visitor: Visitors, panel: Panel, site: Site, mode: Mode) -> None:
    place = panel.waiting(least=2)
    again = _today(site) + timedelta(days=28)
    given("the chair of the panel, with the agenda of a sitting that has begun")
    chair = visitor("panel-chair", mode)
    chair.open(path_of(place.sitting))
    when("they follow an item and send its form empty")
    chair.follow(f"Record outcome for {place.whose}")
    chair.picture("outcome")
    chair.press("Record and go on")
    then("the page says what is missing, and nothing is recorded")
    assert chair.faults == ["Choose what the panel did", "Say what was said, and why"]
    assert _record(panel, place) is None
    when("they say what was settled, what is to be done by whom, and when it is heard again")
    chair.choose("Endorsed what is planned")
    chair.write("What was said, and why", REASONS)
    chair.write("Action 1: what is to be done", ACTION)
    chair.select("Action 1: who does it", "Social worker")
    chair.write_date("Action 1: by when", _today(site) + timedelta(days=10))
    chair.write_date("When it should be heard again", again)
    chair.tick("Drift or delay was identified")
    chair.press("Record and go on")
    then("it is recorded, and the next child's form lies open")
    assert chair.done.startswith("Recorded at ") and f"for {place.whose}. Next: item " in chair.done
    assert chair.has("button", "Record and go on") and place.reference not in chair.heading
    outcome = _record(panel, place)
    assert outcome and outcome.reasons == REASONS and len(outcome.actions) == 1
    assert set(outcome.case_events) == {"drift_identified", "tracking_meeting_considered"}
    when("they look at it again")
    chair.follow("Back to the agenda")
    chair.follow(f"Endorsed for {place.whose}")
    then("it is there to be read, and nothing about it can be changed")
    chair.says("Endorsed what is planned", REASONS, ACTION, "Social worker", long_date(again))
    chair.says("Drift or delay was identified", "The panel considered the child")
    chair.says("Recorded ", "An outcome is never overwritten.")
    assert not chair.page.get_by_role("main").get_by_role("button").count()
    chair.picture("outcome-recorded")


def test_an_outcome_is_recorded_in_half_a_minute(
    visitor: Visitors, panel: Panel, site: Site, record_property: Callable[[str, object], None]
) -> None:
    place = panel.waiting(least=2)
    given("the chair, with a keyboard alone, and the page of the sitting open")
    chair = visitor("panel-chair", "keyboard")
    chair.open(path_of(place.sitting))
    chair.start_counting()
    began = time.monotonic()
    when("they record an outcome with its reason and an action with its owner and date")
    chair.follow(f"Record outcome for {place.whose}")
    chair.choose("Endorsed what is planned")
    chair.write("What was said, and why", "Both plans go on; the wider family is asked.")
    chair.write("Action 1: what is to be done", "Ask the aunt.")
    chair.select("Action 1: who does it", "Social worker")
    chair.write_date("Action 1: by when", _today(site) + timedelta(days=10))
    chair.press("Record and go on")
    seconds = time.monotonic() - began
    then("it is recorded within half a minute")
    assert f"for {place.whose}. Next: item " in chair.done
    record_property("seconds to record an outcome", round(seconds, 1))
    record_property("keys to record an outcome", chair.effort.keys)
    assert seconds < SECONDS_TO_RECORD and chair.effort.pages == 2


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    visitor: Visitors, panel: Panel, site: Site
) -> None:
    place = panel.waiting()
    chair = visitor("panel-chair", "no-javascript")
    chair.open(place.path)
    when("an action has a day that has passed and nobody to do it, and a date has no year")
    chair.choose("Challenged what is planned")
    chair.write("What was said, and why", REASONS)
    chair.write("Action 1: what is to be done", ACTION)
    chair.write_date("Action 1: by when", _today(site) - timedelta(days=1))
    chair.unfold("Action 2")
    chair.write_date("Action 2: by when", {"Day": "31", "Month": "2", "Year": "2027"})
    chair.write_date("When it should be heard again", {"Day": "4", "Month": "5", "Year": ""})
    chair.press("Record and go on")
    then("each fault leads to its field, by its words")
    assert chair.faults == [
        "Action 1: choose who does it",
        "Action 1: the day has passed; give a day from today on",
        "Action 2: say what is to be done",
        "Action 2: choose who does it",
        "Action 2: by when must be a real date, such as 27 3 2026",
        "When it should be heard again must include a year",
    ]
    assert _typed(chair) == {"reasons": REASONS, "action": ACTION, "owner": ""}
    chair.picture("outcome-error")
    chair.page.get_by_role("link", name="When it should be heard again must include a year").click()
    assert chair.page.locator(":focus").get_attribute("id") == "next_date-year"
    assert _record(panel, place) is None
    when("they put it right")
    chair.select("Action 1: who does it", "Reviewing officer")
    chair.write_date("Action 1: by when", _today(site))
    chair.write("Action 2: what is to be done", "Write to the school.")
    chair.select("Action 2: who does it", "School")
    chair.write_date("Action 2: by when", _today(site) + timedelta(days=30))
    chair.write_date("When it should be heard again", {"Day": "", "Month": "", "Year": ""})
    chair.press("Record and go on")
    then("both actions are recorded")
    outcome = _record(panel, place)
    assert outcome and [one.owner_role for one in outcome.actions] == ["reviewing-officer", "school"]
    assert outcome.kind == wire.OUTCOME_KIND_CHALLENGED and not outcome.HasField("next_date")


def test_brothers_and_sisters_have_an_outcome_each(visitor: Visitors, panel: Panel) -> None:
    place = panel.waiting(subjects=2)
    second = Place(place.sitting, place.item, 1)
    given("an item with a brother and a sister")
    chair = visitor("panel-chair", "narrow")
    chair.open(place.path)
    chair.says("Also on this item, each with an outcome of their own:", f"{second.reference} ")
    chair.says("not recorded yet")
    chair.picture("narrow-outcome-siblings")
    when("the chair records the one's")
    chair.choose("Endorsed what is planned")
    chair.write("What was said, and why", "For the first of them.")
    chair.press("Record and go on")
    then("the other's form comes next, empty")
    assert chair.done.endswith(f"Next: item {place.item.number}, {second.reference}.")
    assert second.reference in chair.heading and _typed(chair)["reasons"] == ""
    chair.says("Endorsed")
    when("they record that too")
    chair.choose("Deferred to another sitting")
    chair.write("What was said, and why", "For the second of them.")
    chair.press("Record and go on")
    one, other = _record(panel, place), _record(panel, second)
    then("each has its own, and neither holds the other's words")
    assert one and other and (one.reasons, other.reasons) == ("For the first of them.", "For the second of them.")
    assert (one.kind, other.kind) == (wire.OUTCOME_KIND_ENDORSED, wire.OUTCOME_KIND_DEFERRED)
    chair.open(path_of(place.sitting))
    chair.says(f"{place.reference}: Endorsed", f"{second.reference}: Deferred")
    then("who was put off comes onto a later agenda, which says from where")
    later = until("it is on a later agenda", lambda: _deferred_to(panel, second))
    chair.open(path_of(later))
    chair.says("Put off from an earlier sitting.")


def _deferred_to(panel: Panel, place: Place) -> wire.Sitting | None:
    def holds(sitting: wire.Sitting) -> bool:
        return any(
            place.subject in item.subjects and item.source == wire.AGENDA_SOURCE_DEFERRED
            for item in panel.agenda(sitting)
        )

    later = (one for one in panel.sittings() if one.start_time.seconds > place.sitting.start_time.seconds)
    return next((one for one in later if holds(one)), None)


def test_of_two_who_record_at_once_the_second_keeps_what_they_typed(visitor: Visitors, panel: Panel) -> None:
    place = panel.waiting()
    given("the chair, and business support who records for the chair, on the same item")
    chair, officer = visitor("panel-chair", "keyboard"), visitor("business-support")
    chair.open(place.path)
    officer.open(place.path)
    officer.choose("Challenged what is planned")
    officer.write("What was said, and why", "As I heard it.")
    when("the chair is first")
    chair.choose("Endorsed what is planned")
    chair.write("What was said, and why", "As the chair heard it.")
    chair.press("Record and go on")
    officer.press("Record and go on")
    then("the other is told, sees what stands in the record, and still has their own words to copy")
    assert officer.faults == ["An outcome is recorded for this child already. It is never overwritten."]
    officer.says("As the chair heard it.", "What you typed, and what was not recorded")
    assert _typed(officer)["reasons"] == "As I heard it."
    assert not officer.page.get_by_role("main").get_by_role("button", name="Record").count()
    officer.picture("outcome-recorded-meanwhile")
    outcome = _record(panel, place)
    assert outcome and outcome.reasons == "As the chair heard it."


def test_the_same_outcome_sent_twice_is_recorded_once(panel: Panel, site: Site) -> None:
    place = panel.waiting()
    fields = {"kind": "endorsed", "reasons": REASONS, "request_id": str(uuid4())}
    client = site.client("panel-chair")
    answers = [client.post(place.path, fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert _record(panel, place)


def test_no_panel_settles_what_is_not_its_to_settle(visitor: Visitors, panel: Panel, site: Site) -> None:
    place = panel.waiting()
    chair = visitor("panel-chair")
    chair.open(place.path)
    then("a panel that endorses is offered no decision")
    radios = [one.strip() for one in chair.page.locator(".govuk-radios__label").all_inner_texts()]
    endorsing = ["Endorsed what is planned", "Challenged what is planned"]
    assert radios == [*endorsing, "Deferred to another sitting", "Part-heard: it goes on at the next sitting"]
    when("somebody sends one all the same, or a change of plan")
    client = site.client("panel-chair")
    fields = {"kind": "decided", "reasons": REASONS, "authority": "1", "offered": "permanence_plan_agreed"}
    answer = client.post(place.path, {**fields, "events": "permanence_plan_agreed", "request_id": str(uuid4())})
    assert answer.status_code == 422 and "Choose what the panel did" in answer.text
    assert _record(panel, place) is None


def test_nothing_is_recorded_before_the_sitting_begins(visitor: Visitors, panel: Panel, site: Site) -> None:
    planned = panel.planned()
    place = Place(planned, planned.agenda[0])
    chair = visitor("panel-chair", "narrow")
    chair.open(place.path)
    chair.says("The sitting has not begun. Outcomes are recorded from its start.")
    assert not chair.has("button", "Record and go on")
    fields = {"kind": "endorsed", "reasons": REASONS, "request_id": str(uuid4())}
    answer = site.client("panel-chair").post(place.path, fields)
    assert answer.status_code == 422 and "The sitting has not begun." in answer.text and REASONS in answer.text
    assert _record(panel, place) is None


def test_whoever_does_not_record_reads(visitor: Visitors, panel: Panel, site: Site) -> None:
    given("an item with a child whom a reviewing officer may see, and one with a child whom they may not")
    seen = {one.name for one in panel.children("reviewing-officer")}
    sitting = next(one for one in panel.sittings() if any(seen & set(item.subjects) for item in panel.agenda(one)))
    mine = next(item for item in panel.agenda(sitting) if seen.issuperset(item.subjects))
    others = next(item for item in panel.agenda(sitting) if not seen & set(item.subjects))
    reviewer = visitor("reviewing-officer")
    reviewer.open(Place(sitting, mine).path)
    assert mine.references[0] in reviewer.heading
    assert not reviewer.has("button", "Record and go on")
    then("the other child's page is absent for them, as is the item's for another child")
    reviewer.open(Place(sitting, others).path, status=404)
    reviewer.open(Place(sitting, mine).path.replace(key(mine.subjects[0]), key(others.subjects[0])), status=404)
    when("they send an outcome all the same")
    fields = {"kind": "endorsed", "reasons": "It is not for me to say.", "request_id": str(uuid4())}
    answer = site.client("reviewing-officer").post(Place(sitting, mine).path, fields)
    then("nothing is recorded")
    assert answer.status_code in (403, 404)
    outcome = _record(panel, Place(sitting, mine))
    assert outcome is None or outcome.reasons != fields["reasons"]
