"""The e-mail around the calendar object (RFC 6047), in the structure that most mail programs show buttons for."""

import hashlib
from email.headerregistry import Address
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import format_datetime

from services.notifications.adapters.imip_calendar import calendar_object
from services.notifications.adapters.imip_text import (
    address,
    as_html,
    display_name,
    header_line,
    message_identifier,
    paragraphs,
)
from services.notifications.domain.mail_draft import MailDraft, MailMethod
from services.notifications.domain.rendering import with_link

_FILE_NAMES = {MailMethod.REQUEST: "invitation.ics", MailMethod.CANCEL: "cancellation.ics"}


def compose(mail: MailDraft) -> bytes:
    """The whole message with CRLF line ends, ASCII only, equal for equal drafts.

    multipart/mixed of multipart/alternative (text, HTML, text/calendar with its method) and the same object as a
    file with a name that says nothing (CalConnect's iMIP guide). Raises Refused where an address or id is unusable.
    """
    calendar = calendar_object(mail)
    message = MIMEPart(policy=SMTP)
    _add_headers(message, mail)
    message.make_mixed(boundary=_boundary(mail, "mixed"))
    message.attach(_alternative(mail, calendar))
    message.attach(_file(mail, calendar))
    return message.as_bytes()


def _add_headers(message: MIMEPart, mail: MailDraft) -> None:
    message["From"] = Address(display_name(mail.organiser_name), addr_spec=address(mail.organiser))
    message["To"] = Address(addr_spec=address(mail.recipient))
    message["Subject"] = header_line(mail.subject_line)
    message["Date"] = format_datetime(mail.dtstamp)
    message["Message-ID"] = f"<{message_identifier(mail.message_id)}>"
    # So that no absence note answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["MIME-Version"] = "1.0"


def _boundary(mail: MailDraft, part: str) -> str:
    """A fixed one: a random boundary would make a repeat another message."""
    return "=_" + hashlib.sha256(f"{part} {mail.message_id}".encode()).hexdigest()[:40]


def _alternative(mail: MailDraft, calendar: bytes) -> MIMEPart:
    both = MIMEPart(policy=SMTP)
    both.make_alternative(boundary=_boundary(mail, "alternative"))
    text = paragraphs(with_link(mail.body_text, mail.link))
    both.attach(_words(text, "plain"))
    both.attach(_words(as_html(text, mail.link), "html"))
    both.attach(_object(mail, calendar))
    return both


def _words(text: str, subtype: str) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    part.set_content(text, subtype=subtype, charset="utf-8", cte="quoted-printable")
    return part


def _object(mail: MailDraft, calendar: bytes) -> MIMEPart:
    """The part that makes it an invitation; base64 keeps its line ends and folds as they are."""
    part = MIMEPart(policy=SMTP)
    part.set_content(calendar, maintype="text", subtype="calendar", cte="base64")
    # As it stands: the library would quote the values, which is equal by RFC 2045 but not to every mail program.
    del part["Content-Type"]
    part.set_raw("Content-Type", f"text/calendar; method={mail.method.value}; charset=UTF-8")
    return part


def _file(mail: MailDraft, calendar: bytes) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    name = _FILE_NAMES[mail.method]
    part.set_content(
        calendar,
        maintype="application",
        subtype="ics",
        cte="base64",
        disposition="attachment",
        filename=name,
        params={"name": name},
    )
    return part
