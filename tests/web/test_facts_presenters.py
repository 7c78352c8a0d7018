"""Facts as they are read, what can be recorded of whom, and what the form of one asks for."""

from datetime import UTC, date, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from multidict import MultiDict
from permanence.cases.v1 import obligation_pb2 as wire
from permanence.cases.v1.cases_service_pb2 import GetTimetableResponse
from permanence.cases.v1.council_pb2 import CaseEventType
from permanence.cases.v1.subject_pb2 import (
    SUBJECT_KIND_BODY,
    SUBJECT_KIND_CARER_HOUSEHOLD,
    SUBJECT_KIND_CHILD,
    SUBJECT_KIND_UNBORN_CHILD,
    Subject,
)

from web.brand import Brand
from web.desk import Absent
from web.journeys.facts.case_facts import CaseFacts
from web.journeys.facts.forms import DayForm, RecordForm
from web.journeys.facts.presenters import fact_row, fact_rows, grouped, types_for, what_changed

TODAY = date(2026, 3, 20)
ENTERED = CaseEventType(
    type="entered_care", says="the child entered care", group="Care", subject_kinds=[SUBJECT_KIND_CHILD]
)
HELD = CaseEventType(
    type="ppm_held", says="the planning was held", group="Meetings", subject_kinds=[SUBJECT_KIND_CHILD], takes_time=True
)
BOOKED = CaseEventType(
    type="ppm_booked", says="the planning is booked", group="Meetings", subject_kinds=[SUBJECT_KIND_CHILD], planned=True
)
DRAFTED = CaseEventType(
    type="permanence_plan_drafted",
    says="a plan was drafted",
    group="Plan",
    subject_kinds=[SUBJECT_KIND_CHILD],
    about_plan=True,
)
REVIEWED = CaseEventType(
    type="foster_home_review_held", says="reviewed", group="Carers", subject_kinds=[SUBJECT_KIND_CARER_HOUSEHOLD]
)
DONE = CaseEventType(
    type="obligation_met", says="it was done", group="Done", subject_kinds=[SUBJECT_KIND_CHILD, SUBJECT_KIND_BODY]
)
TYPES = (ENTERED, HELD, BOOKED, DRAFTED, REVIEWED, DONE)
BRAND = Brand("Northmoor", event_types={one.type: one for one in TYPES})


