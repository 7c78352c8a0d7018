"""Takes kept messages apart, as a mail program would, with the standard library alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast


@dataclass(frozen=True)
class KeptMail:
    """One message as the sink kept it. `address` is the folder: whom it was for."""

    address: str
    path: Path
    message: EmailMessage

    @property
    def is_plain(self) -> bool:
        """Words alone, such as what somebody is late with; every invitation has parts."""
        return not self.message.is_multipart()

    @property
    def calendar(self) -> str:
        """Its one text/calendar part, decoded, as it stands (lines still folded)."""
        parts = [part for part in self.message.walk() if part.get_content_type() == "text/calendar"]
        assert parts, f"{self.path.parent.name}/{self.path.name} holds no calendar"
        texts = {part.get_content() for part in parts}
        assert len(texts) == 1, "its calendar parts differ"
        return str(texts.pop())

    @property
    def headers(self) -> str:
        """All header fields of all parts, decoded."""
        return "\n".join(f"{name}: {value}" for part in self.message.walk() for name, value in part.items())

    @property
    def file_names(self) -> list[str]:
        """Of its parts."""
        return [name for part in self.message.walk() if (name := part.get_filename())]

    def texts(self) -> Iterator[tuple[str, str]]:
        """(content type, text) of every part that is not a container, transfer encodings undone."""
        for part in self.message.walk():
            if part.is_multipart():
                continue
            raw = cast("bytes", part.get_payload(decode=True)) or b""
            yield part.get_content_type(), raw.decode(part.get_content_charset() or "utf-8", "replace")


def kept_mail(folder: Path) -> list[KeptMail]:
    """All of it, by address and number."""
    paths = sorted(folder.glob("*/*.eml"), key=lambda path: (path.parent.name, int(path.stem)))
    return [KeptMail(path.parent.name, path, read_mail(path.read_bytes())) for path in paths]


def read_mail(raw: bytes) -> EmailMessage:
    """With header fields decoded."""
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def unfolded(ics: str) -> str:
    """Content lines put together again (RFC 5545, 3.1), escapes undone."""
    whole = re.sub(r"\r?\n[ \t]", "", ics)
    return whole.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
