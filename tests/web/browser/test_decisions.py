"""The decision maker's page: what the panel recommended and why, the decision with its clock, answers, who is told."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from permanence.panels.v1 import decision_pb2

from tests.web.browser.deciding import DECISION_MAKER, REASONS, Deciding, path_of
from tests.web.browser.panel import Panel, key
from tests.web.browser.site import Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors
from web.words import LONDON, civil, long_date, short_date

WHY = "One question of the report is open: the second reference."
FOR_FAMILY = "We need to know more before we can say yes."


@pytest.fixture(scope="module")
def deciding(site: Site, panel: Panel) -> Iterator[Deciding]:
    with ExitStack() as stack:
        yield Deciding(site, panel, stack)


def _today(site: Site) -> date:
    return site.clock.now().astimezone(LONDON).date()


@pytest.mark.parametrize("mode", MODES)
def test_the_decision_maker_decides_on_what_the_panel_recommended(
    visitor: Visitors, deciding: Deciding, site: Site, mode: Mode
) -> None:
    decision, subject = deciding.recommended()
    given("the decision maker, and a recommendation that waits")
    maker = visitor(DECISION_MAKER, mode)
    maker.open("/decisions")
    maker.says("Decisions that wait", subject.reference, short_date(civil(decision.due_date)))
    maker.picture("decisions")
    when("they open it")
    maker.follow(subject.reference)
    then("what was recommended, why, and by when they decide stands there")
    maker.says("Fostering panel", REASONS, "Agency decision maker (fostering)", "in time")
    when("they send it without a decision, then differ without saying why")
    maker.press("Record the decision")
    assert maker.faults == ["Choose your decision"]
    maker.choose("I differ from the panel")
    maker.press("Record the decision")
    then("the page says what is missing, and nothing is recorded")
    assert maker.faults == ["Say why: whoever differs from a panel, or sends it back, gives reasons"]
    maker.picture("decision-faults")
    assert deciding.now(decision).state == decision_pb2.DECISION_STATE_AWAITED
    when("they say why, and what the family may be told")
    maker.write("Your reasons", WHY)
    maker.write("What the family may be told", FOR_FAMILY)
    assert not maker.has("checkbox", "The approval ends"), "nobody is decided against without notice"
    maker.tick("The foster carers are approved")
    maker.press("Record the decision")
    then("it is recorded, once, and the page says who is to be told")
    assert maker.done == "Your decision is recorded. Below is who is to be told, and by when."
    maker.says("The decision maker differed from the panel", WHY, "Who is told", "by word of mouth")
    maker.picture("decision-made")
    assert not maker.has("button", "Record the decision")
    made = deciding.now(decision)
    assert made.state == decision_pb2.DECISION_STATE_DECIDED
    assert list(made.case_events) == ["adm_decided", "foster_carer_approved"]
    maker.open("/decisions")
    maker.says_not(subject.reference)


@pytest.mark.parametrize("mode", MODES)
def test_notice_may_be_answered_and_the_answer_leads_back_to_the_panel(
    visitor: Visitors, deciding: Deciding, site: Site, mode: Mode
) -> None:
    decision, _ = deciding.recommended()
    maker = visitor(DECISION_MAKER, mode)
    maker.open(path_of(decision))
    when("the decision maker means to decide against the carers")
    maker.choose("I mean to decide against them")
    maker.write("Your reasons", WHY)
    maker.press("Record the decision")
    then("the page says until when they may answer, and the decision cannot be made yet")
    made = deciding.now(decision)
    assert made.state == decision_pb2.DECISION_STATE_WINDOW_OPEN
    maker.says(f"It could be answered until {long_date(civil(made.window_until_date))}.")
    assert not maker.has("button", "Record the decision")
    when("business support records their answer, first with a day to come")
    officer = visitor("business-support", mode)
    officer.open(path_of(decision))
    officer.follow("Record an answer to the notice")
    officer.picture("decision-answer")
    officer.choose("To the council: the panel looks at it again")
    officer.write_date("When did it come?", date(2099, 1, 5))
    officer.press("Record the answer")
    assert len(officer.faults) == 1
    officer.write_date("When did it come?", _today(site))
    officer.write("What they said", "They give a second reference.")
    officer.press("Record the answer")
    then("the panel looks at it again")
    assert officer.done == "The answer is recorded."
    officer.says("Answered: the panel looks at it again", "They give a second reference.")


def test_who_is_told_is_recorded_and_the_letter_can_be_saved(visitor: Visitors, deciding: Deciding, site: Site) -> None:
    decision, _ = deciding.recommended()
    maker = visitor(DECISION_MAKER)
    maker.open(path_of(decision))
    maker.choose("I agree with the panel")
    maker.write("What the family may be told", FOR_FAMILY)
    maker.press("Record the decision")
    made = deciding.now(decision)
    written = next(one for one in made.tellings if one.way == "in writing")
    officer = visitor("business-support", "narrow")
    told = f"{path_of(decision)}/told/{written.name.rpartition('/')[2]}"
    officer.open(told)
    officer.says("The letter as a PDF")
    answer = site.client("business-support").get(f"{told}/letter?as=pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="letter-')
    officer.write("How it went, or who was told where nobody is recorded", "Given to both by hand.")
    officer.press("Record it")
    assert officer.done == "It is recorded that they were told."
    officer.says("Done in time")


def test_nobody_else_decides(visitor: Visitors, deciding: Deciding) -> None:
    decision, _ = deciding.recommended()
    chair = visitor("panel-chair", "narrow")
    chair.open(path_of(decision))
    chair.says(REASONS)
    assert not chair.has("button", "Record the decision")


@pytest.mark.parametrize("mode", MODES)
def test_a_meeting_that_recommends_another_plan_asks_for_an_early_review(
    visitor: Visitors, panel: Panel, mode: Mode
) -> None:
    meeting = panel.planning_meeting()
    child = panel.subject(meeting.subjects[0])
    given("a team manager who has chaired a permanence planning meeting")
    manager = visitor("team-manager", mode)
    manager.open(f"/meetings/{key(meeting.name)}/plan-change/{key(child.name)}")
    manager.says("A meeting changes no plan: the child's review does.", child.reference)
    manager.picture("plan-change")
    manager.press("Ask for an early review")
    assert manager.faults == ["Say which plan, and why"]
    when("they say which plan, and why")
    manager.write("Which plan does the meeting recommend, and why?", "Living with the aunt, who came forward.")
    manager.press("Ask for an early review")
    then("an early review is asked for, and its clock stands on the child's page")
    assert manager.done.startswith("An early review is asked for, counted from ")

    def runs() -> bool:
        return any(one.rule_id == "BCP-8-16" for one in panel.clocks(child.name))

    until("its clock runs", runs)
