"""Checks of what is read from calendars: busy times, views, changes, and what rooms and people answer."""

from datetime import timedelta

from cli.outlook.finding import Check, Finding, found, not_tested
from cli.outlook.tenant import Answer, Tenant, attendee

_LOOKS = 30
_MOST_PAGES = 500


async def _room(tenant: Tenant) -> Finding:
    if not tenant.people.room:
        return not_tested("name a room with --room")
    made = await tenant.make(attendees=(attendee(tenant.people.room, "resource"),))
    for _ in range(_LOOKS):
        await tenant.wait()
        event = await tenant.ask("GET", tenant.event(str(made.payload.get("id"))))
        answer = _first_answer(event)
        if answer in ("accepted", "declined"):
            return found(answer == "accepted", "the free room declined")
    return found(False, "the room has not answered after a minute")


def _first_answer(event: Answer) -> str:
    rows = event.payload.get("attendees")
    status = rows[0].get("status") if isinstance(rows, list) and rows and isinstance(rows[0], dict) else None
    return str(status.get("response")) if isinstance(status, dict) else ""


async def _delta(tenant: Tenant) -> Finding:
    made = await tenant.make()
    rows, link = await _all_pages(tenant, f"{tenant.user()}/calendarView/delta?{tenant.window()}")
    there = any(row.get("id") == made.payload.get("id") for row in rows)
    if not link or not there:
        return found(False, f"a link to read on from: {bool(link)}, the new event among them: {there}")
    await tenant.ask("POST", f"{tenant.event(str(made.payload.get('id')))}/cancel", {"comment": "A check."})
    await tenant.wait()
    rows, _ = await _all_pages(tenant, link)
    return found(any("@removed" in row for row in rows), "a cancelled event is not told as removed")


async def _all_pages(tenant: Tenant, path: str) -> tuple[list[dict[str, object]], str]:
    rows: list[dict[str, object]] = []
    for _ in range(_MOST_PAGES):
        page = await tenant.ask("GET", path)
        rows += [dict(row) for row in page.rows()]
        if "@odata.deltaLink" in page.payload:
            return rows, str(page.payload["@odata.deltaLink"])
        if "@odata.nextLink" not in page.payload:
            break
        path = str(page.payload["@odata.nextLink"])
    return rows, ""


async def _no_select(tenant: Tenant) -> Finding:
    answer = await tenant.ask("GET", f"{tenant.user()}/calendarView/delta?{tenant.window()}&$select=subject")
    return found(answer.status == 400, answer.seen)


async def _half_open(tenant: Tenant) -> Finding:
    made = await tenant.make(start=_utc(tenant, 10), end=_utc(tenant, 11))
    before, within = await _ids_between(tenant, 9, 10), await _ids_between(tenant, 10, 11)
    if made.payload.get("id") not in within:
        return found(False, "an event is not told in the hour in which it lies")
    return found(made.payload.get("id") not in before, "an event that begins at the end is told")


def _utc(tenant: Tenant, hour: int) -> dict[str, str]:
    return {"dateTime": f"{tenant.day:%Y-%m-%d}T{hour:02}:00:00", "timeZone": "UTC"}


async def _ids_between(tenant: Tenant, first: int, last: int) -> set[object]:
    day = f"{tenant.day:%Y-%m-%d}"
    query = f"startDateTime={day}T{first:02}:00:00Z&endDateTime={day}T{last:02}:00:00Z&$top=100"
    return {row.get("id") for row in (await tenant.ask("GET", f"{tenant.user()}/calendarView?{query}")).rows()}


async def _schedule(tenant: Tenant, addresses: list[str], days: int = 1) -> Answer:
    last = tenant.day + timedelta(days=days)
    body = {
        "schedules": addresses,
        "startTime": {"dateTime": f"{tenant.day:%Y-%m-%d}T00:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": f"{last:%Y-%m-%d}T00:00:00", "timeZone": "UTC"},
    }
    return await tenant.ask("POST", f"{tenant.user()}/calendar/getSchedule", body)


async def _unknown_schedule(tenant: Tenant) -> Finding:
    answer = await _schedule(tenant, ["nobody@permanence.invalid"])
    rows = answer.rows()
    return found(answer.status == 200 and bool(rows) and "error" in rows[0], answer.seen)


async def _too_long(tenant: Tenant) -> Finding:
    answer = await _schedule(tenant, [tenant.mailbox], days=63)
    return found(answer.status == 400, f"{answer.seen}: more than 62 days were answered")


async def _colleagues(tenant: Tenant) -> Finding:
    """The open question of scopes: what `free_busy` in PERMANENCE_TENANTS has to say for this tenant."""
    if not tenant.people.colleague:
        return not_tested("name a mailbox outside the scope with --colleague")
    rows = (await _schedule(tenant, [tenant.people.colleague])).rows()
    told = bool(rows) and "error" not in rows[0]
    return found(told, "busy times of colleagues outside the scope are not told: see 'Busy times' in docs/outlook.md")


CHECKS = (
    Check("22a", "a free room accepts by itself", _room),
    Check("24a, 24c", "the delta tells what is new and what is removed", _delta),
    Check("24h", "the delta takes no $select", _no_select),
    Check("25c", "an unknown address is an error inside the answer", _unknown_schedule),
    Check("25b", "more than 62 days are refused", _too_long),
    Check("26a", "a calendar view leaves out what begins at its end", _half_open),
    Check("32a", "busy times of colleagues outside the scope are told", _colleagues),
)
