"""Forms of the live run sheet: what is kept of them, what is shown again, and that an empty one is laid out once."""

from datetime import UTC, date, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.panels.v1 import member_pb2 as member_wire
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import run_sheet_service_pb2 as pb

from services.panels.domain import run_sheet
from web.journeys.run_sheet.presenters import Sheet, minutes_of, parts_of, quorum_by_item
from web.journeys.run_sheet.sheet_form import (
    changes_of,
    filled,
    note_of,
    read_versions,
    values_of,
    written,
)
from web.outcome_form import OutcomeForm

TODAY = date(2026, 3, 10)
BODY = wire.Body(
    authority=wire.AUTHORITY_ENDORSES, may_record=["drift_identified", "tracking_meeting_considered"], title="Panel"
)
CHILD = "councils/demo/children/01a214cb-f959-77dd-817a-c6ebdb329a52"
ITEM = "councils/demo/agendaItems/01a214cb-f959-77dd-817a-c6ebdb329a53"


def field(name: str, value: str, **more: object) -> pb.SheetField:
    return pb.SheetField(agenda_item=ITEM, subject=CHILD, field=name, value=value, version=2, **more)  # type: ignore[arg-type]


FIELDS = [
    field("kind", "endorsed"), field("reasons", "Sound.\nGo on."), field("owner_1", "carer"), field("due_1-day", "31"),
    field("due_1-month", "x"), field("events", "drift_identified"), field("dissent_who_1", "The adviser"),
]  # fmt: skip


def form_of(fields: list[pb.SheetField], place: str = "p1") -> OutcomeForm:
    return OutcomeForm(filled(fields, f"{place}-"), today=TODAY, body=BODY, prefix=f"{place}-")


def test_what_was_written_is_shown_again_as_it_was() -> None:
    values = values_of(form_of(FIELDS))
    assert {name: value for name, value in values.items() if value} == {one.field: one.value for one in FIELDS}
    assert {"due_3-year", "next_date-day", "recommendation", "what_2"} <= set(values)


def test_every_field_of_the_form_is_one_that_the_service_keeps() -> None:
    """The two lists stand on two sides of the wire; the service refuses a name that it does not know."""
    assert set(values_of(form_of([]))) == run_sheet.FIELDS


def test_versions_go_there_and_back() -> None:
    assert read_versions(written({"kind": 3, "due_1-day": 1})) == {"kind": 3, "due_1-day": 1}
    assert read_versions("kind=x reasons due_1-day=²") == {}


def test_a_field_that_was_always_empty_says_nothing_and_one_that_was_emptied_does() -> None:
    sent = changes_of(form_of([field("reasons", "Sound.")]), {"reasons": 2, "what_1": 1}, ITEM, CHILD)
    assert [(one.field, one.value, one.base_version) for one in sent] == [("reasons", "Sound.", 2), ("what_1", "", 1)]


def test_what_is_said_of_two_at_once() -> None:
    form = form_of(FIELDS)
    twice = note_of(form, field("kind", "endorsed", other="challenged"))
    assert "“Endorsed what is planned” stands, and “Challenged what is planned” was given too" in twice
    assert "“Endorsed what is planned” stands" in note_of(
        OutcomeForm(today=TODAY), field("kind", "endorsed", other="part-heard")
    ), "whoever asks for changes alone knows no body"
    assert "“Action 1: by when, day”" in note_of(form, field("due_1-day", "3", other="4"))
    assert "Both are kept" in note_of(form, field("reasons", "A\nB"), "B")
    assert note_of(form, field("reasons", "B"), "B") == "" == note_of(form, field("reasons", "B"))


def _sheet(read: pb.GetRunSheetResponse, *outcomes: wire.Outcome) -> Sheet:
    item = wire.AgendaItem(name=ITEM, number=1, subjects=[CHILD], references=["NM-1"], outcomes=outcomes)
    item.start_time.CopyFrom(_at(10))
    item.end_time.CopyFrom(_at(10, 15))
    sitting = wire.Sitting(name="councils/demo/sittings/01a214cb-f959-77dd-817a-c6ebdb329a54", agenda=[item])
    return Sheet(sitting, BODY, read, {}, {}, TODAY, writable=True)


def _at(hour: int, minute: int = 0) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime(2026, 3, 10, hour, minute, tzinfo=UTC))
    return stamp


def test_who_is_wanting_and_who_keeps_out() -> None:
    member = member_wire.MemberAtSitting(member=member_wire.Member(name="m1", name_for_staff="Mo Made-Up"))
    item = member_wire.ItemComposition(
        agenda_item=ITEM,
        present=["m2", "m3"],
        conflicts=[member_wire.Conflict(member="m1", recused=True)],
        quorum=member_wire.QuorumState(met=False, missing=["the chair is missing"]),
    )
    words = quorum_by_item(member_wire.Composition(members=[member], items=[item]))
    said = "Quorum not met: 2 members count. The chair is missing. Mo Made-Up keeps out of this item."
    assert words == {ITEM: said}
    assert quorum_by_item(member_wire.Composition(items=[item])) == {}, "nobody is on the list"


def test_a_part_says_how_far_it_is() -> None:
    (fresh,) = parts_of(_sheet(pb.GetRunSheetResponse()))
    assert (fresh.state, fresh.saved, fresh.open) == ("To be heard", "Nothing is written yet", True)
    (begun,) = parts_of(_sheet(pb.GetRunSheetResponse(fields=[field("reasons", "So far.", save_time=_at(10, 42))])))
    assert (begun.state, begun.saved, begun.versions) == ("Being written", "Saved 10:42am", "reasons=2")
    outcome = wire.Outcome(subject=CHILD, kind=wire.OUTCOME_KIND_DEFERRED, part_heard=True)
    (ended,) = parts_of(_sheet(pb.GetRunSheetResponse(), outcome))
    assert (ended.state, ended.form) == ("Part-heard", None)


def test_a_part_that_the_reader_keeps_out_of_has_no_form() -> None:
    (part,) = parts_of(_sheet(pb.GetRunSheetResponse(kept_out_items=[ITEM])))
    assert (part.state, part.form, part.kept_out, part.open) == ("You keep out", None, True, False)


@pytest.mark.parametrize(
    ("time", "actual", "words"),
    [
        (None, None, "Not begun"),
        (pb.ItemTime(agenda_item=ITEM, begin_time=_at(10, 2)), None, "Began 10:02am"),
        (pb.ItemTime(agenda_item=ITEM, begin_time=_at(10, 2), end_time=_at(10, 20)), 18, "10:02am to 10:20am"),
    ],
)
def test_planned_and_actual_minutes(time: pb.ItemTime | None, actual: int | None, words: str) -> None:
    (minutes,) = minutes_of(_sheet(pb.GetRunSheetResponse(item_times=[time] if time else [])))
    assert (minutes.planned, minutes.actual, minutes.words) == (15, actual, words)
