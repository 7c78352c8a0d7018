"""The tracker and the scorecard as staff call them."""

import csv
import io
from datetime import date, timedelta
from uuid import uuid4

from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1 import obligations_service_pb2 as settled
from permanence.cases.v1 import performance_pb2 as wire
from permanence.cases.v1 import performance_service_pb2 as pb
from permanence.cases.v1 import subject_pb2
from permanence.cases.v1.performance_service_pb2_grpc import PerformanceServiceStub

from rulebook.facts import EventType, SubjectKind
from servicekit.config import Council
from services.cases.app.case_data import (
    CaseData,
    EventRow,
    InvolvementRow,
    MemberRow,
    PersonRow,
    RestrictionRow,
    SubjectKey,
    SubjectRow,
)
from services.cases.domain.restriction import RestrictionKind
from tests.cases.conftest import DEMO, Cases, civil
from tests.cases.conftest import wire as on_wire
from tests.servicekit.serving import Refused, refusal

TODAY = date(2026, 3, 16)
PARENT = "councils/demo"


def child(number: int) -> SubjectKey:
    return SubjectKey(SubjectKind.CHILD, f"C{number}")


def events(key: SubjectKey, *facts: tuple[str, date]) -> tuple[EventRow, ...]:
    return tuple(EventRow(key, f"t/{name}/{on}", EventType(name), on) for name, on in facts)


async def ask(cases: Cases, rpc: str, request: object, *roles: str, oid: str = "", council: Council = DEMO) -> object:
    stub = PerformanceServiceStub(cases.channel)
    return await getattr(stub, rpc)(request, metadata=cases.metadata(*roles, oid=oid, council=council), timeout=30)


async def refused(cases: Cases, rpc: str, request: object, *roles: str) -> Refused:
    return await refusal(lambda: ask(cases, rpc, request, *roles))


async def tracked(cases: Cases, *roles: str, oid: str = "", **fields: object) -> tuple[list[wire.TrackedSubject], str]:
    request = pb.ListTrackedSubjectsRequest(parent=PARENT, **fields)
    reply = await ask(cases, "ListTrackedSubjects", request, *(roles or ("panel-chair",)), oid=oid)
    assert isinstance(reply, pb.ListTrackedSubjectsResponse)
    return list(reply.tracked_subjects), reply.next_page_token


async def some_children(cases: Cases) -> None:
    """C1 overdue by weeks, C2 in time, C3 restricted and overdue longest, C4 left care."""
    data = CaseData(
        subjects=tuple(
            SubjectRow(child(number), display_name=f"Child {number}", born_on=date(2015, 5, number))
            for number in range(1, 5)
        ),
        people=(
            PersonRow("RO1", staff=True, principal_id="oid-officer"),
            PersonRow("TM1", staff=True, principal_id="oid-manager"),
        ),
        involvements=(
            InvolvementRow("i1", child(1), "RO1", "reviewing-officer", date(2025, 1, 1)),
            InvolvementRow("i2", child(2), "TM1", "team-manager", date(2025, 1, 1)),
        ),
        restrictions=(RestrictionRow("r3", RestrictionKind.RESTRICTED_CASE, child(3), date(2025, 1, 1)),),
        events=(
            *events(
                child(1),
                ("became_looked_after", date(2025, 3, 3)),
                ("cic_review_held", date(2025, 3, 20)),
                ("cic_review_held", date(2025, 6, 30)),
                ("long_term_fostering_agreed_at_review", date(2025, 6, 30)),
                ("care_order_made", date(2025, 9, 1)),
                ("drift_identified", date(2026, 1, 15)),
                ("final_hearing_listed_for", date(2026, 5, 5)),
            ),
            *events(child(2), ("became_looked_after", TODAY)),
            *events(child(3), ("became_looked_after", date(2024, 3, 4))),
            *events(
                child(4),
                ("became_looked_after", date(2025, 2, 3)),
                ("cic_review_held", date(2025, 2, 20)),
                ("ceased_to_be_looked_after", date(2025, 4, 1)),
            ),
        ),
    )
    await cases.take_in(data)


