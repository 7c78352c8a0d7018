"""Answers as four mail programs shape them, and reports of mail servers. Everybody is made up; nothing is copied."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

INVITATIONS = "invitations@north.example.org"


@dataclass(frozen=True)
class Said:
    """What somebody answers to the invitation with this UID."""

    uid: str
    sender: str
    partstat: str = "ACCEPTED"
    sequence: int = 0
    stamp: datetime = datetime(2026, 3, 17, 12, tzinfo=UTC)
    start: datetime = datetime(2026, 3, 24, 10, tzinfo=UTC)
    method: str = "REPLY"

    @property
    def end(self) -> datetime:
        """Ninety minutes on."""
        return self.start + timedelta(minutes=90)


def _utc(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


_ZONE = [
    "BEGIN:VTIMEZONE", "TZID:GMT Standard Time",
    "BEGIN:STANDARD", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0000",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:16010101T010000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE",
]  # fmt: skip


def outlook_object(said: Said) -> list[str]:
    """A desktop program of an office: Windows names of zones, a folded CN, an alarm, properties of its own."""
    zone = "TZID=GMT Standard Time"
    return [
        "BEGIN:VCALENDAR", f"METHOD:{said.method}", "PRODID:Made up Exchange Server", "VERSION:2.0", *_ZONE,
        "BEGIN:VEVENT",
        f'ATTENDEE;PARTSTAT={said.partstat};CN="Somebody with a name that is long enough to be fo',
        f' lded":mailto:{said.sender}',
        "COMMENT;LANGUAGE=en-GB:\\n", f"UID:{said.uid}", "SUMMARY;LANGUAGE=en-GB:Accepted: a meeting",
        f"DTSTART;{zone}:{said.start:%Y%m%dT%H%M%S}", f"DTEND;{zone}:{said.end:%Y%m%dT%H%M%S}", "CLASS:PRIVATE",
        "PRIORITY:5", f"DTSTAMP:{_utc(said.stamp)}", "TRANSP:OPAQUE", "STATUS:CONFIRMED", f"SEQUENCE:{said.sequence}",
        "X-MICROSOFT-CDO-APPT-SEQUENCE:0", "BEGIN:VALARM", "DESCRIPTION:REMINDER", "TRIGGER;RELATED=START:-PT15M",
        "ACTION:DISPLAY", "END:VALARM", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


def webmail_object(said: Said) -> list[str]:
    """A large webmail: UTC, CUTYPE and a number of guests."""
    return [
        "BEGIN:VCALENDAR", "PRODID:-//Made up//Webmail//EN", "VERSION:2.0", "CALSCALE:GREGORIAN",
        f"METHOD:{said.method}", "BEGIN:VEVENT", f"DTSTART:{_utc(said.start)}", f"DTEND:{_utc(said.end)}",
        f"DTSTAMP:{_utc(said.stamp)}", f"ORGANIZER;CN=North Council:mailto:{INVITATIONS}", f"UID:{said.uid}",
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said.partstat};CN={said.sender}",
        f" ;X-NUM-GUESTS=0:MAILTO:{said.sender}", "CREATED:20260316T090000Z", "LAST-MODIFIED:20260317T120000Z",
        f"SEQUENCE:{said.sequence}", "STATUS:CONFIRMED", "SUMMARY:A meeting", "TRANSP:OPAQUE", "END:VEVENT",
        "END:VCALENDAR", "",
    ]  # fmt: skip


def phone_object(said: Said) -> list[str]:
    """A telephone: as little as RFC 5546 asks for."""
    return [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{said.method}", "PRODID:-//Made up//Phone//EN", "BEGIN:VEVENT",
        f"UID:{said.uid}", f"SEQUENCE:{said.sequence}", f"DTSTAMP:{_utc(said.stamp)}",
        f"DTSTART;TZID=Europe/London:{said.start:%Y%m%dT%H%M%S}", f"DTEND;TZID=Europe/London:{said.end:%Y%m%dT%H%M%S}",
        f"ORGANIZER:mailto:{INVITATIONS}", f"ATTENDEE;PARTSTAT={said.partstat}:mailto:{said.sender}",
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


def free_object(said: Said) -> list[str]:
    """A program of volunteers: parameters in another order and in lower case."""
    return [
        "BEGIN:VCALENDAR", "PRODID:-//Made up//Bird//EN", "VERSION:2.0", f"METHOD:{said.method}", "BEGIN:VEVENT",
        f"CREATED:{_utc(said.stamp)}", f"DTSTAMP:{_utc(said.stamp)}", f"UID:{said.uid}", "SUMMARY:A meeting",
        f"ORGANIZER;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:{INVITATIONS}",
        f"ATTENDEE;RSVP=TRUE;CN=Somebody;partstat={said.partstat.lower()};ROLE=REQ-PARTICIPANT:mailto:{said.sender}",
        f"DTSTART:{_utc(said.start)}", f"DTEND:{_utc(said.end)}", f"SEQUENCE:{said.sequence}", "END:VEVENT",
        "END:VCALENDAR", "",
    ]  # fmt: skip


OBJECTS = {"outlook": outlook_object, "webmail": webmail_object, "phone": phone_object, "free": free_object}


def letter(sender: str, text: str = "I can come.\n", **headers: str) -> EmailMessage:
    """An e-mail in words. `headers` with `_` for `-`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Somebody <{sender}>"
    message["To"] = INVITATIONS
    message["Subject"] = "Accepted: Permanence planning meeting · M-2041"
    message["Date"] = "Tue, 17 Mar 2026 12:00:00 +0000"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def answer(said: Said, program: str = "phone", **headers: str) -> bytes:
    """The e-mail that the program sends."""
    calendar = "\r\n".join(OBJECTS[program](said)).encode()
    message = letter(said.sender, **headers)
    message.make_mixed() if program == "free" else message.make_alternative()
    message.attach(_calendar_part(calendar, said.method))
    if program == "webmail":
        message.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")
    return message.as_bytes()


def _calendar_part(calendar: bytes, method: str) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part.set_content(calendar, maintype="text", subtype="calendar", cte="base64")
    part.set_param("method", method)
    part.set_param("charset", "UTF-8")
    return part


def report(message_id: str, action: str = "failed", *, whole: bool = True) -> bytes:
    """What a mail server sends back (RFC 3464), with the message or its headers alone."""
    recipient = f"Final-Recipient: rfc822; gone@example.org\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
    status = f"Reporting-MTA: dns; mx.example.org\r\n\r\n{recipient}"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    returned = f"From: {INVITATIONS}\r\nTo: gone@example.org\r\nMessage-ID: <{message_id}>\r\nSubject: x\r\n\r\n"
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery <mailer-daemon@mx.example.org>\r\n"
        f"To: {INVITATIONS}\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"\r\n\r\n'
        "--b1\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        f"--b1\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n"
        f"--b1\r\nContent-Type: {kind}\r\n\r\n{returned}\r\n--b1--\r\n"
    ).encode()
