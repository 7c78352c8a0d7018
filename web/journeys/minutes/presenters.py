"""Minutes as a person reads them: whose, of which meeting, and how their two clocks stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import minutes_service_pb2 as minutes_pb
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1.form_pb2 import FormAnswer
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Meeting

from servicekit.caller import Caller
from web.answer_form import in_words
from web.desk import key_of
from web.roles import MINUTE_TAKERS, may
from web.subjects import called, subject_path
from web.words import LONDON, clock_time, london, long_date, moment, time_left_words

STATES = (
    ("draft", wire.MINUTES_STATE_DRAFT, "Drafts, not signed"),
    ("signed", wire.MINUTES_STATE_SIGNED, "Signed, not delivered"),
    ("delivered", wire.MINUTES_STATE_DELIVERED, "Delivered, not acknowledged"),
    ("filed", wire.MINUTES_STATE_FILED, "In the file"),
)
_STANDING = {
    wire.MINUTES_STATE_SIGNED: ("Signed, on their way to the file", "blue"),
    wire.MINUTES_STATE_DELIVERED: ("Delivered, not acknowledged yet", "blue"),
    wire.MINUTES_STATE_FILED: ("In the file", "green"),
}
_SENT_OUT = (
    (wire.MINUTES_CLOCK_KIND_DECISIONS, "Decisions to everybody", "sent"),
    (wire.MINUTES_CLOCK_KIND_DISTRIBUTION, "Record to everybody", "sent"),
)
_PANEL_CHAIR = frozenset({"panel-chair"})
_SIGNERS = frozenset({"team-manager", "reviewing-officer", "service-manager", "family-group-coordinator"})


@dataclass(frozen=True)
class HourClock:
    """A clock that counts hours: by when, in full and short, how it stands in words, and whether it ran out."""

    by: str
    by_short: str
    stands: str
    late: bool


@dataclass(frozen=True)
class MinutesRow:
    """The minutes of one meeting for one subject."""

    key: str
    who: str
    path: str
    meeting: str
    meeting_path: str
    state: str
    tag: str
    sign: HourClock
    file: HourClock


@dataclass(frozen=True)
class FormRow:
    """One form, and how it stands in words."""

    key: str
    title: str
    stands: str
    saved: bool


@dataclass(frozen=True)
class StartRow:
    """A subject of the meeting for which nothing is there yet."""

    key: str
    who: str


def minutes_rows(
    minutes: Iterable[wire.Minutes],
    subjects: Mapping[str, Subject],
    meetings: Mapping[str, Meeting],
    now: datetime,
) -> list[MinutesRow]:
    """In the order given: those whose clock runs out first at the front."""
    return [minutes_row(one, subjects.get(one.subject), meetings.get(one.meeting), now) for one in minutes]


def minutes_row(one: wire.Minutes, subject: Subject | None, meeting: Meeting | None, now: datetime) -> MinutesRow:
    """One of them. Without `meeting`, the day on which it ended stands for it."""
    state, tag = _standing(one)
    return MinutesRow(
        key=key_of(one.name),
        who=who_words(subject),
        path=subject_path(one.subject),
        meeting=meeting_words(one, meeting),
        meeting_path=f"/meetings/{key_of(one.meeting)}",
        state=state,
        tag=tag,
        sign=hour_clock(one.sign_due_time, one.sign_time if one.HasField("sign_time") else None, "signed", now),
        file=hour_clock(one.file_due_time, one.file_time if one.HasField("file_time") else None, "filed", now),
    )


def start_rows(meeting: Meeting, minutes: Sequence[wire.Minutes], subjects: Mapping[str, Subject]) -> list[StartRow]:
    """Subjects of the meeting without minutes that the reader may know of."""
    there = {one.subject for one in minutes}
    missing = (name for name in meeting.subjects if name not in there)
    return [StartRow(key_of(name), who_words(subjects[name])) for name in missing if name in subjects]


def who_words(subject: Subject | None) -> str:
    """`NM-0412, Robin Example`."""
    if subject is None:
        return "Name not known just now"
    return f"{subject.reference or 'No reference yet'}, {called(subject)}"


def meeting_words(one: wire.Minutes, meeting: Meeting | None) -> str:
    """`Permanence planning meeting, M-000007, Thursday 19 March 2026`."""
    ended = long_date(london(one.meeting_end_time).date())
    return f"{meeting.title}, {meeting.reference}, {ended}" if meeting else f"Meeting of {ended}"


def hour_clock(due: Timestamp, done: Timestamp | None, did: str, now: datetime) -> HourClock:
    """`did`: what stops it, such as "signed"."""
    by = london(due)
    if done is None:
        return HourClock(moment(by), _short(by, now), _upper(time_left_words(by, now)), by < now)
    at = london(done)
    how = time_left_words(by, at) if at > by else "in time"
    return HourClock(moment(by), _short(by, now), f"{_upper(did)} {moment(at)}, {how}", at > by)


def may_write(minutes: wire.Minutes, caller: Caller) -> bool:
    """Whether the draft can be changed by this person."""
    return minutes.state == wire.MINUTES_STATE_DRAFT and may(caller, MINUTE_TAKERS)


def may_sign(minutes: wire.Minutes, caller: Caller, meeting: Meeting | None, kinds: Mapping[str, MeetingKind]) -> bool:
    """Who chairs such a meeting. Where the meeting is not known just now, each of the two is let try."""
    if minutes.state != wire.MINUTES_STATE_DRAFT or not minutes.etag:
        return False
    if meeting is None:
        return may(caller, _PANEL_CHAIR | _SIGNERS)
    if meeting.body:
        return may(caller, _PANEL_CHAIR)
    kind = kinds.get(meeting.meeting_kind)
    chairs = _SIGNERS if kind is None else _SIGNERS & {kind.chair_role}
    return may(caller, chairs)


def form_rows(forms: Iterable[minutes_pb.MinutesForm]) -> list[FormRow]:
    """The main form first."""
    return [FormRow(one.form.key, one.form.title, _form_stands(one), bool(one.etag)) for one in forms]


def filled_forms(forms: Iterable[minutes_pb.MinutesForm]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title, questions with their answers) of each form that somebody saved, as it is signed."""
    return [(one.form.title, _said(one)) for one in forms if one.etag]