async def test_the_tracker_leads_with_the_late_ones_and_hides_what_is_hidden(cases: Cases) -> None:
    await some_children(cases)
    rows, token = await tracked(cases)
    assert [row.subject.display_name for row in rows] == ["Child 1", "Child 2"] and not token
    late, other = rows
    assert late.late and not other.late
    assert (late.plan, late.plan_event) == ("long_term_fostering", "long_term_fostering_agreed_at_review")
    assert list(late.not_recorded) == ["contingency_plan", "next_sitting"]
    assert "plan" in other.not_recorded and other.plan == ""
    assert [(one.type, one.planned) for one in late.legal_dates] == [
        ("care_order_made", False),
        ("final_hearing_listed_for", True),
    ]
    assert civil(late.drift.identified_date) == date(2026, 1, 15) and late.drift.days == 60
    clock = late.statutory_clock
    assert clock.rule_id == "reg33-2" and civil(clock.due_date) == date(2025, 12, 30)
    assert clock.late and clock.working_days_left < 0 and "30 December 2025" in clock.sentence
    assert not late.HasField("next_sitting")
    everyone, _ = await tracked(cases, "business-support-manager")
    assert [row.subject.display_name for row in everyone] == ["Child 3", "Child 1", "Child 2"]


async def test_late_to_reason_in_two_steps(cases: Cases) -> None:
    await some_children(cases)
    rows, _ = await tracked(cases, late_only=True)
    reply = await cases.ask("GetTimetable", cases_pb.GetTimetableRequest(subject=rows[0].subject.name), "panel-chair")
    assert isinstance(reply, cases_pb.GetTimetableResponse)
    found = next(one for one in reply.obligations if one.name == rows[0].statutory_clock.obligation)
    assert found.explanation.sentence == rows[0].statutory_clock.sentence


async def test_clocks_of_brothers_and_sisters_are_told_with_their_reason_too(cases: Cases) -> None:
    group = SubjectKey(SubjectKind.SIBLING_GROUP, "G1")
    data = CaseData(
        subjects=(SubjectRow(child(1)), SubjectRow(child(2)), SubjectRow(group)),
        members=(MemberRow(group, child(1)), MemberRow(group, child(2))),
        events=tuple(
            fact
            for one in (1, 2)
            for fact in events(
                child(one), ("became_looked_after", date(2025, 3, 3)), ("cic_review_held", date(2025, 3, 20))
            )
        ),
    )
    await cases.take_in(data)
    rows, _ = await tracked(cases)
    clocks = [one for row in rows for one in (row.statutory_clock, row.local_clock)]
    assert len(clocks) == 4 and {one.rule_id for one in clocks} >= {"BCP-7.1-01"}
    assert all(one.sentence for one in clocks)


async def test_what_is_due_and_not_late_yet_is_not_among_the_late(cases: Cases) -> None:
    """The first planning meeting's two limits stand side by side: it is late only when both have passed."""
    decided = ("entry_to_care_decided", TODAY - timedelta(days=60))
    facts = tuple(
        fact
        for number in range(1, 7)
        for fact in events(
            child(number),
            *(
                (("became_looked_after", TODAY), decided)
                if number % 2
                else (("became_looked_after", date(2025, 3, 3)),)
            ),
        )
    )
    await cases.take_in(CaseData(subjects=tuple(SubjectRow(child(number)) for number in range(1, 7)), events=facts))
    whole, _ = await tracked(cases)
    passed = [row for row in whole if not row.late and civil(row.local_clock.due_date) < TODAY]
    assert {row.local_clock.rule_id for row in passed} == {"BCP-8-05"}
    late = [row.subject.name for row in whole if row.late]
    assert len(late) == len(passed) == 3
    paged: list[str] = []
    token = ""
    while True:
        page, token = await tracked(cases, late_only=True, page_size=1, page_token=token)
        assert all(row.late for row in page)
        paged += [row.subject.name for row in page]
        if not token:
            break
    assert paged == late


