"""What happened to a child: listed, recorded, put right and withdrawn, and what that does to the clocks."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1.obligation_pb2 import (
    OBLIGATION_KIND_TASK,
    OBLIGATION_STATE_MET,
    OBLIGATION_STATE_OPEN,
    CaseEvent,
)
from permanence.cases.v1.subject_pb2 import Subject

from tests.web.browser.panel import Panel, key
from tests.web.browser.sent_forms import form_of
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, WIDTHS, Mode, Visitors
from web.words import long_date, short_date, wire_date

DRIFT = "Drift or delay was identified"
FACTS = "Recorded facts"
Record = Callable[..., CaseEvent]


@pytest.fixture(scope="module")
def child(panel: Panel) -> Subject:
    """In care, seen by business support and by a reviewing officer, with work of its own to be done."""
    seen = {one.name for one in panel.children("reviewing-officer")}
    for one in panel.children():
        in_care = one.name in seen and one.HasField("looked_after_since") and not one.restricted
        if in_care and _work(panel, one) and not facts_of(panel, one, "drift_identified"):
            return one
    raise AssertionError("no such child")


def _work(panel: Panel, child: Subject) -> list[str]:
    clocks = panel.clocks(child.name)
    waits = [one for one in clocks if one.state == OBLIGATION_STATE_OPEN and one.kind == OBLIGATION_KIND_TASK]
    # One clock of the rule alone, so that what was done is that one.
    return [one.name for one in waits if sum(other.rule_id == one.rule_id for other in clocks) == 1]


@pytest.fixture
def record(panel: Panel, child: Subject) -> Iterator[Record]:
    """Records a fact past the site, and takes it back at the end."""
    made: list[CaseEvent] = []

    def do(kind: str, day: date, plan: str = "") -> CaseEvent:
        request = pb.RecordCaseEventRequest(
            subject=child.name, type=kind, on_date=wire_date(day), plan=plan, request_id=str(uuid4())
        )
        made.append(panel.cases.RecordCaseEvent(request, metadata=panel.who()).case_event)
        return made[-1]

    yield do
    for one in made:
        withdraw_all(panel, child, one.type, one.on_date)


def facts_of(panel: Panel, child: Subject, kind: str) -> list[CaseEvent]:
    request = pb.ListCaseEventsRequest(subject=child.name, page_size=500)
    facts = panel.cases.ListCaseEvents(request, metadata=panel.who()).case_events
    return [one for one in facts if one.type == kind]


def withdraw_all(panel: Panel, child: Subject, kind: str, day: Date | None = None) -> None:
    """Those of one day, or of every day."""
    for one in facts_of(panel, child, kind):
        if day in (None, one.on_date):
            request = pb.WithdrawCaseEventRequest(name=one.name, request_id=str(uuid4()))
            panel.cases.WithdrawCaseEvent(request, metadata=panel.who())


@pytest.mark.parametrize("mode", MODES)
def test_what_happened_is_recorded_and_listed(
    visitor: Visitors, site: Site, panel: Panel, child: Subject, mode: Mode
) -> None:
    today = site.clock.now().date()
    given("somebody who looks at what happened to a child")
    officer = visitor("business-support", mode)
    officer.open(f"/children/{key(child.name)}/facts")
    before = officer.rows(FACTS)
    when("they record something, for a day that has not come")
    officer.press("Record what happened")
    officer.select("What happened?", DRIFT)
    officer.write_date("On which day?", today + timedelta(days=3))
    officer.press("Record it")
    then("the page says what to do")
    assert officer.faults == ["The day must be today or earlier: this can be recorded once it has happened"]
    officer.picture("record-fact")
    when("they give a day that has")
    officer.write_date("On which day?", today)
    officer.press("Record it")
    then("they are back at the clocks, which say what changed")
    assert officer.path == f"/children/{key(child.name)}" and officer.done.startswith("It is recorded. ")
    officer.follow("What happened")
    (new,) = set(officer.rows(FACTS)) - set(before)
    assert DRIFT in new and long_date(today) in new
    officer.picture("facts")
    withdraw_all(panel, child, "drift_identified")


@pytest.mark.parametrize("mode", MODES)
def test_a_day_is_put_right_and_what_never_happened_withdrawn(
    visitor: Visitors, site: Site, child: Subject, record: Record, mode: Mode
) -> None:
    today = site.clock.now().date()
    given("a fact with a wrong day")
    record("drift_identified", today)
    officer = visitor("business-support", mode)
    officer.open(f"/children/{key(child.name)}/facts")
    before = officer.rows(FACTS)
    when("somebody puts the day right")
    officer.follow(f"Put right {DRIFT}, {long_date(today)}")
    officer.write_date("On which day?", today - timedelta(days=1))
    if mode == "narrow":
        officer.picture("narrow-correct-fact")
    officer.press("Put it right")
    assert officer.done.startswith("It is put right. ")
    when("it never happened at all")
    officer.follow("What happened")
    officer.follow(f"Withdraw {DRIFT}, {long_date(today - timedelta(days=1))}")
    if mode == "narrow":
        officer.picture("narrow-withdraw-fact")
    officer.press("Withdraw it")
    then("it is gone")
    assert officer.done.startswith("It is withdrawn. ")
    officer.follow("What happened")
    assert officer.rows(FACTS) == [row for row in before if DRIFT not in row]


@pytest.mark.parametrize("mode", WIDTHS)
def test_a_fact_that_is_not_used_is_told_with_why_and_what_to_do(
    visitor: Visitors, site: Site, child: Subject, record: Record, mode: Mode
) -> None:
    yesterday = site.clock.now().date() - timedelta(days=1)
    given("a child in care, who is said to have come into care a second time")
    record("became_looked_after", yesterday)
    officer = visitor("business-support", mode)
    officer.open(f"/children/{key(child.name)}")
    then("the clocks say that this is not used, why, and where it can be put right")
    officer.says("1 fact not used", f"The child became looked after, {long_date(yesterday)}: it is not used because")
    assert officer.has("link", "Put the day right of The child became looked after")
    officer.picture("unused-fact")
    reviewer = visitor("reviewing-officer", mode)
    reviewer.open(f"/children/{key(child.name)}/facts")
    then("the list of facts says it too, and to whoever may not record offers nothing")
    assert [row for row in reviewer.rows(FACTS) if "Not used" in row and long_date(yesterday) in row]
    assert not reviewer.has("link", "Put right") and not reviewer.has("link", "Record what happened")
    reviewer.open(f"/children/{key(child.name)}/facts/new", status=404)


@pytest.mark.parametrize("mode", WIDTHS)
def test_permanence_plans_that_run_side_by_side_are_shown_with_where_each_stands(
    visitor: Visitors, site: Site, child: Subject, record: Record, mode: Mode
) -> None:
    today = site.clock.now().date()
    given("a child with a plan that is established, and one in reserve that is drafted")
    record("permanence_plan_drafted", today - timedelta(days=4), "adoption")
    record("permanence_plan_established", today - timedelta(days=2), "adoption")
    record("permanence_plan_drafted", today - timedelta(days=1), "long_term_fostering")
    officer = visitor("business-support", mode)
    officer.open(f"/children/{key(child.name)}")
    first, second = officer.rows("Permanence plans")
    since = short_date(today - timedelta(days=2))
    assert "Adoption" in first and "Pursued" in first and "Established" in first and since in first
    assert "Long-term fostering" in second and "In reserve" in second and "Drafted" in second
    officer.says("The first child in care review has to find a plan that is drafted.")
    officer.picture("permanence-plans")


@pytest.mark.parametrize("mode", ["narrow"])
def test_work_that_was_done_is_recorded_from_its_clock(
    visitor: Visitors, site: Site, panel: Panel, child: Subject, mode: Mode
) -> None:
    today = site.clock.now().date()
    clock = next(one for one in panel.clocks(child.name) if one.name == _work(panel, child)[-1])
    officer = visitor("business-support", mode)
    given("a link to one clock of a child")
    officer.open(f"/children/{key(child.name)}?clock={key(clock.name)}#clock-{key(clock.name)}")
    then("its rule is shown")
    officer.says(clock.explanation.sentence)
    when("they record that it is done")
    row = officer.page.locator(f"[id='clock-{key(clock.name)}']")
    officer.open(row.get_by_role("link", name="Record as done").get_attribute("href") or "")
    officer.says(clock.title)
    officer.write_date("On which day?", today)
    if mode == "narrow":
        officer.picture("narrow-record-done")
    officer.press("Record it")
    then("it is met")
    assert f"{clock.title} is met" in officer.done
    now = next(one for one in panel.clocks(child.name) if one.name == clock.name)
    assert now.state == OBLIGATION_STATE_MET
    officer.follow("What happened")
    (done,) = (one for one in officer.rows(FACTS) if "It was recorded as done" in one and clock.title in one)
    assert short_date(today).split()[0] in done
    withdraw_all(panel, child, "obligation_met", wire_date(today))


def test_sent_twice_it_is_recorded_once_and_what_the_service_refuses_keeps_what_was_typed(
    site: Site, panel: Panel, child: Subject
) -> None:
    officer, path = site.client("business-support"), f"/children/{key(child.name)}/facts/new"
    fields = form_of(officer.get(path).text, path) | {"event": "cic_review_held", "plan": ""}
    given("a review held before the child came into care")
    early = officer.post(path, {**fields, "on-day": "1", "on-month": "2", "on-year": "1996"})
    then("the page says what is wrong, with what was typed")
    assert early.status_code == 422 and "no time in care on record covers that day" in early.text
    assert 'value="1996"' in early.text and 'value="cic_review_held" selected' in early.text
    today = site.clock.now().date()
    day = {"on-day": str(today.day), "on-month": str(today.month), "on-year": str(today.year)}
    drift = {**fields, "event": "drift_identified", **day}
    assert [officer.post(path, drift).status_code for _ in range(2)] == [303, 303]
    (made,) = facts_of(panel, child, "drift_identified")
    withdraw_all(panel, child, "drift_identified")
    then("what is withdrawn cannot be put right any more")
    assert officer.get(f"/children/{key(child.name)}/facts/{key(made.name)}/correct").status_code == 404
