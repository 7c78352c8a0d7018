"""Checks of how Graph answers, whatever it is asked."""

import asyncio
from uuid import uuid4

from cli.outlook.finding import Check, Finding, found, not_tested
from cli.outlook.tenant import Tenant, attendee

_ASKED_AT_ONCE = 12


async def _other_mailbox(tenant: Tenant) -> Finding:
    """The proof that the scope holds: the one negative test that must never be left out."""
    if not tenant.people.colleague:
        return not_tested("name a mailbox outside the scope with --colleague")
    answer = await tenant.ask("GET", f"{tenant.user(tenant.people.colleague)}/events?$top=1")
    return found(answer.status in (403, 404), f"{answer.seen}: the application can read a mailbox outside its scope")


async def _unknown_item(tenant: Tenant) -> Finding:
    answer = await tenant.ask("GET", tenant.event("AAkALgAAAAAAHYQDEapmEc2byACqAC"))
    return found(answer.status in (400, 404) and bool(answer.code), answer.seen)


async def _error_body(tenant: Tenant) -> Finding:
    mark = str(uuid4())
    answer = await tenant.ask("GET", f"{tenant.user()}/events?$filter=nonsense", client_request_id=mark)
    error = answer.payload.get("error")
    inner = (error.get("innerError") if isinstance(error, dict) else None) or {}
    headers = {name.lower(): value for name, value in answer.headers.items()}
    whole = bool(answer.code) and "request-id" in inner and "request-id" in headers
    return found(whole and inner.get("client-request-id") == mark, "parts of the error are missing")


async def _statuses(tenant: Tenant) -> Finding:
    made = await tenant.make()
    changed = await tenant.ask("PATCH", tenant.event(str(made.payload.get("id"))), {"showAs": "free"})
    gone = await tenant.ask("POST", f"{tenant.event(str(made.payload.get('id')))}/cancel", {"comment": "A check."})
    after = await tenant.ask("GET", tenant.event(str(made.payload.get("id"))))
    seen = (made.status, changed.status, gone.status, after.status)
    return found(seen == (201, 200, 202, 404) and gone.empty, f"create, change, cancel, read after it: {seen}")


async def _etag(tenant: Tenant) -> Finding:
    event = (await tenant.make()).payload
    tag, key = str(event.get("@odata.etag")), str(event.get("changeKey"))
    return found(tag == f'W/"{key}"', "the entity tag is not the change key")


async def _zones(tenant: Tenant) -> Finding:
    made = await tenant.make()
    path = tenant.event(str(made.payload.get("id")))
    plain = (await tenant.ask("GET", path)).payload.get("start")
    london = await tenant.ask("GET", path, prefer='outlook.timezone="Europe/London"')
    shown = london.payload.get("start")
    if not isinstance(plain, dict) or not isinstance(shown, dict):
        return found(False, "no times came back")
    digits = len(str(plain.get("dateTime")).rpartition(".")[2])
    applied = any(name.lower() == "preference-applied" for name in london.headers)
    right = plain.get("timeZone") == "UTC" and str(shown.get("dateTime")).startswith(f"{tenant.day:%Y-%m-%d}T10:00")
    return found(right and digits == 7 and applied, f"{digits} digits, preference applied: {applied}, times: {right}")


async def _unknown_zone(tenant: Tenant) -> Finding:
    answer = await tenant.make(start={"dateTime": f"{tenant.day:%Y-%m-%d}T10:00:00", "timeZone": "Nowhere/Land"})
    return found(answer.status == 400, answer.seen)


async def _immutable_ids(tenant: Tenant) -> Finding:
    made = await tenant.make()
    immutable = str(made.payload.get("id"))
    rows = (await tenant.ask("GET", f"{tenant.user()}/calendarView?{tenant.window()}&$top=50", prefer="")).rows()
    mine = [row for row in rows if row.get("iCalUId") == made.payload.get("iCalUId")]
    if not mine:
        return found(False, "the new event is not in the calendar view yet")
    return found(mine[0].get("id") != immutable, "the plain id is the same as the immutable one")


async def _unknown_property(tenant: Tenant) -> Finding:
    answer = await tenant.make(hideAttendee=True)
    return found(answer.status == 400, answer.seen)


async def _pascal_case(tenant: Tenant) -> Finding:
    body = {"Schedules": [tenant.mailbox], "StartTime": tenant.at(8), "EndTime": tenant.at(18)}
    answer = await tenant.ask("POST", f"{tenant.user()}/calendar/getSchedule", body)
    return found(answer.status == 200, answer.seen)


async def _at_once(tenant: Tenant) -> Finding:
    path = f"{tenant.user()}/calendarView?{tenant.window(30)}&$top=50"
    answers = await asyncio.gather(*(tenant.ask("GET", path) for _ in range(_ASKED_AT_ONCE)))
    slowed = [answer for answer in answers if answer.status == 429]
    if not slowed:
        return not_tested(f"{_ASKED_AT_ONCE} requests at once were all answered: the limit was not met")
    named = all(any(name.lower() == "retry-after" for name in answer.headers) for answer in slowed)
    return found(named, "429 without Retry-After")


async def _batch(tenant: Tenant) -> Finding:
    asked = [{"id": str(n), "method": "GET", "url": f"{tenant.user()}/events?$top=1"} for n in (1, 2)]
    answer = await tenant.ask("POST", "/$batch", {"requests": asked})
    answers = answer.payload.get("responses")
    return found(answer.status == 200 and isinstance(answers, list) and len(answers) == 2, answer.seen)


async def _hidden_from_the_outside(tenant: Tenant) -> Finding:
    if not (tenant.people.outsider and tenant.people.colleague):
        return not_tested("name --outsider and --colleague, then look at both invitations: each must show one attendee")
    both = (attendee(tenant.people.outsider), attendee(tenant.people.colleague))
    made = await tenant.make(hideAttendees=True, attendees=both)
    if made.payload.get("hideAttendees") is not True:
        return found(False, f"hideAttendees was not kept ({made.seen})")
    return not_tested("kept by Exchange; look at both invitations: each must show one attendee")


CHECKS = (
    Check("1b", "a mailbox outside the scope is refused", _other_mailbox),
    Check("1d", "an event that is not there is 404", _unknown_item),
    Check("2a, 2b", "an error has a code and the ids of its request", _error_body),
    Check("3, 17b", "201, 200, 202 without a body, then 404", _statuses),
    Check("4b", "the entity tag holds the change key", _etag),
    Check("5a-c", "UTC unless asked for, seven digits, London when asked", _zones),
    Check("5e", "an unknown time zone is refused", _unknown_zone),
    Check("6a", "immutable ids differ from plain ones", _immutable_ids),
    Check("7a", "parameters of actions may be in PascalCase", _pascal_case),
    Check("8", "an unknown property is refused", _unknown_property),
    Check("30d", "a batch answers each of its requests", _batch),
    Check("30a", "too many requests at once are told when to come back", _at_once),
    Check("14d, 14e", "hidden attendees stay hidden, outside too", _hidden_from_the_outside),
)
