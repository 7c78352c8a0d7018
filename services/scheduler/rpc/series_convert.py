"""Wire to domain: the sittings of a body."""

import re
from datetime import date, time

from permanence.scheduler.v1 import scheduler_service_pb2 as service

from servicekit.caller import Caller
from servicekit.validate import Check
from services.scheduler.app.create_series import SeriesCommand
from services.scheduler.domain.meeting import Plan
from services.scheduler.domain.series_dates import MOST_SITTINGS, at_equal_distances, fault_of_first
from services.scheduler.rpc.convert import BODY, ROOM, attendees_of, check_attendees, checked
from services.scheduler.rpc.recurrence_rule import RuleRefused, days_of

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def series_command(request: service.CreateSeriesRequest, caller: Caller, today: date) -> SeriesCommand:
    """InvalidRequest with every violation."""
    check = checked(request, caller)
    check.uuid("request_id")
    check.resource_name("body", BODY)
    kind = check.text("meeting_kind", 60, required=True)
    first = _first_day(check, today)
    clock = _CLOCK.fullmatch(request.local_start)
    if clock is None:
        check.refuse("local_start", "must be a wall time in Europe/London such as 09:30, without a time zone")
    if not 5 <= request.minutes <= 600:
        check.refuse("minutes", "must lie between 5 and 600")
    days = _regular_days(check, request, first, time(int(clock[1]), int(clock[2])) if clock else time())
    check_attendees(check, request.attendees, "attendees")
    if not request.attendees:
        check.refuse("attendees", "is required: the standing members, one of them the chair")
    check.resource_name("room", ROOM, required=False)
    check.raise_if_any()
    assert clock is not None
    plan = Plan(
        kind,
        attendees=attendees_of(request.attendees),
        session_minutes=(request.minutes,),
        needs_room=bool(request.room),
        body=request.body,
    )
    return SeriesCommand(plan, days, time(int(clock[1]), int(clock[2])), request.room)


def _first_day(check: Check, today: date) -> date | None:
    first = check.date("first_date")
    fault = fault_of_first(first, today) if first else ""
    if fault:
        check.refuse("first_date", fault)
    return None if fault else first


def _regular_days(
    check: Check, request: service.CreateSeriesRequest, first: date | None, local_start: time
) -> tuple[date, ...]:
    """By the rule, or by distance and count; () where that was refused."""
    if request.recurrence_rule:
        if request.interval_days or request.count:
            check.refuse("recurrence_rule", "takes the place of interval_days and count: give one or the other")
        return _days_of_rule(check, request.recurrence_rule, first, local_start)
    within = True
    for name, high in (("interval_days", 366), ("count", MOST_SITTINGS)):
        if not 1 <= getattr(request, name) <= high:
            within = False
            check.refuse(name, f"must lie between 1 and {high}, or recurrence_rule is given in their place")
    return at_equal_distances(first, request.interval_days, request.count) if first and within else ()


def _days_of_rule(check: Check, rule: str, first: date | None, local_start: time) -> tuple[date, ...]:
    if first is None:
        return ()
    try:
        return days_of(rule, first, local_start)
    except RuleRefused as refused:
        for fault in refused.faults:
            check.refuse("recurrence_rule", fault)
        return ()