async def test_pages_of_the_tracker_join_without_gap(cases: Cases) -> None:
    rows = tuple(SubjectRow(child(number), display_name=f"Child {number}") for number in range(1, 8))
    facts = tuple(
        fact
        for number in range(1, 8)
        for fact in events(child(number), ("became_looked_after", TODAY - timedelta(days=number % 3)))
    )
    closed = (RestrictionRow("r2", RestrictionKind.RESTRICTED_CASE, child(2), date(2025, 1, 1)),)
    await cases.take_in(CaseData(subjects=rows, events=facts, restrictions=closed))
    whole, _ = await tracked(cases)
    assert len(whole) == 6
    paged: list[str] = []
    token = ""
    while True:
        page, token = await tracked(cases, page_size=2, page_token=token)
        paged += [row.subject.name for row in page]
        if not token:
            break
        assert len(page) == 2
    assert paged == [row.subject.name for row in whole]


async def test_the_tracker_by_officer_team_and_kind(cases: Cases) -> None:
    await some_children(cases)
    found = await cases.ask("LookUpPeople", cases_pb.LookUpPeopleRequest(parent=PARENT, source_ids=["RO1", "TM1"]))
    assert isinstance(found, cases_pb.LookUpPeopleResponse)
    names = {one.source_id: one.person for one in found.people}
    by_officer, _ = await tracked(cases, reviewing_officer=names["RO1"])
    assert [row.subject.display_name for row in by_officer] == ["Child 1"]
    by_team, _ = await tracked(cases, team_manager=names["TM1"])
    assert [row.subject.display_name for row in by_team] == ["Child 2"]
    none, _ = await tracked(cases, kind=subject_pb2.SUBJECT_KIND_CARER_HOUSEHOLD)
    assert none == []
    own, _ = await tracked(cases, "reviewing-officer", oid="oid-officer")
    assert [row.subject.display_name for row in own] == ["Child 1"]


def period(**fields: object) -> dict[str, object]:
    return {
        "parent": PARENT,
        "from_date": on_wire(date(2025, 3, 17)),
        "until_date": on_wire(TODAY),
        **fields,
    }


async def measures(cases: Cases, *roles: str) -> dict[str, wire.Measure]:
    reply = await ask(cases, "GetScorecard", pb.GetScorecardRequest(**period()), *(roles or ("performance-officer",)))
    assert isinstance(reply, pb.GetScorecardResponse)
    return {one.key: one for one in reply.measures}


async def test_the_scorecard_gives_numerator_denominator_and_months(cases: Cases) -> None:
    await some_children(cases)
    found = await measures(cases, "panel-chair")
    reviews = found["reviews_in_time"]
    # C1: 20 March held by 31 March 2025; 30 June late by ten days; 30 December not held. C2 and C4 fall outside.
    assert (reviews.figure.numerator, reviews.figure.denominator) == (1, 3)
    assert abs(reviews.figure.value - 1 / 3) < 1e-9
    assert len(reviews.months) == 13
    assert sum(one.figure.denominator for one in reviews.months) == 3
    unmatched = found["long_term_fostering_unmatched"]
    assert (unmatched.figure.numerator, unmatched.figure.denominator) == (1, 1)
    education = found["outcome_education"]
    assert education.missing and not education.HasField("figure") and not education.months
    with_restricted = await measures(cases)
    # C3 alone adds its first review, which was due in 2024 and so before the period: nothing.
    assert with_restricted["reviews_in_time"].figure.denominator == 3


async def test_a_waived_clock_is_late_in_no_figure(cases: Cases) -> None:
    await some_children(cases)
    key, manager = "long_term_match_in_time", "business-support-manager"
    before = (await measures(cases, manager))[key].figure
    assert (before.numerator, before.denominator, before.not_judged) == (0, 1, 0)
    late = await ask(cases, "ListLate", pb.ListLateRequest(**period(measure=key)), manager)
    assert isinstance(late, pb.ListLateResponse)
    waive = settled.WaiveObligationRequest(
        name=late.late_items[0].obligation, reason="The home was matched elsewhere.", request_id=str(uuid4())
    )
    await cases.ask("WaiveObligation", waive, manager)
    after = (await measures(cases, manager))[key].figure
    assert (after.numerator, after.denominator, after.not_judged) == (0, 0, 1)
    assert not (await ask(cases, "ListLate", pb.ListLateRequest(**period(measure=key)), manager)).late_items


