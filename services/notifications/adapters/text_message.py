"""A plain e-mail on the wire: words alone, so that an address in it is what it says."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.notifications.adapters.imip_text import (
    address,
    display_name,
    header_line,
    message_identifier,
    paragraphs,
)
from services.notifications.domain.text_mail import TextMail


def compose_text(mail: TextMail) -> bytes:
    """The whole message with CRLF line ends, ASCII only, equal for equal mails. Refused: an unusable address."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name(mail.organiser_name), addr_spec=address(mail.organiser))
    message["To"] = Address(addr_spec=address(mail.recipient))
    message["Subject"] = header_line(mail.subject_line)
    message["Date"] = format_datetime(mail.made_at)
    message["Message-ID"] = f"<{message_identifier(mail.message_id)}>"
    # So that no absence note answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(paragraphs(mail.body_text), charset="utf-8", cte="quoted-printable")
    return message.as_bytes()
