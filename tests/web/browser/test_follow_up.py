"""Actions and deadlines after meetings: what presses, one message a person, done or not needed; and escalations."""

from datetime import date
from uuid import uuid4

import pytest
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb

from tests.web.browser.panel import Panel, Place, key
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors
from web.words import LONDON, wire_date


def _today(site: Site) -> date:
    return site.clock.now().astimezone(LONDON).date()


def _with_actions(panel: Panel, site: Site, *texts: str) -> Place:
    """A child heard just now, with these for the social worker to do today."""
    place = panel.waiting()
    actions = [wire.Action(text=text, owner_role="social-worker", due_date=wire_date(_today(site))) for text in texts]
    record = pb.RecordOutcomeRequest(
        agenda_item=place.item.name,
        subject=place.subject,
        kind=wire.OUTCOME_KIND_ENDORSED,
        reasons="Both plans go on.",
        actions=actions,
        request_id=str(uuid4()),
    )
    panel.panels.RecordOutcome(record, metadata=panel.who("panel-chair"))
    return place


@pytest.mark.parametrize("mode", MODES)
def test_one_press_chases_and_is_one_message_a_person(visitor: Visitors, panel: Panel, site: Site, mode: Mode) -> None:
    mark = uuid4().hex[:6]
    first, second = f"Ask the aunt, {mark}.", f"Write to the school, {mark}."
    place = _with_actions(panel, site, first, second)
    given("business support, with two actions of one person that are due today")
    officer = visitor("business-support", mode)
    officer.open("/actions")
    officer.says("due today or late", "Decisions not issued", "Minutes due", "Actions", first, place.reference)
    officer.picture("actions")
    when("they press the one button that chases all that are due")
    officer.press("Chase all that are due")
    then("there is one message for the person, with both actions in it")
    officer.says(
        "Whom you chase", "Each is written to once", f"{place.reference}: {first}", f"{place.reference}: {second}"
    )
    messages = officer.page.get_by_role("main").locator("section").all_inner_texts()
    cards = [card for card in messages if f"{place.reference}: {first}" in card]
    assert len(cards) == 1 and second in cards[0]
    officer.picture("chases")
    when("they go back and press without ticking anything")
    officer.follow("Back to actions and deadlines")
    officer.says("Chased ")
    assert any(words in officer.words for words in ("Written to", "Not written to yet", "Could not be written to"))
    officer.press("Chase those ticked")
    assert officer.faults == ["Tick the actions to chase, or chase all that are due"]
    when("one of them is said to be needless, at first without a reason")
    officer.follow(first)
    officer.choose("It need not be done any more")
    officer.press("Record it")
    assert officer.faults == ["Say why it need not be done any more"]
    officer.write("Why it need not be done", "The aunt wrote first.")
    officer.press("Record it")
    then("it waits no more, and the other does")
    assert officer.done == "It is recorded what has become of the action."
    officer.says_not(first)
    officer.says(second)
    when("the other is given to somebody who has a part there")
    officer.follow(second)
    officer.follow("Give it to somebody else")
    officer.press("Give it to them")
    assert officer.faults == ["Choose who is to do it"]
    officer.page.get_by_role("radio").first.focus()
    officer.page.keyboard.press("Space")
    officer.press("Give it to them")
    assert officer.done == "The action is given on."


@pytest.mark.parametrize("mode", MODES)
def test_a_reviewing_officer_takes_a_matter_further(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    officer = visitor("reviewing-officer", mode)
    officer.open("/escalations?closed=1")
    taken = officer.words
    child = next(one for one in panel.children("reviewing-officer") if one.reference not in taken)
    given("a reviewing officer, and a child of theirs")
    officer.open(f"/children/{key(child.name)}/escalate")
    officer.press("Take it further")
    assert officer.faults == ["Say why you take it further"]
    officer.write("Why do you take it further?", "The second review found no plan.")
    officer.press("Take it further")
    then("it stands in the register at its first stage")
    assert officer.done == "The matter is taken further. Its first stage runs."
    officer.says(child.reference, "1 of 3: Team manager")
    officer.picture("escalations")
    when("nobody answers, and it goes on; then it is settled")
    officer.follow(child.reference)
    officer.says("The second review found no plan.")
    officer.picture("escalation")
    officer.choose("It goes on to the next stage")
    officer.write("What was answered, or what came of it", "Nobody answered.")
    officer.press("Record it")
    officer.says("2 of 3: Service manager", "Nobody answered.")
    officer.choose("It is settled")
    officer.write("What was answered, or what came of it", "There is a plan, signed.")
    officer.press("Record it")
    then("it is closed with what came of it")
    officer.says("What came of it", "There is a plan, signed.", "Closed")
    assert not officer.has("button", "Record it")
    officer.open("/escalations")
    officer.says_not(child.reference)
    when("somebody else tries to take a matter further")
    other = visitor("business-support", mode)
    other.open(f"/children/{key(child.name)}/escalate", status=404)