async def test_from_the_number_to_the_case_in_one_step(cases: Cases) -> None:
    await some_children(cases)
    request = pb.ListLateRequest(**period(measure="reviews_in_time"))
    reply = await ask(cases, "ListLate", request, "panel-chair")
    assert isinstance(reply, pb.ListLateResponse)
    held, open_ = reply.late_items
    assert civil(held.due_date) == date(2025, 6, 20) and civil(held.done_date) == date(2025, 6, 30)
    assert (held.days_late, held.rule_id, held.display_name) == (10, "reg33-2", "Child 1")
    assert not open_.HasField("done_date") and open_.days_late == (TODAY - date(2025, 12, 30)).days
    assert any("drift" in reason and "15 January 2026" in reason for reason in open_.reasons)
    assert not held.reasons
    timetable = await cases.ask("GetTimetable", cases_pb.GetTimetableRequest(subject=open_.subject), "panel-chair")
    assert isinstance(timetable, cases_pb.GetTimetableResponse)
    assert open_.obligation in {one.name for one in timetable.obligations}
    officer = await ask(cases, "ListLate", request, "performance-officer")
    assert isinstance(officer, pb.ListLateResponse)
    assert [one.reference for one in officer.late_items] == [one.reference for one in reply.late_items]
    assert not any(one.display_name for one in officer.late_items)


async def test_pages_of_late_ones_join(cases: Cases) -> None:
    await some_children(cases)
    first = pb.ListLateRequest(**period(measure="reviews_in_time", page_size=1))
    one = await ask(cases, "ListLate", first, "panel-chair")
    assert isinstance(one, pb.ListLateResponse) and one.next_page_token
    second = pb.ListLateRequest(**period(measure="reviews_in_time", page_size=1, page_token=one.next_page_token))
    other = await ask(cases, "ListLate", second, "panel-chair")
    assert isinstance(other, pb.ListLateResponse) and not other.next_page_token
    assert civil(one.late_items[0].due_date) < civil(other.late_items[0].due_date)


async def test_the_export_holds_no_small_number_and_is_audited(cases: Cases) -> None:
    await some_children(cases)
    reply = await ask(cases, "ExportScorecard", pb.ExportScorecardRequest(**period()), "performance-officer")
    assert isinstance(reply, pb.ExportScorecardResponse)
    assert reply.file_name == "scorecard-2025-03-17-2026-03-16.csv"
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO(reply.content.decode()))}
    assert rows["reviews_in_time"]["denominator"] == "fewer than 6"
    assert rows["reviews_in_time"]["numerator"] == "withheld"
    assert rows["outcome_leisure"]["note"].startswith("no data")
    told = await cases.count("select purpose from audit_event where action = 'ExportScorecard'")
    assert told == "figures of 2025-03-17 to 2026-03-16"


async def test_who_may_not_see_figures(cases: Cases) -> None:
    for role in ("business-support", "social-worker", "case-system"):
        found = await refused(cases, "GetScorecard", pb.GetScorecardRequest(**period()), role)
        assert found.code.name == "PERMISSION_DENIED", role
    for role in ("panel-chair", "team-manager", "reviewing-officer"):
        found = await refused(cases, "ExportScorecard", pb.ExportScorecardRequest(**period()), role)
        assert found.code.name == "PERMISSION_DENIED", role


async def test_what_is_wrong_with_a_period_is_said(cases: Cases) -> None:
    wrong = {
        "until_date": pb.GetScorecardRequest(**period(until_date=on_wire(TODAY + timedelta(days=1)))),
        "from_date": pb.GetScorecardRequest(parent=PARENT, until_date=on_wire(TODAY)),
    }
    for field, request in wrong.items():
        found = await refused(cases, "GetScorecard", request, "performance-officer")
        assert found.code.name == "INVALID_ARGUMENT" and field in found.everything, field
    unknown = await refused(cases, "ListLate", pb.ListLateRequest(**period(measure="speed")), "performance-officer")
    assert unknown.code.name == "INVALID_ARGUMENT"
