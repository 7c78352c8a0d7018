"""The calendar object of an e-mailed invitation (RFC 5545, RFC 5546): one event, one attendee."""

from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

from servicekit.london_zone import LONDON, is_plain_in_london, london
from services.notifications.adapters.imip_text import address, identifier, one_line, paragraphs
from services.notifications.domain.mail_draft import MailDraft, MailMethod

_MAKER = "-//Permanence//Invitations//EN"


def calendar_object(mail: MailDraft) -> bytes:
    """The object's bytes, equal for equal drafts. Raises Refused where an address or id could break out of its line.

    Times are wall time of London with its VTIMEZONE; in UTC for another zone, and in the hour that is there twice.
    """
    local = mail.time_zone == LONDON.key and is_plain_in_london(mail.start) and is_plain_in_london(mail.end)
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", mail.method.value)
    if local:
        calendar.add_component(london())
    calendar.add_component(_event(mail, local))
    return bytes(calendar.to_ical())


def _event(mail: MailDraft, local: bool) -> Event:
    event = Event()
    event.add("uid", identifier(mail.uid))
    event.add("sequence", mail.sequence)
    event.add("dtstamp", mail.dtstamp.astimezone(UTC))
    event.add("dtstart", _time(mail.start, local))
    event.add("dtend", _time(mail.end, local))
    event.add("summary", one_line(mail.subject_line))
    event.add("description", paragraphs(mail.body_text))
    if mail.location:
        event.add("location", one_line(mail.location))
    event.add("organizer", _organiser(mail), encode=False)
    if mail.method is not MailMethod.PUBLISH:
        event.add("attendee", _attendee(mail), encode=False)
    off = mail.method is MailMethod.CANCEL
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if off else "OPAQUE")
    return event


def _time(moment: datetime, local: bool) -> datetime:
    return moment.astimezone(LONDON if local else UTC).replace(microsecond=0)


def _organiser(mail: MailDraft) -> vCalAddress:
    organiser = vCalAddress(f"mailto:{address(mail.organiser)}")
    if name := one_line(mail.organiser_name).replace('"', "'"):
        organiser.params["CN"] = vText(name)
    return organiser


def _attendee(mail: MailDraft) -> vCalAddress:
    """The recipient and nobody else; no name, since the object is forwarded more often than it should be."""
    attendee = vCalAddress(f"mailto:{address(mail.recipient)}")
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    if mail.method is MailMethod.REQUEST:
        attendee.params["RSVP"] = vText("TRUE")
    return attendee
