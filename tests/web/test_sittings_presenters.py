"""Agendas and outcomes: order, what is late, what waits next, and nothing that a body has no authority for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import panel_pb2 as wire

from servicekit.errors import Violation
from web.agenda import next_open, recorded_words
from web.desk import Refused
from web.journeys.sittings.presenters import (
    agenda_rows,
    moved_words,
    order_seen,
    order_with,
    recorded_last,
    sitting_rows,
    standing_of,
)
from web.outcome_form import OutcomeForm
from web.outcome_words import event_choices, kind_choices, recorded, wire_kind

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
BODY = wire.Body(
    title="Tracking meeting",
    authority=wire.AUTHORITY_ENDORSES,
    may_record=["drift_identified", "tracking_meeting_considered"],
)


def stamp(when: datetime) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(when)
    return found


def item(number: int, *subjects: str, outcomes: tuple[str, ...] = (), due: date | None = None) -> wire.AgendaItem:
    return wire.AgendaItem(
        name=f"councils/demo/agendaItems/i{number}",
        number=number,
        subjects=[f"councils/demo/children/{one}" for one in subjects],
        references=[f"NM-{one}" for one in subjects],
        source=wire.AGENDA_SOURCE_OBLIGATION,
        reason="Its date comes.",
        start_time=stamp(NOW),
        end_time=stamp(NOW + timedelta(minutes=15)),
        outcomes=[
            wire.Outcome(
                name=f"councils/demo/outcomes/o-{one}",
                subject=f"councils/demo/children/{one}",
                kind=wire.OUTCOME_KIND_ENDORSED,
                record_time=stamp(datetime(2026, 3, 20, 10, 42, tzinfo=UTC)),
            )
            for one in outcomes
        ],
        due_date=Date(year=due.year, month=due.month, day=due.day) if due else None,
    )


def sitting(
    *items: wire.AgendaItem,
    days: int = 0,
    state: wire.SittingState.ValueType = wire.SITTING_STATE_PLANNED,
) -> wire.Sitting:
    start = NOW + timedelta(days=days, hours=-3)
    return wire.Sitting(
        name=f"councils/demo/sittings/s{days}",
        state=state,
        start_time=stamp(start),
        end_time=stamp(start + timedelta(hours=6)),
        agenda=items,
    )


@given(st.lists(st.uuids().map(str), min_size=1, max_size=30, unique=True), st.data())
def test_an_item_goes_where_it_was_sent_and_the_others_keep_their_order(items: list[str], data: st.DataObject) -> None:
    moved = data.draw(st.sampled_from(items))
    to = data.draw(st.integers(1, len(items)))
    ordered = order_with(items, moved, to)
    assert ordered[to - 1] == moved
    assert [one for one in ordered if one != moved] == [one for one in items if one != moved]


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        (5, 2, "Item 5 is now item 2."),
        (1, 1, "Item 1 stays there."),
        (0, 2, ""),
        (27, 2, ""),
    ],
)
def test_a_move_is_told_where_both_are_places_of_the_agenda(was: int, now: int, words: str) -> None:
    assert moved_words(was, now, 26) == words


def test_the_order_that_was_looked_at_does_not_change_with_times_or_reasons() -> None:
    before = sitting(item(1, "a"), item(2, "b"))
    after = sitting(item(1, "a"), item(2, "b"), days=1)
    after.agenda[0].reason, after.etag = "Another reason.", "9"
    assert order_seen(before) == order_seen(after)
    assert order_seen(before) != order_seen(sitting(item(2, "b"), item(1, "a")))


def test_late_is_what_was_due_before_the_sitting() -> None:
    rows = agenda_rows(
        sitting(
            item(1, "a", due=date(2026, 3, 19)),
            item(2, "b", due=date(2026, 3, 20)),
            item(3, "c"),
        ),
        {},
    )
    assert [row.late for row in rows] == [True, False, False]


def test_an_item_shows_references_alone_where_names_are_not_known() -> None:
    known = {"councils/demo/children/a": Subject(name="councils/demo/children/a", display_name="Robin Example")}
    row = agenda_rows(sitting(item(1, "a", "b", outcomes=("a",))), known)[0]
    assert [(one.reference, one.name, one.outcome) for one in row.subjects] == [
        ("NM-a", "Robin Example", "Endorsed"),
        ("NM-b", "", ""),
    ]
    assert not row.recorded


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [
        (3, wire.SITTING_STATE_PLANNED, "Planned"),
        (0, wire.SITTING_STATE_PLANNED, "Sitting now"),
        (-3, wire.SITTING_STATE_PLANNED, "Over, not recorded as held"),
        (-3, wire.SITTING_STATE_HELD, "Took place"),
        (3, wire.SITTING_STATE_CANCELLED, "Cancelled"),
    ],
)
def test_where_a_sitting_stands(days: int, state: wire.SittingState.ValueType, words: str) -> None:
    assert standing_of(sitting(days=days, state=state), NOW).words == words


def test_coming_sittings_the_next_first_and_recent_ones_the_latest_first() -> None:
    listed = [sitting(days=days) for days in (-28, -14, 0, 14)]
    coming, recent = sitting_rows(listed, {}, NOW)
    assert [row.key for row in coming] == ["s0", "s14"]
    assert [row.key for row in recent] == ["s-14", "s-28"]


def test_the_next_place_without_an_outcome_comes_after_this_one_then_before_it_and_then_none() -> None:
    one = sitting(item(1, "a"), item(2, "b", "c", outcomes=("c",)), item(3, "d", outcomes=("d",)))
    first, second, third = one.agenda

    def after(place: wire.AgendaItem, subject: str) -> tuple[int, str] | None:
        found = next_open(one, place, f"councils/demo/children/{subject}")
        return (found[0].number, found[1].rpartition("/")[2]) if found else None

    assert after(first, "a") == (2, "b")
    assert after(second, "b") == (1, "a")
    assert after(third, "d") == (1, "a")
    alone = sitting(item(1, "a"))
    assert next_open(alone, alone.agenda[0], "councils/demo/children/a") is None


def test_what_was_recorded_is_told_with_its_time_and_only_where_it_was() -> None:
    one = sitting(item(3, "a", outcomes=("a",)))
    assert recorded_words(one, "o-a") == "Recorded at 10:42am for item 3, NM-a."
    assert recorded_words(one, "somebody else's") == ""


def test_that_no_item_waits_is_told_only_where_it_is_so() -> None:
    words = "Recorded at 10:42am for item 1, NM-a."
    assert recorded_last(sitting(item(1, "a", outcomes=("a",))), "o-a") == f"{words} No item waits for an outcome."
    assert recorded_last(sitting(item(1, "a", outcomes=("a",)), item(2, "b")), "o-a") == words
    assert recorded_last(sitting(item(1, "a")), "") == ""


def test_a_body_is_offered_what_it_has_authority_for() -> None:
    assert [value for value, _ in kind_choices(wire.AUTHORITY_ENDORSES)] == [
        "endorsed", "challenged", "deferred", "part-heard",
    ]  # fmt: skip
    assert [value for value, _ in kind_choices(wire.AUTHORITY_RECOMMENDS)] == ["recommended", "deferred", "part-heard"]
    assert [value for value, _ in kind_choices(wire.AUTHORITY_DECIDES)] == ["decided", "deferred", "part-heard"]
    assert kind_choices(0) == []
    assert event_choices(BODY.may_record) == [("drift_identified", "Drift or delay was identified")]
    assert wire_kind("part-heard") == wire.OUTCOME_KIND_DEFERRED
    assert wire_kind("endorsed") == wire.OUTCOME_KIND_ENDORSED
    assert wire_kind("anything") == wire.OUTCOME_KIND_UNSPECIFIED


def test_who_recommends_says_so_in_words_and_who_does_not_agree_says_why() -> None:
    body = wire.Body(authority=wire.AUTHORITY_RECOMMENDS)
    sent = MultiDict({"kind": "recommended", "reasons": "Said.", "dissent_why_1": "Too soon."})
    faulty = OutcomeForm(_Fields(sent), today=NOW.date(), body=body)
    assert not faulty.validate()
    assert [fault.text for fault in faulty.faults] == ["Say what the panel recommends", "Say who did not agree"]
    sent.update({"recommendation": "The match.", "dissent_who_1": "The medical adviser"})
    good = OutcomeForm(_Fields(sent), today=NOW.date(), body=body)
    assert good.validate() and good.wire_dissents() == [wire.Dissent(who="The medical adviser", why="Too soon.")]
    put_off = OutcomeForm(_Fields(MultiDict({"kind": "part-heard", "reasons": "Late."})), today=NOW.date(), body=body)
    assert put_off.validate() and put_off.part_heard


def test_an_action_for_a_role_that_nobody_has_any_more_is_refused_beside_its_owner() -> None:
    sent = MultiDict({"kind": "endorsed", "reasons": "Said.", "what_2": "Visit.", "owner_2": "social-worker"})
    form = OutcomeForm(_Fields(sent), today=NOW.date(), body=wire.Body(authority=wire.AUTHORITY_ENDORSES))
    form.take(Refused("OWNER_LEFT", {"role": "social-worker"}, ()))
    (fault,) = form.faults
    assert fault.href == "#owner_2"
    assert fault.text == "Action 2: Nobody is social worker here any more. Choose somebody else to do this."
    other = OutcomeForm(_Fields(sent), today=NOW.date(), body=wire.Body(authority=wire.AUTHORITY_ENDORSES))
    other.take(Refused("NOT_QUORATE", {"missing": "the chair"}, ()))
    assert [one.text for one in other.faults if "Wanting: the chair." in one.text]


def form(**fields: str) -> OutcomeForm:
    sent = MultiDict({"request_id": "r", "kind": "endorsed", "reasons": "Said.", **fields})
    return OutcomeForm(_Fields(sent), today=NOW.date(), body=BODY)


class _Fields:
    """As aiohttp gives posted fields to a form."""

    def __init__(self, fields: MultiDict[str]) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __len__(self) -> int:
        return len(self._fields)

    def getlist(self, name: str) -> list[str]:
        return self._fields.getall(name, [])

    def getall(self, name: str) -> list[str]:
        return self._fields.getall(name)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._fields)


DUE = {"due_2-day": "27", "due_2-month": "3", "due_2-year": "2026"}


def test_the_shortest_outcome_is_a_kind_and_a_reason() -> None:
    assert form().validate()
    empty = form(kind="", reasons=" ")
    assert not empty.validate()
    assert [fault.text for fault in empty.faults] == ["Choose what the panel did", "Say what was said, and why"]


def test_a_kind_beyond_the_bodys_authority_is_not_sent() -> None:
    beyond = form(kind="decided")
    assert not beyond.validate()
    assert [fault.text for fault in beyond.faults] == ["Choose what the panel did"]


def test_events_are_sent_only_of_those_that_were_offered() -> None:
    assert form(events="placement_order_made").wire_events == []
    assert form(events="drift_identified").wire_events == ["drift_identified"]


def test_an_action_is_whole_or_says_what_it_lacks() -> None:
    half = form(what_2="Write")
    assert not half.validate()
    assert [fault.text for fault in half.faults] == ["Action 2: choose who does it", "Action 2: say by when"]
    whole = form(what_2="Write", owner_2="social-worker", **DUE)
    assert whole.validate()
    assert [(one.text, one.owner_role, one.due_date.day) for one in whole.wire_actions()] == [
        ("Write", "social-worker", 27)
    ]


def test_days_that_have_passed_are_refused_here_already() -> None:
    late = form(
        what_2="Write",
        owner_2="social-worker",
        **{**DUE, "due_2-day": "19"},
        **{"next_date-day": "20", "next_date-month": "3", "next_date-year": "2026"},
    )
    assert not late.validate()
    assert len(late.faults) == 2


def test_a_refused_action_is_marked_where_it_stands_on_the_page() -> None:
    sent = form(what_2="Write", owner_2="social-worker", **DUE)
    assert sent.validate()
    sent.take(Refused("INVALID_REQUEST", {}, (Violation("actions[0].due_date", "has passed"),)))
    assert [(fault.text, fault.href) for fault in sent.faults] == [("“Action 2: by when” has passed", "#due_2-day")]


def test_while_panels_is_away_the_form_offers_what_it_offered_before() -> None:
    sent = MultiDict({"authority": "3", "offered": "drift_identified", "kind": "endorsed", "reasons": "Said."})
    away = OutcomeForm(_Fields(sent), today=NOW.date())
    assert (away.kind.data, away.reasons.data) == ("endorsed", "Said.")
    assert [value for value, _ in kind_choices(3)] == [value for value, *_ in away.kind.iter_choices()]
    mangled = OutcomeForm(_Fields(MultiDict({"authority": "<x>"})), today=NOW.date())
    assert list(mangled.kind.iter_choices()) == []


def test_an_outcome_reads_in_words() -> None:
    one = recorded(
        wire.Outcome(
            kind=wire.OUTCOME_KIND_CHALLENGED,
            reasons="Why.",
            case_events=["drift_identified"],
            actions=[wire.Action(text="Write", owner_role="social-worker", due_date=Date(year=2026, month=3, day=27))],
            record_time=stamp(NOW),
            recorded_by="oid",
        ),
        {},
    )
    assert (one.kind, one.by, one.next_date) == ("Challenged what is planned", "a colleague", "Nobody said")
    assert one.events == ("Drift or delay was identified",)
    assert (one.actions[0].owner, one.actions[0].due) == ("Social worker", "Friday 27 March 2026")
