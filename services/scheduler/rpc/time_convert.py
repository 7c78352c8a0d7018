"""People's time: wire to domain and back."""

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from google.protobuf.message import Message
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import peoples_time_service_pb2 as wire

from servicekit.caller import Caller
from servicekit.validate import Check
from services.scheduler.app.get_working_time import PersonsTime
from services.scheduler.app.set_working_pattern import PatternCommand
from services.scheduler.domain.absence import Absence, AbsenceKind, Away, absence_name
from services.scheduler.domain.diary_day import DiaryMeeting
from services.scheduler.domain.meeting import meeting_name
from services.scheduler.domain.working_time import WorkingPattern
from services.scheduler.rpc.convert import PERSON, checked, uuid_in
from services.scheduler.rpc.meeting_message import civil_date, timestamp

ABSENCE = "councils/{council}/absences/{absence}"
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)")
_MOST_CHAIRED, _DAYS_OF_A_WEEK = 20, 7
_KINDS = {
    AbsenceKind.LEAVE: wire.ABSENCE_KIND_LEAVE,
    AbsenceKind.SICKNESS: wire.ABSENCE_KIND_SICKNESS,
    AbsenceKind.TRAINING: wire.ABSENCE_KIND_TRAINING,
}
_KINDS_ON_WIRE = {number: kind for kind, number in _KINDS.items()}


def person_asked(request: Message, caller: Caller) -> str:
    """Whose time; empty for the caller's own. InvalidRequest with every violation."""
    check = checked(request, caller)
    found = check.resource_name("person", PERSON, required=False)
    check.raise_if_any()
    return f"councils/{caller.council}/people/{found['person']}" if found else ""


def pattern_command(request: wire.SetWorkingPatternRequest, caller: Caller) -> PatternCommand:
    """InvalidRequest with every violation that can be seen without asking."""
    check = checked(request, caller)
    check.resource_name("person", PERSON, required=False)
    check.uuid("request_id")
    etag = check.text("etag", 20, required=True)
    if not 0 <= request.most_chaired_a_day <= _MOST_CHAIRED:
        check.refuse("most_chaired_a_day", f"must lie between 0 and {_MOST_CHAIRED}")
    patterns = [_pattern(check, one, f"patterns[{place}]") for place, one in enumerate(request.patterns)]
    check.raise_if_any()
    return PatternCommand(request.person, patterns, request.most_chaired_a_day or None, etag)


def away_of(request: wire.RecordAbsenceRequest, caller: Caller) -> Away:
    """InvalidRequest with every violation that a field has by itself."""
    check = checked(request, caller)
    check.resource_name("person", PERSON, required=False)
    check.uuid("request_id")
    kind = check.enum("kind")
    first, last = check.date("from_date"), check.date("until_date")
    times = [clock_in(check, name, getattr(request, name), required=False) for name in ("local_from", "local_until")]
    check.raise_if_any()
    assert first is not None and last is not None
    return Away(_KINDS_ON_WIRE[wire.AbsenceKind.ValueType(kind)], first, last, *times)


def absence_id(request: wire.WithdrawAbsenceRequest, caller: Caller) -> UUID:
    """InvalidRequest with every violation."""
    check = checked(request, caller, parent=False)
    parts = check.resource_name("name", ABSENCE)
    check.uuid("request_id")
    check.raise_if_any()
    found = uuid_in(parts, "absence")
    assert found is not None
    return found


def working_time_message(found: PersonsTime) -> wire.WorkingTime:
    """When somebody works."""
    time = found.time
    return wire.WorkingTime(
        person=found.person,
        own=found.own,
        patterns=map(_pattern_message, time.patterns),
        set_by_hand=time.by_hand,
        most_chaired_a_day=time.most_chaired or 0,
        usual_most_chaired_a_day=found.usual_most_chaired,
        terms=[wire.Term(from_date=civil_date(first), until_date=civil_date(last)) for first, last in time.terms],
        etag=time.etag,
    )


def absence_message(council: str, one: Absence, missed: Iterable[DiaryMeeting] = ()) -> wire.Absence:
    """An absence, with the meetings that fall into it."""
    away = one.away
    return wire.Absence(
        name=absence_name(council, one.id),
        person=one.person,
        kind=_KINDS[away.kind],
        from_date=civil_date(away.first_day),
        until_date=civil_date(away.last_day),
        local_from="" if away.from_minute is None else wall(away.from_minute),
        local_until="" if away.until_minute is None else wall(away.until_minute),
        recorded_by=one.recorded_by,
        record_time=timestamp(one.recorded_at),
        withdraw_time=timestamp(one.withdrawn_at) if one.withdrawn_at else None,
        meetings=missed_messages(council, missed),
    )


def missed_messages(council: str, missed: Iterable[DiaryMeeting]) -> list[wire.MissedMeeting]:
    """The meetings that fall into an absence."""
    return [
        wire.MissedMeeting(
            meeting=meeting_name(council, one.id),
            title=one.title,
            reference=one.reference,
            start_time=timestamp(one.start),
            end_time=timestamp(one.end),
            chair=one.chair,
        )
        for one in missed
    ]


def wall(minute: int) -> str:
    """Wall time of so many minutes since midnight."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _pattern(check: Check, one: wire.WorkingPattern, path: str) -> WorkingPattern:
    first_day, last_day = (day_in(check, f"{path}.{name}", one, name) for name in ("from_date", "until_date"))
    stretches = []
    for place, hours in enumerate(one.hours):
        where = f"{path}.hours[{place}]"
        check_weekday(check, f"{where}.weekday", hours.weekday)
        first = clock_in(check, f"{where}.local_from", hours.local_from)
        last = clock_in(check, f"{where}.local_until", hours.local_until)
        stretches.append((hours.weekday - 1, first or 0, last or 0))
    return WorkingPattern(tuple(stretches), first_day, last_day, one.term_time_only)


def check_weekday(check: Check, path: str, weekday: int) -> None:
    """A violation for what is no day of the week."""
    if not 1 <= weekday <= _DAYS_OF_A_WEEK:
        check.refuse(path, "must be 1 (Monday) to 7 (Sunday)")


def day_in(check: Check, path: str, holder: wire.WorkingPattern | wire.ChildTime, name: str) -> date | None:
    """A day of a message that stands in a list; None where it is absent."""
    if not holder.HasField(name):  # type: ignore[arg-type]
        return None
    value: Date = getattr(holder, name)
    try:
        return date(value.year, value.month, value.day)
    except ValueError:
        check.refuse(path, "must be a day of the calendar with year, month and day")
        return None


def clock_in(check: Check, path: str, text: str, *, required: bool = True) -> int | None:
    """Minutes since midnight of a wall time; `24:00` is the end of the day."""
    if not text and not required:
        return None
    found = _CLOCK.fullmatch(text)
    if found is None:
        check.refuse(path, "must be a wall time such as 09:30")
        return None
    hour, minute = (part for part in found.groups() if part is not None)
    return int(hour) * 60 + int(minute)


def _pattern_message(one: WorkingPattern) -> wire.WorkingPattern:
    return wire.WorkingPattern(
        from_date=civil_date(one.first_day),
        until_date=civil_date(one.last_day),
        term_time_only=one.term_time_only,
        hours=[
            wire.WeekdayHours(weekday=weekday + 1, local_from=wall(first), local_until=wall(last))
            for weekday, first, last in one.stretches
        ],
    )