def on(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


def fact(number: int, kind: str, day: date = TODAY, **fields: object) -> wire.CaseEvent:
    return wire.CaseEvent(name=f"councils/demo/caseEvents/{number}", type=kind, on_date=on(day), **fields)  # type: ignore[arg-type]


def case(*facts: wire.CaseEvent, unused: tuple[wire.UnusableFact, ...] = ()) -> CaseFacts:
    clock = wire.Obligation(name="councils/demo/obligations/7", rule_id="R-7", title="Yearly check")
    return CaseFacts(GetTimetableResponse(obligations=[clock], unusable_facts=unused), facts)


def sent(form: type[DayForm] = RecordForm, *, of: CaseEventType | None = None, **fields: str) -> DayForm:
    given = {"on-day": "20", "on-month": "3", "on-year": "2026", "at": "", **fields}
    data = _Form(given)
    if issubclass(form, RecordForm):
        made: DayForm = form.among(types_for(Subject(kind=SUBJECT_KIND_CHILD), TYPES), ("adoption",), TODAY, data)
    else:
        made = form.about(of, TODAY, data)
    return made


class _Form(MultiDict[str]):
    def getlist(self, name: str) -> list[str]:
        return self.getall(name, [])


def faults(form: DayForm) -> list[str]:
    form.validate()
    return [one.text for one in form.faults]


def test_the_latest_stands_at_the_top_with_why_one_is_not_used() -> None:
    early, late = fact(1, "entered_care", date(2026, 1, 5)), fact(2, "entered_care")
    told = wire.UnusableFact(what="entered_care", reason="the child is in care", case_event=late.name)
    rows = fact_rows(case(early, late, unused=(told,)), BRAND)
    assert [(row.key, row.when, row.unused) for row in rows] == [
        ("2", "Friday 20 March 2026", "the child is in care"),
        ("1", "Monday 5 January 2026", ""),
    ]
    assert rows[0].words == "The child entered care"


def test_a_fact_says_its_time_its_plan_and_the_clock_that_it_meets() -> None:
    at = Timestamp()
    at.FromDatetime(datetime(2026, 7, 1, 13, 30, tzinfo=UTC))
    held = fact_row(fact(1, "ppm_held", date(2026, 7, 1), at_time=at), case(), BRAND)
    assert held.when == "Wednesday 1 July 2026, 2:30pm"
    assert fact_row(fact(1, "permanence_plan_drafted", plan="return_home"), case(), BRAND).about == "Return home"
    assert fact_row(fact(1, "obligation_met", rule_id="R-7"), case(), BRAND).about == "Yearly check"
    gone = fact_row(fact(1, "obligation_met", rule_id="R-8"), case(), BRAND)
    assert gone.about == "a clock that does not run here any more"
    assert fact_row(fact(1, "something_new"), case(), BRAND).words == "Something new"


def test_what_can_be_recorded_is_what_can_be_true_of_the_subject() -> None:
    def offered(kind: int) -> set[str]:
        return {one.type for one in types_for(Subject(kind=kind), TYPES)}  # type: ignore[arg-type]

    assert offered(SUBJECT_KIND_CHILD) == {"entered_care", "ppm_held", "ppm_booked", "permanence_plan_drafted"}
    assert offered(SUBJECT_KIND_UNBORN_CHILD) == offered(SUBJECT_KIND_CHILD)
    assert offered(SUBJECT_KIND_CARER_HOUSEHOLD) == {"foster_home_review_held"}
    assert not offered(SUBJECT_KIND_BODY), "that a clock is done is recorded from the clock"


def test_choices_stand_in_the_groups_and_the_order_of_the_vocabulary() -> None:
    assert [(group, len(choices)) for group, choices in grouped(TYPES[:4], BRAND)] == [
        ("Care", 1),
        ("Meetings", 2),
        ("Plan", 1),
    ]


def test_a_fact_or_a_clock_of_another_case_is_absent() -> None:
    known = case(fact(1, "entered_care"))
    assert known.fact("1").type == "entered_care" and known.clock("7") and known.clock("") is None
    with pytest.raises(Absent):
        known.fact("2")
    with pytest.raises(Absent):
        known.clock("8")


def test_what_changed_is_said_shortly() -> None:
    due = wire.Obligation(title="First review", state=wire.OBLIGATION_STATE_OPEN, statutory_due_date=on(TODAY))
    met = wire.Obligation(title="Visit", state=wire.OBLIGATION_STATE_MET)
    assert what_changed("It is recorded", []) == "It is recorded. No clock changed."
    told = what_changed("It is recorded", [due, met])
    assert told == "It is recorded. First review is due by 20 Mar 2026; Visit is met."
    assert (
        what_changed("Done", [met] * 5) == "Done. Visit is met; Visit is met; Visit is met; 2 other clocks changed too."
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"event": "entered_care"}, []),
        ({"event": "ppm_held", "at": "3.30pm"}, []),
        ({"event": "permanence_plan_drafted", "plan": "adoption"}, []),
        ({"event": "ppm_booked", "on-day": "21"}, []),
        ({}, ["Choose what happened"]),
        ({"event": "foster_home_review_held"}, ["Choose what happened from the list"]),
        (
            {"event": "entered_care", "on-day": "21"},
            ["The day must be today or earlier: this can be recorded once it has happened"],
        ),
        ({"event": "entered_care", "at": "3pm"}, ["Leave the time empty: of this, only the day counts"]),
        ({"event": "ppm_held", "at": "late"}, ["Enter a time such as 3:30pm or 15:30"]),
        ({"event": "permanence_plan_drafted", "plan": "moon"}, ["Choose a plan from the list"]),
        (
            {"event": "entered_care", "plan": "adoption"},
            ["Leave this at the plan that is pursued: what happened is no step of a plan"],
        ),
        (
            {"on-day": "", "on-month": "", "on-year": "", "at": "x"},
            ["Choose what happened", "Enter the day", "Enter a time such as 3:30pm or 15:30"],
        ),
    ],
)
def test_the_form_says_what_is_wrong_beside_each_field(fields: dict[str, str], told: list[str]) -> None:
    assert faults(sent(**fields)) == told


def test_the_time_is_londons() -> None:
    form = sent(DayForm, of=HELD, at="15:30", **{"on-month": "7", "on-day": "1"})
    assert form.instant and form.instant.astimezone(UTC) == datetime(2026, 7, 1, 14, 30, tzinfo=UTC)
    assert sent(DayForm, of=HELD).instant is None
