"""Minutes: two clocks that count hours, who may write and sign, and nothing lost when somebody wrote meanwhile."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import panel_pb2 as wire
from permanence.scheduler.v1.meeting_pb2 import Meeting

from servicekit.caller import Caller, CallerKind
from web.desk import Refused
from web.headers import security_headers
from web.journeys.minutes.forms import DraftForm
from web.journeys.minutes.presenters import (
    hour_clock,
    may_sign,
    may_write,
    minutes_rows,
    paragraphs,
    start_rows,
)

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
CHILD = "councils/demo/children/a"
KINDS = {
    "ppm": MeetingKind(key="ppm", chair_role="team-manager"),
    "cic_review": MeetingKind(key="cic_review", chair_role="reviewing-officer"),
}
PPM = Meeting(
    name="councils/demo/meetings/m",
    meeting_kind="ppm",
    title="Permanence planning meeting",
    reference="M-000007",
    subjects=[CHILD, "councils/demo/children/b"],
)
SITTING = Meeting(name="councils/demo/meetings/s", meeting_kind="tracking_panel", body="councils/demo/bodies/t")


def stamp(when: datetime) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(when)
    return found


def minutes(state: wire.MinutesState.ValueType = wire.MINUTES_STATE_DRAFT, etag: str = "1") -> wire.Minutes:
    return wire.Minutes(
        name="councils/demo/minutes/x",
        meeting=PPM.name,
        subject=CHILD,
        state=state,
        etag=etag,
        meeting_end_time=stamp(NOW - timedelta(hours=43)),
        sign_due_time=stamp(NOW + timedelta(hours=5)),
        file_due_time=stamp(NOW + timedelta(hours=29)),
    )


def caller(*roles: str) -> Caller:
    return Caller(UUID(int=1), "demo", "oid", CallerKind.USER, frozenset(roles))


def test_a_row_says_whose_of_which_meeting_and_how_both_clocks_stand() -> None:
    known = {CHILD: Subject(name=CHILD, reference="NM-1", display_name="Robin Example")}
    row = minutes_rows([minutes()], known, {PPM.name: PPM}, NOW)[0]
    assert (row.who, row.path) == ("NM-1, Robin Example", "/children/a")
    assert row.meeting == "Permanence planning meeting, M-000007, Wednesday 18 March 2026"
    assert (row.sign.stands, row.sign.late) == ("5 hours left", False)
    assert (row.file.stands, row.file.late) == ("29 hours left", False)


def test_what_other_services_know_is_never_made_up() -> None:
    row = minutes_rows([minutes()], {}, {}, NOW)[0]
    assert (row.who, row.meeting) == ("Name not known just now", "Meeting of Wednesday 18 March 2026")


@pytest.mark.parametrize(
    ("due", "done", "stands", "late"),
    [
        (timedelta(hours=-3), None, "Late by 3 hours", True),
        (timedelta(minutes=20), None, "20 minutes left", False),
        (timedelta(hours=47, minutes=59), None, "47 hours left", False),
        (timedelta(days=-9), None, "Late by 9 days", True),
        (timedelta(hours=1), timedelta(), "Signed Friday 20 March 2026, midday, in time", False),
        (timedelta(hours=-2), timedelta(), "Signed Friday 20 March 2026, midday, late by 2 hours", True),
    ],
)
def test_a_clock_of_hours(due: timedelta, done: timedelta | None, stands: str, late: bool) -> None:
    at = stamp(NOW + done) if done is not None else None
    clock = hour_clock(stamp(NOW + due), at, "signed", NOW)
    assert (clock.stands, clock.late) == (stands, late)


@pytest.mark.parametrize(("now", "words"), [(NOW, "20 Mar, 5pm"), (NOW + timedelta(days=366), "20 Mar 2026, 5pm")])
def test_a_time_is_written_short_with_the_year_only_where_it_is_another(now: datetime, words: str) -> None:
    assert hour_clock(stamp(NOW + timedelta(hours=5)), None, "signed", now).by_short == words


@pytest.mark.parametrize(
    ("state", "etag", "words"),
    [
        (wire.MINUTES_STATE_DRAFT, "", "Not written yet"),
        (wire.MINUTES_STATE_DRAFT, "2", "Draft, not signed"),
        (wire.MINUTES_STATE_SIGNED, "3", "Signed, on their way to the file"),
        (wire.MINUTES_STATE_DELIVERED, "4", "Delivered, not acknowledged yet"),
        (wire.MINUTES_STATE_FILED, "5", "In the file"),
    ],
)
def test_a_state_is_never_better_than_it_is(state: wire.MinutesState.ValueType, etag: str, words: str) -> None:
    assert minutes_rows([minutes(state, etag)], {}, {}, NOW)[0].state == words


def test_who_signs_is_who_chairs_that_kind_of_meeting() -> None:
    assert may_sign(minutes(), caller("team-manager"), PPM, KINDS)
    assert not may_sign(minutes(), caller("panel-chair"), PPM, KINDS)
    assert may_sign(minutes(), caller("panel-chair"), SITTING, KINDS)
    assert not may_sign(minutes(), caller("team-manager"), SITTING, KINDS)
    assert not may_sign(minutes(), caller("business-support", "social-worker"), PPM, KINDS)
    review = Meeting(meeting_kind="cic_review")
    assert not may_sign(minutes(), caller("team-manager"), review, KINDS)
    assert may_sign(minutes(), caller("team-manager"), None, KINDS), "the service decides where nothing is known"


def test_nothing_is_signed_or_written_twice_or_before_it_is_there() -> None:
    signed = minutes(wire.MINUTES_STATE_SIGNED)
    assert not may_sign(minutes(etag=""), caller("team-manager"), PPM, KINDS)
    assert not may_sign(signed, caller("team-manager"), PPM, KINDS)
    assert may_write(minutes(etag=""), caller("business-support"))
    assert not may_write(signed, caller("business-support"))
    assert not may_write(minutes(), caller("social-worker"))


def test_subjects_without_minutes_are_listed_as_far_as_the_reader_may_know_of_them() -> None:
    other = "councils/demo/children/b"
    known = {name: Subject(name=name, reference="NM-2", display_name="Kim") for name in (CHILD, other)}
    assert [row.key for row in start_rows(PPM, [minutes()], known)] == ["b"]
    assert start_rows(PPM, [minutes()], {CHILD: known[CHILD]}) == []


def test_each_line_is_a_paragraph() -> None:
    assert paragraphs("One.\n\n Two. \nThree.") == ["One.", "Two.", "Three."]


@pytest.mark.parametrize("reason", ["STALE", "REQUEST_ID_REUSED"])
def test_who_saves_over_somebody_keeps_the_text_and_sends_another_change(reason: str) -> None:
    form = DraftForm(text="Mine", etag="1", request_id="first")
    form.take(Refused(reason, {}, ()))
    assert form.stale and form.text.data == "Mine"
    assert form.request_id.data != "first"
    assert [fault.href for fault in form.faults] == ["#text"]


def test_a_foreign_name_is_told_beside_the_text() -> None:
    form = DraftForm(text="Mine", etag="1", request_id="first")
    form.take(Refused("FOREIGN_NAME", {}, ()))
    assert [fault.href for fault in form.faults] == ["#text"]
    assert form.request_id.data == "first" and not form.stale


def test_a_document_is_styled_by_itself_and_can_do_nothing() -> None:
    style = "body { color: black }"
    policy = security_headers("n", https=True, static=False, document=f"<style>{style}</style>")[
        "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.endswith("sandbox") and "script-src" not in policy and "default-src 'none'" in policy
    assert "'nonce-n'" in security_headers("n", https=True, static=False)["Content-Security-Policy"]
