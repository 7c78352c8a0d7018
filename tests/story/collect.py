"""Collects every artefact that left while the story was played, and says who may read each."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from cli.made_council.cast import MadeCouncil
from tests.story.leak_search import Artefact, Reader, key_of, squeezed
from tests.story.mail_reading import KeptMail, kept_mail, unfolded

_NOTIFY_KINDS = {"sms": "text", "letter": "letter", "email": "Notify e-mail"}
_SUMMARY = re.compile(r"^SUMMARY[^:\n]*:(.*)$", re.MULTILINE)
Rows = Iterable[Mapping[str, Any]]
Audience = tuple[Reader, frozenset[str]]
NOBODY: Audience = (Reader.NOBODY, frozenset())
STAFF: Audience = (Reader.STAFF, frozenset())


class Readers:
    """Who stands behind an address."""

    def __init__(self, councils: Iterable[MadeCouncil]) -> None:
        self._staff: set[str] = set()
        self._owner: dict[str, str] = {}
        self._neutral: set[str] = set()
        self._post: dict[str, str] = {}
        for made in councils:
            self._staff |= {member.email.casefold() for member in made.staff}
            self._neutral |= {made.organiser.casefold()} | {room.email.casefold() for room in made.rooms}
            for person in made.outsiders:
                whose = key_of(made.spec.slug, person.source_id)
                if person.email:
                    self._owner[person.email.casefold()] = whose
                if person.phone:
                    self._owner[_number(person.phone)] = whose
                if person.address:
                    self._post[squeezed(f"{person.address.line} {person.address.postcode}")] = whose

    def of(self, addresses: Iterable[str]) -> Audience:
        """What these people may read together: staff among themselves, one outsider alone, others nothing."""
        people = {address.casefold() for address in addresses} - self._neutral
        if people <= self._staff:
            return STAFF
        if len(people) == 1 and (owner := self._owner.get(next(iter(people)))):
            return (Reader.NOBODY, frozenset({owner}))
        return NOBODY

    def of_message(self, row: Mapping[str, Any]) -> Audience:
        """Whom GOV.UK Notify hands a message to: a number, an e-mail address, or the lines on an envelope."""
        if row["type"] == "sms":
            return self.of([_number(row["phone_number"])])
        if row["type"] == "email":
            return self.of([row["email_address"]])
        envelope = squeezed(" ".join(_envelope(row)))
        owners = {whose for address, whose in self._post.items() if address in envelope}
        return (Reader.NOBODY, frozenset(owners)) if len(owners) == 1 else NOBODY


def from_graph(requests: Rows, readers: Readers) -> Iterator[Artefact]:
    """What was sent to Graph: path and query, body, and the subject line within."""
    for row in requests:
        where = f"Graph request {row['n']} ({row['operation']})"
        yield Artefact("graph path", where, f"{row['path']} {json.dumps(row['query'])}")
        body = row["body"] or {}
        if not isinstance(body, dict) or not body:
            continue
        addresses = [*_addresses(body.get("attendees", ())), *map(str, body.get("schedules", ()))]
        # A body that names nobody is read by whoever was invited before: it may hold nothing of anybody.
        audience = readers.of(addresses) if addresses else NOBODY
        yield _for("graph body", where, json.dumps(body, ensure_ascii=False), audience)
        yield from _subject_line(where, body)


def from_exchange(mails: Rows, readers: Readers) -> Iterator[Artefact]:
    """What Exchange told each recipient."""
    for row in mails:
        where = f"Exchange mail {row['n']} ({row['method']})"
        yield _for("exchange mail", where, json.dumps(row, ensure_ascii=False), readers.of([row["to"]]))
        yield from _subject_line(where, row)


def from_calendars(tenants: Rows, readers: Readers, organisers: set[str]) -> Iterator[Artefact]:
    """Each calendar as its owner sees it; in the organiser's own, each event is for whom it invites."""
    for tenant in tenants:
        for mailbox in tenant["mailboxes"]:
            for number, event in enumerate(mailbox["events"]):
                where = f"{mailbox['kind']} calendar {mailbox['address']}, event {number}"
                invited = [row["address"] for row in event["attendees"]]
                seen_by = invited if mailbox["address"] in organisers else [mailbox["address"]]
                yield _for("calendar", where, json.dumps(event, ensure_ascii=False), readers.of(seen_by))
                yield from _subject_line(where, event)