def _said(one: minutes_pb.MinutesForm) -> list[tuple[str, str]]:
    answers = {answer.field: answer for answer in one.answers}
    fields = (field for part in one.form.parts for field in part.fields)
    nothing = FormAnswer()
    return [(field.label, in_words(field, answers.get(field.key, nothing)) or "Not recorded") for field in fields]


def more_rows(minutes: wire.Minutes, now: datetime, *, manager_signs: bool) -> list[dict[str, dict[str, str]]]:
    """Rows of the summary that only some minutes have: sending out, and the service manager's signature."""
    rows = []
    for kind, words, did in _SENT_OUT:
        for clock in minutes.clocks:
            if clock.kind == kind:
                stopped = clock.stop_time if clock.HasField("stop_time") else None
                one = hour_clock(clock.due_time, stopped, did, now)
                rows.append({"key": {"text": words}, "value": {"text": f"{one.stands}, due {one.by}"}})
    if manager_signs or minutes.HasField("manager_sign_time"):
        signed = minutes.HasField("manager_sign_time")
        words = f"Signed {moment(london(minutes.manager_sign_time))}" if signed else "Not signed yet"
        rows.append({"key": {"text": "Service manager"}, "value": {"text": words}})
        if minutes.manager_comment:
            rows.append({"key": {"text": "Service manager's comment"}, "value": {"text": minutes.manager_comment}})
    return rows


def to_send_out(minutes: wire.Minutes) -> list[tuple[str, str]]:
    """(what, words of the button) of each that is still to go to everybody."""
    running = {clock.kind for clock in minutes.clocks if not clock.HasField("stop_time")}
    every = (
        (wire.MINUTES_CLOCK_KIND_DECISIONS, "decisions", "The decisions went to everybody"),
        (wire.MINUTES_CLOCK_KIND_DISTRIBUTION, "record", "The whole record went to everybody"),
    )
    return [(what, words) for kind, what, words in every if kind in running]


def _form_stands(one: minutes_pb.MinutesForm) -> str:
    if one.etag:
        return "saved"
    return "nothing saved; only where it is needed" if one.companion else "nothing saved yet"


def paragraphs(text: str) -> list[str]:
    """Each line is a paragraph, as it will stand on the page."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_held(meeting: Meeting) -> bool:
    """Whether somebody recorded that it took place."""
    return meeting.state == meeting_pb2.MEETING_STATE_HELD


def _standing(one: wire.Minutes) -> tuple[str, str]:
    if one.state == wire.MINUTES_STATE_DRAFT:
        return ("Draft, not signed", "yellow") if one.etag else ("Not written yet", "grey")
    return _STANDING.get(one.state, ("Not known", "grey"))


def _short(when: datetime, now: datetime) -> str:
    """`22 Mar, 4pm`; with the year where it is another."""
    year = "" if when.year == now.astimezone(LONDON).year else f" {when.year}"
    return f"{when.day} {when:%b}{year}, {clock_time(when)}"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
