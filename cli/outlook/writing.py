"""Checks of what Exchange makes of an event that is written."""

from uuid import uuid4

from cli.outlook.finding import Check, Finding, found, not_tested
from cli.outlook.tenant import Tenant, attendee

_OURS = "String {6f5b9a54-3c1d-4e0b-8a57-2d9c41f0b7e3} Name permanenceCheck"


async def _html(tenant: Tenant) -> Finding:
    sent = "<p>A check</p>"
    made = await tenant.make(body={"contentType": "html", "content": sent})
    body = made.payload.get("body")
    kept = str(body.get("content")) if isinstance(body, dict) else ""
    return found("A check" in kept and kept != sent, "the body came back as it was sent, or not at all")


async def _same_transaction(tenant: Tenant) -> Finding:
    key = str(uuid4())
    first, second = await tenant.make(transactionId=key), await tenant.make(transactionId=key)
    same = first.payload.get("id") == second.payload.get("id")
    return found(second.status == 201 and same, f"{second.seen}, the same event: {same}")


async def _transaction_after_the_end(tenant: Tenant) -> Finding:
    key = str(uuid4())
    first = await tenant.make(transactionId=key)
    await tenant.ask("POST", f"{tenant.event(str(first.payload.get('id')))}/cancel", {"comment": "A check."})
    await tenant.wait()
    second = await tenant.make(transactionId=key)
    fresh = second.status == 201 and second.payload.get("id") != first.payload.get("id")
    return found(fresh, f"{second.seen}: after a cancellation the transaction id does not make a new event")


async def _found_by_mark(tenant: Tenant) -> Finding:
    value = str(uuid4())
    await tenant.make(singleValueExtendedProperties=[{"id": _OURS, "value": value}])
    ours = f"singleValueExtendedProperties/Any(ep: ep/id eq '{_OURS}' and ep/value eq '{value}')"
    answer = await tenant.ask("GET", f"{tenant.user()}/events?$filter={ours.replace(' ', '%20')}")
    return found(len(answer.rows()) == 1, f"{answer.seen}, {len(answer.rows())} events")


async def _stale_tag(tenant: Tenant) -> Finding:
    made = await tenant.make()
    path, tag = tenant.event(str(made.payload.get("id"))), str(made.payload.get("@odata.etag"))
    await tenant.ask("PATCH", path, {"showAs": "free"})
    answer = await tenant.ask("PATCH", path, {"showAs": "busy"}, If_Match=tag)
    return found(answer.status in (409, 412), answer.seen)


async def _whole_list(tenant: Tenant) -> Finding:
    both = [one for one in (tenant.people.colleague, tenant.people.outsider) if one]
    if len(both) < 2:
        return not_tested("name --colleague and --outsider")
    made = await tenant.make(attendees=tuple(attendee(one) for one in both))
    path = tenant.event(str(made.payload.get("id")))
    answer = await tenant.ask("PATCH", path, {"attendees": [attendee(both[0])]})
    rows = answer.payload.get("attendees")
    return found(isinstance(rows, list) and len(rows) == 1, "the list was not replaced as a whole")


async def _teams(tenant: Tenant) -> Finding:
    made = await tenant.make(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    if not _join_url(made.payload):
        return not_tested("the meetings mailbox gets no Teams link: it may have no licence for it")
    path = tenant.event(str(made.payload.get("id")))
    answer = await tenant.ask("PATCH", path, {"body": {"contentType": "text", "content": "Without the block."}})
    return found(not _join_url(answer.payload), "a body without Teams' block keeps the link: safer than assumed")


def _join_url(event: object) -> object:
    meeting = event.get("onlineMeeting") if isinstance(event, dict) else None
    return meeting.get("joinUrl") if isinstance(meeting, dict) else None


async def _place(tenant: Tenant) -> Finding:
    made = await tenant.make(locations=[{"displayName": "One"}, {"displayName": "Two"}])
    path = tenant.event(str(made.payload.get("id")))
    answer = await tenant.ask("PATCH", path, {"location": {"displayName": "Three"}})
    rows = answer.payload.get("locations")
    return found(isinstance(rows, list) and len(rows) == 1, "the other places stay")


async def _transaction_stays(tenant: Tenant) -> Finding:
    made = await tenant.make()
    path = tenant.event(str(made.payload.get("id")))
    answer = await tenant.ask("PATCH", path, {"transactionId": str(uuid4())})
    kept = (await tenant.ask("GET", path)).payload.get("transactionId") == made.payload.get("transactionId")
    return found(kept, f"{answer.seen}: the transaction id was changed")


async def _most_attendees(tenant: Tenant) -> Finding:
    # `.invalid` can never be anybody's address; the request must be refused before anybody is mailed all the same.
    many = tuple(attendee(f"nobody-{n}@permanence.invalid") for n in range(501))
    answer = await tenant.make(attendees=many)
    return found(answer.status >= 400, "501 attendees were taken")


CHECKS = (
    Check("9a", "HTML is rewritten", _html),
    Check("10a", "a repeated transaction id gives the same event", _same_transaction),
    Check("10b", "after a cancellation it makes a new one", _transaction_after_the_end),
    Check("13", "an event is found by our own mark", _found_by_mark),
    Check("11a", "a change against a stale tag is refused", _stale_tag),
    Check("14a", "a list of attendees replaces the whole list", _whole_list),
    Check("15a", "a body without Teams' block ends the online meeting", _teams),
    Check("16", "a place replaces all places", _place),
    Check("18", "a transaction id cannot be changed", _transaction_stays),
    Check("20", "more than 500 attendees are refused", _most_attendees),
)