def from_mail(folder: Path, readers: Readers) -> Iterator[Artefact]:
    """Every e-mailed message: as it went, each part decoded, its calendar unfolded, its subject and file names."""
    for mail in kept_mail(folder):
        yield from of_mail(mail, readers.of([mail.address]))


def of_mail(mail: KeptMail, audience: Audience) -> Iterator[Artefact]:
    """One message."""
    where = f"mail {mail.path.parent.name}/{mail.path.name}"
    raw = mail.path.read_bytes().decode("utf-8", "replace")
    yield _for("mime", where, "\n".join([raw, mail.headers, *(text for _, text in mail.texts())]), audience)
    calendar = "" if mail.is_plain else unfolded(mail.calendar)
    yield _for("plain mail" if mail.is_plain else "ics", where, calendar or mail.message.get_content(), audience)
    lines = [str(mail.message["Subject"] or ""), *_SUMMARY.findall(calendar)]
    yield from (Artefact("subject line", where, line) for line in lines)
    yield _for("file name", where, "\n".join([where, *mail.file_names]), audience)


def from_notify(rows: Rows, readers: Readers) -> Iterator[Artefact]:
    """What GOV.UK Notify was given, as its own answers show it. A reference names nobody."""
    for row in rows:
        where = f"Notify message {row['id']} ({row['type']})"
        lines = [str(row.get("subject") or ""), str(row["body"])]
        yield _for(_NOTIFY_KINDS[row["type"]], where, "\n".join([*_envelope(row), *lines]), readers.of_message(row))
        yield Artefact("subject line", where, lines[0])
        yield Artefact("resource name", where, str(row.get("reference") or ""))


def from_minutes(folder: Path) -> Iterator[Artefact]:
    """What was delivered to the case system: for the file, so staff may be named. File names name nobody."""
    for path in sorted(folder.rglob("*")):
        yield Artefact("file name", f"minutes {path.name}", str(path.relative_to(folder)))
        if path.is_file() and path.stat().st_size:
            kind = "minutes page" if path.suffix in (".html", ".pdf") else "minutes data"
            yield _for(kind, f"minutes {path.name}", _text_of(path), STAFF)


def _text_of(path: Path) -> str:
    if path.suffix != ".pdf":
        return path.read_text(encoding="utf-8")
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def from_logs(folder: Path, said: Sequence[str]) -> Iterator[Artefact]:
    """Every line of every process, and what the demo itself said."""
    for path in sorted(folder.glob("*.log")):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            yield Artefact("log", f"{path.name} line {number}", line)
    yield from (Artefact("log", f"standard output line {number}", line) for number, line in enumerate(said, 1) if line)


def _number(phone: str) -> str:
    """As dialled abroad, digits alone."""
    digits = squeezed(phone)
    return f"44{digits[1:]}" if digits.startswith("0") else digits


def _envelope(row: Mapping[str, Any]) -> list[str]:
    return [str(row[f"line_{number}"]) for number in range(1, 8) if row.get(f"line_{number}")]


def _for(kind: str, where: str, text: str, audience: Audience) -> Artefact:
    return Artefact(kind, where, text, *audience)


def _subject_line(where: str, holder: Mapping[str, Any]) -> Iterator[Artefact]:
    if "subject" in holder:
        yield Artefact("subject line", where, str(holder["subject"]))


def _addresses(attendees: Iterable[Mapping[str, Any]]) -> list[str]:
    return [str(attendee["emailAddress"]["address"]) for attendee in attendees]
