"""Children's own weeks: wire to domain and back."""

from google.protobuf.message import Message
from permanence.scheduler.v1 import peoples_time_service_pb2 as wire

from servicekit.caller import Caller
from servicekit.validate import Check
from services.scheduler.app.set_childs_time import ChildTimeCommand
from services.scheduler.domain.childs_time import ChildsTime, ChildTime, ChildTimeKind
from services.scheduler.rpc.convert import checked
from services.scheduler.rpc.meeting_message import civil_date
from services.scheduler.rpc.time_convert import check_weekday, clock_in, day_in, wall

_CHILD = "councils/{council}/children/{child}"
_KINDS = {
    ChildTimeKind.SCHOOL: wire.CHILD_TIME_KIND_SCHOOL,
    ChildTimeKind.CONTACT: wire.CHILD_TIME_KIND_CONTACT,
    ChildTimeKind.WOULD_LIKE: wire.CHILD_TIME_KIND_WOULD_LIKE,
    ChildTimeKind.RATHER_NOT: wire.CHILD_TIME_KIND_RATHER_NOT,
}
_KINDS_ON_WIRE = {number: kind for kind, number in _KINDS.items()}


def child_asked(request: Message, caller: Caller) -> str:
    """Whose week. InvalidRequest with every violation."""
    check = checked(request, caller)
    parts = check.resource_name("child", _CHILD)
    check.raise_if_any()
    return f"councils/{caller.council}/children/{parts['child']}"


def child_time_command(request: wire.SetChildsTimeRequest, caller: Caller) -> ChildTimeCommand:
    """InvalidRequest with every violation that can be seen without asking."""
    check = checked(request, caller)
    parts = check.resource_name("child", _CHILD)
    check.uuid("request_id")
    etag = check.text("etag", 20, required=True)
    times = [_time(check, one, f"times[{place}]") for place, one in enumerate(request.times)]
    check.raise_if_any()
    found = [one for one in times if one is not None]
    return ChildTimeCommand(f"councils/{caller.council}/children/{parts['child']}", found, etag)


def childs_time_message(child: str, found: ChildsTime) -> wire.ChildsTime:
    """A child's week."""
    times = [
        wire.ChildTime(
            kind=_KINDS[one.what],
            weekday=one.weekday + 1,
            local_from=wall(one.from_minute),
            local_until=wall(one.until_minute),
            from_date=civil_date(one.first_day),
            until_date=civil_date(one.last_day),
        )
        for one in found.times
    ]
    return wire.ChildsTime(child=child, times=times, etag=str(found.version))


def _time(check: Check, one: wire.ChildTime, path: str) -> ChildTime | None:
    kind = _KINDS_ON_WIRE.get(one.kind)
    if kind is None:
        check.refuse(f"{path}.kind", "must be chosen")
    check_weekday(check, f"{path}.weekday", one.weekday)
    first = clock_in(check, f"{path}.local_from", one.local_from)
    last = clock_in(check, f"{path}.local_until", one.local_until)
    days = day_in(check, f"{path}.from_date", one, "from_date"), day_in(check, f"{path}.until_date", one, "until_date")
    return ChildTime(kind, one.weekday - 1, first or 0, last or 0, *days) if kind else None
