"""What people do in Outlook itself, past Graph: they edit, delete, move, reimport and forward meetings."""

from emulators.directory import Tenant
from emulators.graph.calendar import Calendar, Owner
from emulators.graph.delivery import Delivery, Method
from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import item_not_found
from emulators.graph.event_record import Attendee, EventRecord, new_ids, unanswered
from emulators.graph.event_store import EventStore
from emulators.graph.html_body import has_meeting, rewritten, with_meeting


class OutlookPeople:
    """Acts as the owner of a mailbox. What the organiser does mails people; what an attendee does stays theirs.

    `calendar` and `delivery` are the ones of people, not those of Graph: no armed fault meets them, and
    their mails say so.
    """

    def __init__(self, store: EventStore, calendar: Calendar, delivery: Delivery, drills: Drills) -> None:
        self._store = store
        self._calendar = calendar
        self._delivery = delivery
        self._drills = drills

    def edit(self, owner: Owner, event: EventRecord, change: dict[str, object]) -> None:
        """Change any of Graph's event fields. Outlook keeps the Teams block of a body that is written anew."""
        keeps = Drill.OUTLOOK_LOSES_TEAMS not in self._drills
        self._calendar.update(owner, event.id, _with_teams(event, change) if keeps else change, None)

    def delete(self, owner: Owner, event: EventRecord) -> None:
        """The organiser takes the meeting back without a word; an attendee drops their copy and tells nobody."""
        if Drill.OUTLOOK_DELETE_KEEPS_EVENT not in self._drills:
            self._calendar.delete(owner, event.id)

    def move(self, event: EventRecord, folder: str) -> None:
        """Into another folder or back: the plain id changes, the immutable one stays, nobody is mailed."""
        event.folder = folder
        if Drill.PLAIN_ID_SURVIVES_MOVE not in self._drills:
            _, event.plain_id = new_ids()
        with self._store.transaction():
            self._store.save(event)

    def reimport(self, event: EventRecord) -> None:
        """Out to a file and in again: both ids change, and what Graph knew of its creation is gone."""
        with self._store.transaction():
            if Drill.IMMUTABLE_ID_SURVIVES_IMPORT not in self._drills:
                left = event.copied()
                left.deleted = True
                self._store.save(left)
                event.id, event.plain_id = new_ids()
            event.transaction_id = None
            self._store.save(event)

    def forward(self, tenant: Tenant, copy: EventRecord, to: str, listed: bool) -> None:
        """The invitation goes on to `to`; only where `listed` does the organiser's list hold them afterwards.

        404 for a meeting whose organiser is not in the tenant, or has taken it back.
        """
        event = self._store.organizers_copy(tenant.tenant_id, copy.ical_uid)
        if event is None:
            raise item_not_found()
        guest: Attendee = {
            "type": "optional",
            "emailAddress": {"address": to, "name": to},
            "status": unanswered(),
        }
        with self._store.transaction():
            if listed and event.attendee(to) is None and Drill.FORWARD_NEVER_LISTED not in self._drills:
                event.attendees.append(guest)
                self._store.save(event)
            self._delivery.send(tenant, event, [guest], Method.REQUEST)


def _with_teams(event: EventRecord, change: dict[str, object]) -> dict[str, object]:
    meeting = event.properties.get("onlineMeeting")
    if "body" not in change or not isinstance(meeting, dict):
        return change
    page, join_url = rewritten(change["body"]), str(meeting["joinUrl"])
    if not has_meeting(page, join_url):
        page = with_meeting(page, join_url)
    return {**change, "body": {"contentType": "html", "content": page}}
