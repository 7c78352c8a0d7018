"""The picture and the table hold the same clocks, and a state is told by more than its colour."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from permanence.cases.v1 import obligation_pb2 as wire
from permanence.cases.v1 import permanence_plan_pb2 as plan_wire
from permanence.scheduler.v1 import meeting_pb2

from web.journeys import clocks
from web.journeys.clocks.picture import Lane, Mark, Picture, picture_of
from web.journeys.clocks.plans import plans_of
from web.journeys.clocks.presenters import Around, ClockRow, ClockState, Hands, clock_rows, meeting_rows
from web.journeys.clocks.unused import unused_facts

TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
STATES = (
    wire.OBLIGATION_STATE_OPEN,
    wire.OBLIGATION_STATE_MET,
    wire.OBLIGATION_STATE_ENDED,
    wire.OBLIGATION_STATE_NEEDS_FACT,
)
DAYS = st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2030, 12, 31)))


def on(day: date | None) -> Date | None:
    return Date(year=day.year, month=day.month, day=day.day) if day else None


def stamp(when: datetime) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(when)
    return found


def obligation(number: int = 1, state: int = wire.OBLIGATION_STATE_OPEN, **fields: object) -> wire.Obligation:
    given_ = {"kind": wire.OBLIGATION_KIND_MEETING, "meeting_kind": "ppm", "title": f"Clock {number}", **fields}
    days = ("statutory_due_date", "local_due_date", "booked_date", "held_date", "original_due_date", "late_after_date")
    plain = {name: value for name, value in given_.items() if name not in days}
    dated = {name: on(given_[name]) for name in days if given_.get(name)}  # type: ignore[arg-type]
    return wire.Obligation(name=f"councils/demo/obligations/{number}", state=state, **plain, **dated)  # type: ignore[arg-type]


def rows_of(
    *obligations: wire.Obligation, unarranged: tuple[str, ...] = (), at_panel: tuple[str, ...] = ()
) -> list[ClockRow]:
    return clock_rows(obligations, Around(NOW, str.upper, unarranged, at_panel))


def row_of(one: wire.Obligation) -> ClockRow:
    return rows_of(one)[0]


def marks(picture: Picture) -> list[tuple[Lane, Mark]]:
    return [(lane, mark) for lane in picture.lanes for mark in lane.marks]


@st.composite
def obligations(draw: st.DrawFn) -> list[wire.Obligation]:
    count = draw(st.integers(1, 12))
    return [
        obligation(
            number,
            draw(st.sampled_from(STATES)),
            kind=draw(st.integers(1, 5)),
            meeting_kind=draw(st.sampled_from(("ppm", "cic_review", ""))),
            statutory_due_date=draw(DAYS),
            local_due_date=draw(DAYS),
            booked_date=draw(DAYS),
            held_date=draw(DAYS),
            working_days_left=draw(st.integers(-500, 500)),
        )
        for number in range(count)
    ]


@given(obligations())
def test_the_picture_and_the_table_hold_the_same_clocks(given_: list[wire.Obligation]) -> None:
    rows = rows_of(*given_)
    picture = picture_of(rows, TODAY)
    assert picture is not None
    drawn = [(lane.label, mark.number, str(mark.state)) for lane, mark in marks(picture)]
    only_in_the_table = [number for lane in picture.lanes for number in lane.beyond]
    assert sorted([number for _, number, _ in drawn] + only_in_the_table) == [row.number for row in rows]
    by_number = {row.number: row for row in rows}
    assert all((by_number[number].lane, str(by_number[number].state)) == (lane, state) for lane, number, state in drawn)
    near = TODAY + timedelta(days=1098)
    left_out = [by_number[number] for number in only_in_the_table]
    assert all(row.at and row.at > near for row in left_out if row.running), (
        "what runs is drawn, but for what is years off"
    )


@given(obligations())
def test_words_of_the_picture_never_lie_upon_each_other_and_stay_inside(given_: list[wire.Obligation]) -> None:
    picture = picture_of(rows_of(*given_), TODAY)
    assert picture is not None
    for lane in picture.lanes:
        for mark in lane.marks:
            width = len(mark.text) * 8
            start = mark.text_x if mark.anchor == "start" else mark.text_x - width
            assert start >= 0 and start + width <= picture.width
            assert lane.y < mark.y < lane.y + lane.height
            assert mark.due_x is None or 0 <= mark.due_x <= picture.width
            others = [one for one in lane.marks if one is not mark and one.y == mark.y]
            for other in others:
                other_width = len(other.text) * 8
                other_start = other.text_x if other.anchor == "start" else other.text_x - other_width
                assert start + width <= other_start or other_start + other_width <= start


def test_each_state_has_a_shape_of_its_own() -> None:
    folder = Path(clocks.__file__).parent / "templates"
    templates = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=ChainableUndefined)
    shape = templates.get_template("picture.html").module.shape  # type: ignore[attr-defined]
    drawn = {str(shape(Mark(1, state, 0, 0, "", 0, "start", None))) for state in ClockState}
    assert len(drawn) == len(ClockState)


def test_what_a_panel_hears_leads_to_the_panels_while_nothing_is_booked_for_it() -> None:
    heard, booked = obligation(1), obligation(2)
    booked.meeting = "councils/demo/meetings/m"
    rows = rows_of(heard, booked, obligation(3), at_panel=(heard.name, booked.name))
    assert [(row.at_panel, row.arrange, row.has_doors) for row in rows] == [
        (True, False, True),
        (False, False, False),
        (False, False, False),
    ]


def test_a_clock_is_reached_by_the_key_of_its_obligation_whatever_its_number() -> None:
    one, met = obligation(7), obligation(3, wire.OBLIGATION_STATE_MET)
    assert [(row.number, row.key) for row in rows_of(met, one)] == [(1, "7"), (2, "3")]


def test_a_bracket_is_explained_only_where_one_is_drawn() -> None:
    held = TODAY - timedelta(days=5)
    late, same = (
        picture_of(rows_of(obligation(1, wire.OBLIGATION_STATE_MET, local_due_date=due, held_date=held)), TODAY)
        for due in (held - timedelta(days=3), held)
    )
    assert late and late.has_brackets
    assert same and not same.has_brackets


def test_without_clocks_there_is_no_picture() -> None:
    assert picture_of([], TODAY) is None


def test_today_stands_between_what_was_and_what_comes() -> None:
    picture = picture_of(
        rows_of(
            obligation(1, wire.OBLIGATION_STATE_MET, held_date=TODAY - timedelta(days=20)),
            obligation(2, statutory_due_date=TODAY + timedelta(days=20), working_days_left=14),
        ),
        TODAY,
    )
    assert picture is not None
    xs = {mark.number: mark.x for _, mark in marks(picture)}
    assert xs[2] < picture.today_x < xs[1], "the running one has the first number"


def test_what_was_met_long_ago_or_is_years_off_stands_in_the_table_alone_and_the_picture_says_so() -> None:
    picture = picture_of(
        rows_of(
            obligation(1, local_due_date=date(2026, 6, 11), working_days_left=55),
            obligation(2, wire.OBLIGATION_STATE_MET, held_date=date(2019, 1, 8)),
            obligation(3, statutory_due_date=date(2089, 7, 1), working_days_left=16000),
        ),
        TODAY,
    )
    assert picture is not None
    assert [len(lane.beyond) for lane in picture.lanes] == [2]
    assert "2 older or far later ones stand in the table alone" in picture.description
    assert not {"2019", "2089"} & {tick.label[-4:] for tick in picture.ticks}


@pytest.mark.parametrize(
    ("one", "state", "left"),
    [
        (obligation(local_due_date=date(2026, 4, 15), working_days_left=16), ClockState.DUE, "16 working days left"),
        (obligation(local_due_date=date(2026, 3, 13), working_days_left=-5), ClockState.LATE, "5 working days late"),
        (obligation(local_due_date=TODAY), ClockState.DUE, "Due today"),
        (
            obligation(local_due_date=date(2026, 4, 15), booked_date=date(2026, 4, 1), working_days_left=16),
            ClockState.BOOKED,
            "16 working days left",
        ),
        (
            obligation(
                statutory_due_date=date(2026, 5, 1),
                local_due_date=date(2026, 4, 15),
                booked_date=date(2026, 4, 16),
                working_days_left=16,
            ),
            ClockState.BOOKED_LATE,
            "16 working days left",
        ),
        (
            obligation(local_due_date=date(2026, 3, 13), booked_date=date(2026, 3, 12), working_days_left=-5),
            ClockState.LATE,
            "5 working days late",
        ),
        (
            obligation(state=wire.OBLIGATION_STATE_NEEDS_FACT, needs_facts=["the date of the entry decision"]),
            ClockState.NEEDS_FACT,
            "No date yet",
        ),
        (
            obligation(
                state=wire.OBLIGATION_STATE_MET, statutory_due_date=date(2026, 3, 1), held_date=date(2026, 3, 2)
            ),
            ClockState.MET_LATE,
            "Not running",
        ),
        (
            obligation(
                state=wire.OBLIGATION_STATE_MET,
                statutory_due_date=date(2026, 3, 10),
                local_due_date=date(2026, 3, 1),
                held_date=date(2026, 3, 2),
            ),
            ClockState.MET,
            "Not running",
        ),
        (obligation(state=wire.OBLIGATION_STATE_ENDED), ClockState.ENDED, "Not running"),
    ],
)
def test_how_a_clock_stands(one: wire.Obligation, state: ClockState, left: str) -> None:
    row = row_of(one)
    assert (row.state, row.left) == (state, left)


def test_a_clock_of_hours_is_late_by_the_hour_and_not_by_the_day() -> None:
    one = obligation(local_due_date=TODAY, due_time=stamp(NOW - timedelta(hours=3)))
    assert (row_of(one).state, row_of(one).left) == (ClockState.LATE, "Late by 3 hours")
    one = obligation(local_due_date=TODAY, due_time=stamp(NOW + timedelta(hours=5)))
    assert (row_of(one).state, row_of(one).left) == (ClockState.DUE, "5 hours left")


def test_the_two_dates_are_never_merged() -> None:
    row = row_of(obligation(statutory_due_date=date(2026, 5, 1), local_due_date=date(2026, 4, 15)))
    assert (row.law, row.ours, row.due) == (date(2026, 5, 1), date(2026, 4, 15), date(2026, 4, 15))


def test_the_rule_names_each_day_that_was_not_counted_and_how_sure_it_is() -> None:
    good_friday = wire.SkippedDay(on_date=on(date(2026, 4, 3)), reason="Good Friday")
    why = wire.Explanation(
        sentence="Due by then.",
        steps=[wire.ExplanationStep(text="20 working days.", skipped_days=[good_friday])],
        source="regulation 33(1)",
        confidence="verified",
        warning="The last day is a Saturday.",
    )
    rule = row_of(obligation(explanation=why)).rule
    assert rule.steps[0].skipped == ("Friday 3 April 2026: Good Friday",)
    assert rule.sure.startswith("The wording of this rule was checked")
    assert rule.warning == "The last day is a Saturday."
    unsure = row_of(obligation(explanation=wire.Explanation(confidence="unverified"))).rule
    assert unsure.sure.startswith("Nobody has checked")
    assert row_of(obligation(explanation=wire.Explanation(confidence="something new"))).rule.sure == unsure.sure


def test_a_missing_fact_is_named_and_an_assumed_one_is_marked() -> None:
    needs = row_of(obligation(state=wire.OBLIGATION_STATE_NEEDS_FACT, needs_facts=["the date of the entry decision"]))
    assert needs.needs == "the date of the entry decision"
    moved = row_of(obligation(inferred=True, original_due_date=date(2026, 4, 1)))
    assert moved.inferred and moved.moved_from == date(2026, 4, 1)


def test_only_an_open_clock_without_a_meeting_can_be_arranged() -> None:
    names = tuple(f"councils/demo/obligations/{number}" for number in range(1, 5))
    rows = rows_of(
        obligation(1),
        obligation(2, meeting="councils/demo/meetings/m"),
        obligation(3, wire.OBLIGATION_STATE_MET),
        obligation(4, wire.OBLIGATION_STATE_NEEDS_FACT),
        unarranged=names,
    )
    assert [row.title for row in rows if row.arrange] == ["Clock 1"]
    assert not any(row.arrange for row in rows_of(obligation(1)))


def test_what_is_waived_stands_between_what_runs_and_what_is_over_with_who_when_and_why() -> None:
    waiver = wire.Waiver(waived_by="oid-rose", waive_time=stamp(NOW), reason="The carer has moved away.")
    waived = obligation(2, wire.OBLIGATION_STATE_WAIVED, waiver=waiver, local_due_date=date(2026, 3, 2))
    around = Around(NOW, str.upper, names={"oid-rose": "Rose Reviewer"})
    rows = clock_rows([obligation(1, wire.OBLIGATION_STATE_MET), waived, obligation(3)], around)
    assert [(row.title, row.is_waived) for row in rows] == [("Clock 3", False), ("Clock 2", True), ("Clock 1", False)]
    said = rows[1].waived
    assert said and (said.by, said.reason) == ("Rose Reviewer", "The carer has moved away.")
    assert said.when == "Friday 20 March 2026, midday"
    assert (rows[1].left, rows[0].waived) == ("Not running", None)
    unnamed = row_of(obligation(2, wire.OBLIGATION_STATE_WAIVED, waiver=wire.Waiver(waived_by="oid-nobody")))
    assert unnamed.waived and (unnamed.waived.by, unnamed.waived.reason) == ("a colleague", "")


@pytest.mark.parametrize("basis", [wire.BASIS_STATUTORY, wire.BASIS_LOCAL])
def test_waiving_is_offered_by_whose_clock_it_is(basis: wire.Basis.ValueType) -> None:
    states = (wire.OBLIGATION_STATE_OPEN, wire.OBLIGATION_STATE_NEEDS_FACT, wire.OBLIGATION_STATE_WAIVED)
    given_ = [
        obligation(number, state, basis=basis) for number, state in enumerate((*states, wire.OBLIGATION_STATE_MET))
    ]

    def offered(hands: Hands) -> list[tuple[bool, bool]]:
        return [(row.waive, row.restore) for row in clock_rows(given_, Around(NOW, str.upper, hands=hands))]

    everything = [(True, False), (True, False), (False, True), (False, False)]
    nothing = [(False, False)] * 4
    assert offered(Hands()) == nothing
    assert offered(Hands(waives_ours=True, waives_the_laws=True)) == everything
    assert offered(Hands(waives_ours=True)) == (everything if basis == wire.BASIS_LOCAL else nothing)


def test_work_and_signatures_are_recorded_as_done_and_meetings_are_not() -> None:
    kinds = [kind for name, kind in wire.ObligationKind.items() if "UNSPECIFIED" not in name]
    given_ = [obligation(number, kind=kind) for number, kind in enumerate(kinds)]
    rows = clock_rows(given_, Around(NOW, str.upper, hands=Hands(records=True)))
    done = {wire.ObligationKind.Name(kind) for kind, row in zip(kinds, rows, strict=True) if row.record_done}
    assert done == {"OBLIGATION_KIND_TASK", "OBLIGATION_KIND_SIGN_OFF", "OBLIGATION_KIND_TARGET"}
    assert not any(row.record_done for row in rows_of(*given_))


def test_a_date_that_moved_by_itself_is_told_with_both_dates_and_why() -> None:
    change = wire.DateChange(
        due_date_before=on(date(2026, 4, 15)),
        due_date_after=on(date(2026, 4, 16)),
        cause=wire.DATE_CHANGE_CAUSE_BANK_HOLIDAYS,
    )
    row = row_of(obligation(unconfirmed_change=change))
    assert row.moved == (
        "This date moved from 15 Apr 2026 to 16 Apr 2026, because a bank holiday was proclaimed or taken back. "
        "Nobody has confirmed that yet."
    )
    assert row_of(obligation()).moved == ""


@pytest.mark.parametrize(("late_after", "state"), [(date(2026, 3, 27), ClockState.DUE), (TODAY, ClockState.DUE)])
def test_a_clock_is_late_only_after_the_last_day_that_would_do(late_after: date, state: ClockState) -> None:
    one = obligation(local_due_date=date(2026, 3, 13), working_days_left=-5, late_after_date=late_after)
    assert (row_of(one).state, row_of(one).left) == (state, "Its day has passed; it is not late yet")
    past = obligation(local_due_date=date(2026, 3, 13), working_days_left=-5, late_after_date=date(2026, 3, 19))
    assert (row_of(past).state, row_of(past).left) == (ClockState.LATE, "5 working days late")
    booked = {"local_due_date": date(2026, 4, 1), "booked_date": date(2026, 4, 2), "working_days_left": 8}
    assert row_of(obligation(**booked)).state is ClockState.BOOKED_LATE
    assert row_of(obligation(**booked, late_after_date=date(2026, 4, 2))).state is ClockState.BOOKED
    held = obligation(
        2, wire.OBLIGATION_STATE_MET, local_due_date=TODAY, held_date=TODAY + timedelta(1), late_after_date=late_after
    )
    assert row_of(held).state is (ClockState.MET if late_after > TODAY else ClockState.MET_LATE)


def test_a_fact_that_is_not_used_says_why_and_a_birthday_leads_to_no_fact() -> None:
    found = [
        wire.UnusableFact(what="entered_care", reason="it lies ahead", case_event="councils/demo/caseEvents/4"),
        wire.UnusableFact(what="date_of_birth", reason="it lies after the child became looked after"),
    ]
    early, born = unused_facts(found, lambda name: name.upper())
    assert (early.words, early.key, early.reason) == ("ENTERED_CARE", "4", "it lies ahead")
    assert (born.words, born.key, born.on) == ("The date of birth", "", None)


def test_permanence_plans_stand_in_their_order_in_the_councils_words() -> None:
    labels = {"cic_review": "looked after review", "tracking_panel": "tracking meeting"}
    plans = plans_of(
        plan_wire.PermanencePlans(
            plans=[
                plan_wire.PermanencePlan(
                    plan="adoption", rank=1, state=plan_wire.PLAN_STATE_PROVISIONAL, since_date=on(TODAY)
                ),
                plan_wire.PermanencePlan(plan="long_term_fostering", rank=2, state=plan_wire.PLAN_STATE_NONE),
            ],
            expectations=[
                plan_wire.PlanExpectation(
                    occasion=plan_wire.PLAN_OCCASION_SECOND_REVIEW,
                    expected_state=plan_wire.PLAN_STATE_MANAGER_SIGNED,
                    lacks="no manager has signed the permanence plan",
                )
            ],
            contingency_missing=True,
        ),
        labels,
    )
    assert [(row.name, row.part, row.since) for row in plans.rows] == [
        ("Adoption", "Pursued", TODAY),
        ("Long-term fostering", "In reserve, number 1", None),
    ]
    assert plans.rows[0].state == "Provisional: agreed at a looked after review while care proceedings run"
    assert plans.no_reserve
    (expected,) = plans.expected
    assert expected.words == "The next looked after review has to find a plan that is signed by a manager"
    assert expected.lacks.startswith("no manager")
    none = plan_wire.PermanencePlans(plans=[plan_wire.PermanencePlan(rank=1, state=plan_wire.PLAN_STATE_NONE)])
    assert not plans_of(none, labels).rows


def test_every_state_and_occasion_of_a_plan_has_words_even_without_the_councils() -> None:
    for name, state in plan_wire.PlanState.items():
        plan = plan_wire.PermanencePlan(plan="adoption", rank=1, state=state)
        expected = [
            plan_wire.PlanExpectation(occasion=occasion, expected_state=state)
            for occasion in plan_wire.PlanOccasion.values()
            if occasion
        ]
        found = plans_of(plan_wire.PermanencePlans(plans=[plan], expectations=expected), {})
        assert "{" not in found.rows[0].state and (found.rows[0].state != "Not known") == ("UNSPECIFIED" not in name)
        assert not any("Another occasion" in one.words or "{" in one.words for one in found.expected)


def test_meetings_come_first_that_are_still_to_come_and_holds_that_lapsed_are_left_out() -> None:
    def meeting(days: int, state: meeting_pb2.MeetingState.ValueType) -> meeting_pb2.Meeting:
        start = NOW + timedelta(days=days)
        return meeting_pb2.Meeting(
            name=f"councils/demo/meetings/{days}",
            title="Permanence planning meeting",
            state=state,
            start_time=stamp(start),
            end_time=stamp(start + timedelta(hours=1)),
        )

    rows = meeting_rows(
        [
            meeting(-9, meeting_pb2.MEETING_STATE_HELD),
            meeting(-2, meeting_pb2.MEETING_STATE_CANCELLED),
            meeting(1, meeting_pb2.MEETING_STATE_LAPSED),
            meeting(3, meeting_pb2.MEETING_STATE_BOOKED),
            meeting(5, meeting_pb2.MEETING_STATE_BOOKED),
        ],
        NOW,
    )
    assert [(row.key, row.state) for row in rows] == [
        ("3", "Booked"),
        ("5", "Booked"),
        ("-2", "Cancelled"),
        ("-9", "Took place"),
    ]
