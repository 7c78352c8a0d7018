"""A tracked subject's row: what is not recorded is said, and a late clock leads to its rule."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from google.type.date_pb2 import Date
from multidict import MultiDict
from permanence.cases.v1 import performance_pb2 as wire
from permanence.cases.v1 import subject_pb2
from permanence.panels.v1 import panel_pb2

from web.journeys.tracker.asked import KINDS, Asked, asked
from web.journeys.tracker.presenters import TrackerRow, now_lines, tracker_rows
from web.keys import KEY
from web.outcome_form import sent_form
from web.tracker_row import row_query, tracker_query

CHILD = "councils/demo/children/01a214cb-f959-77dd-817a-c6ebdb329a52"
OBLIGATION = "councils/demo/obligations/01a214cb-f959-77dd-817a-000000000001"
OFFICER = "01a214cb-f959-77dd-817a-000000000002"


def on(year: int, month: int, day: int) -> Date:
    return Date(year=year, month=month, day=day)


def row_of(**fields: object) -> TrackerRow:
    subject = subject_pb2.Subject(name=CHILD, kind=subject_pb2.SUBJECT_KIND_CHILD, reference="NM-0412")
    given = {"subject": subject, "plan_state": "none", **fields}
    return tracker_rows([wire.TrackedSubject(**given)], lambda kind: kind.upper(), {})[0]  # type: ignore[arg-type]


def clock(**fields: object) -> wire.TrackedClock:
    given = {"obligation": OBLIGATION, "title": "Review", "due_date": on(2026, 3, 2), "sentence": "Why.", **fields}
    return wire.TrackedClock(**given)  # type: ignore[arg-type]


def test_what_nobody_has_recorded_is_said_and_never_blank() -> None:
    row = row_of()
    assert (row.plan, row.reserve, row.legal, row.sitting) == ("Not recorded", "Not recorded", ("Not recorded",), None)
    assert (row.drift, row.state) == ("None identified", "No permanence plan drafted")
    assert row.law is None and row.ours is None


def test_the_whole_row_in_words() -> None:
    row = row_of(
        plan="long_term_fostering",
        plan_event="long_term_fostering_agreed_at_review",
        plan_date=on(2025, 6, 30),
        plan_state="tracking_panel_approved",
        plan_state_date=on(2025, 7, 1),
        contingency_plan="special_guardianship",
        legal_dates=[
            wire.LegalDate(says="a care order was made", on_date=on(2025, 9, 1)),
            wire.LegalDate(says="the final hearing is listed", on_date=on(2026, 5, 5), planned=True),
        ],
        drift=wire.Drift(identified_date=on(2026, 1, 15), days=60, times=2),
        next_sitting=wire.NextSitting(
            on_date=on(2026, 4, 1), meeting="councils/demo/meetings/m", meeting_kind="tracking_panel"
        ),
    )
    assert (row.plan, row.plan_since) == ("Long-term fostering", "agreed at a review, 30 Jun 2025")
    assert row.state == "Approved by the tracking panel, 1 Jul 2025"
    assert row.reserve == "Special guardianship"
    assert row.legal == ("A care order was made on 1 Sep 2025", "The final hearing is listed on 5 May 2026 (to come)")
    assert row.drift == "Since 15 Jan 2026, 60 days; identified 2 times"
    assert row.sitting and (row.sitting.on, row.sitting.words, row.sitting.meeting) == (
        date(2026, 4, 1),
        "TRACKING_PANEL",
        "m",
    )


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({"working_days_left": 4}, "4 working days left"),
        ({"working_days_left": -4, "late": True}, "4 working days late"),
        ({"working_days_left": -4, "late": False}, "past its first date, not late yet"),
        ({"working_days_left": 0, "late": True}, "late"),
    ],
)
def test_how_long_a_clock_has_left(fields: dict[str, object], left: str) -> None:
    line = row_of(statutory_clock=clock(**fields)).law
    assert line and line.left == left


def test_a_clock_leads_to_its_rule_and_says_why_and_whether_it_is_booked() -> None:
    line = row_of(local_clock=clock(booked_date=on(2026, 3, 1))).ours
    assert line and line.path == (
        "/children/01a214cb-f959-77dd-817a-c6ebdb329a52?clock=01a214cb-f959-77dd-817a-000000000001#clock-01a214cb-f959-77dd-817a-000000000001"
    )
    assert (line.why, line.booked) == ("Why.", "booked for 1 Mar 2026")
    bare = row_of(local_clock=clock(sentence="")).ours
    assert bare and bare.why and bare.booked == "not booked"
    titled = row_of(local_clock=clock(sentence="Review: due by then.")).ours
    assert titled and titled.why == "Due by then."


def test_a_sitting_that_is_on_no_agenda_leads_nowhere() -> None:
    row = row_of(next_sitting=wire.NextSitting(on_date=on(2026, 4, 1)))
    assert row.sitting and not row.sitting.meeting and row.sitting.words


def test_an_address_asks_for_what_it_says_and_nonsense_narrows_nothing() -> None:
    whole = {"reviewing_officer": OFFICER, "team_manager": OFFICER, "kind": "carer-households", "late": "yes"}
    found = asked(whole)
    assert found == Asked(OFFICER, OFFICER, "carer-households", True) and found.narrowed
    assert found.wire_kind == subject_pb2.SUBJECT_KIND_CARER_HOUSEHOLD
    assert asked({"reviewing_officer": "../x", "team_manager": "1", "kind": "dogs", "late": "1"}) == Asked()
    assert not Asked().narrowed and Asked().path() == "/tracker"


def test_an_address_is_read_as_it_was_written_and_holds_keys_alone() -> None:
    import re
    from urllib.parse import parse_qsl

    for kind in KINDS:
        one = Asked(OFFICER, "", kind, True)
        query = dict(parse_qsl(one.path("a token").partition("?")[2]))
        assert query.pop("page") == "a token" and asked(query) == one
        assert all(re.fullmatch(rf"{KEY}|[a-z-]+", value) for value in query.values())


def test_whom_a_panel_hears_now_is_recorded_from_the_row() -> None:
    child = "councils/demo/children/01a214cb-f959-77dd-817a-c6ebdb329a52"
    item = panel_pb2.AgendaItem(name="councils/demo/agendaItems/i1", subjects=[child])
    body = panel_pb2.Body(name="councils/demo/bodies/b1", authority=panel_pb2.AUTHORITY_ENDORSES)
    sitting = panel_pb2.Sitting(name="councils/demo/sittings/s1", body=body.name, agenda=[item])
    key = child.rpartition("/")[2]
    now = now_lines([sitting], {body.name: body}, date(2026, 3, 16))[child]
    assert (now.path, now.outcome) == (f"/sittings/s1/live?open={key}#of-{key}", "")
    assert now.record_path == f"/sittings/s1/items/i1/outcome?subject={key}"
    assert now.form is not None and now.form.reasons.name == "o1-reasons"
    item.outcomes.append(panel_pb2.Outcome(subject=child, kind=panel_pb2.OUTCOME_KIND_ENDORSED))
    settled = panel_pb2.Sitting(name=sitting.name, body=body.name, agenda=[item])
    told = now_lines([settled], {body.name: body}, date(2026, 3, 16))[child]
    assert (told.outcome, told.form) == ("Endorsed", None)


def test_what_a_row_sends_is_read_by_its_place_and_is_sent_once() -> None:
    sent = MultiDict({"place": "o3", "o3-kind": "endorsed", "o3-reasons": "Said.", "request_id": "the page's own"})
    form = sent_form(sent, date(2026, 3, 16), panel_pb2.Body(authority=panel_pb2.AUTHORITY_ENDORSES))
    assert (form.reasons.data, form.request_id.data, form.place) == ("Said.", "the page's own", "o3")
    nonsense = sent_form(MultiDict({"place": "x y", "reasons": "Said."}), date(2026, 3, 16))
    assert (nonsense.reasons.data, nonsense.place) == ("Said.", "")


def test_a_row_finds_back_to_what_the_tracker_was_asked_for_and_nowhere_else() -> None:
    query = row_query({"reviewing_officer": OFFICER, "late": "yes", "other": "x"})
    said = dict(parse_qsl(query))["tracker"]
    assert tracker_query(said) == f"?reviewing_officer={OFFICER}&late=yes"
    assert tracker_query("other=x&late=yes") == "?late=yes"
    assert tracker_query("//elsewhere.example") == tracker_query("") == ""
