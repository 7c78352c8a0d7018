"""The search finds what is planted, in each kind of artefact and however it is written, and nothing else."""

import json
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli.made_council.cast import ProtectedPerson
from tests.story.collect import (
    NOBODY,
    STAFF,
    Readers,
    from_calendars,
    from_exchange,
    from_graph,
    from_logs,
    from_mail,
    from_minutes,
    from_notify,
)
from tests.story.leak_search import Artefact, LeakSearch, Reader
from tests.story.read_site import of_page

CHILD = ProtectedPerson("C1", "child", ("Alvirazane", "Pellowwicket"))
CARER = ProtectedPerson("CA1", "carer", ("Ixaugwemard", "Snickleingleby"), (), ("carer-1@example.org", "07700 900771"))
HOME = ProtectedPerson("HH1", "carer_household", (), ("Prythghyll", "ZZ17 8BQ"))
MOTHER = ProtectedPerson("MO1", "parent", ("Tovukeffie", "Nettipdrummer"), (), ("mother-1@example.org",))
WORKER = ProtectedPerson("P1", "staff", ("Elzonedissa", "Ucklecombert"), (), ("social-worker-1@council.example",))
OFFICE = "meetings@council.example"
COUNCIL: Any = SimpleNamespace(
    spec=SimpleNamespace(slug="demo"),
    staff=(SimpleNamespace(email=WORKER.contacts[0]),),
    rooms=(SimpleNamespace(email="room-1@council.example"),),
    organiser=OFFICE,
    outsiders=(
        SimpleNamespace(email=CARER.contacts[0], source_id="CA1", phone=CARER.contacts[1], address=None),
        SimpleNamespace(
            email=MOTHER.contacts[0],
            source_id="MO1",
            phone=None,
            address=SimpleNamespace(line="12 Elm Walk", postcode="ZZ18 4AA"),
        ),
    ),
    protected={person.source_id: person for person in (CHILD, CARER, HOME, MOTHER, WORKER)},
)
SEARCH = LeakSearch.of(COUNCIL)
READERS = Readers([COUNCIL])
SPELLINGS = [
    "Alvirazane", "ALVIRAZANE", "alvi\u00adra\u200bzane", "Alvirázane", "Alvi<b>razane</b>", "&#65;lvirazane",
    "Alvir&amp;#97;zane", "%41lvirazane", "Ａｌｖｉｒａｚａｎｅ", "minutes_alvirazane_v2.pdf", "xAlvirazaney",
]  # fmt: skip


def leaked(artefacts: Iterable[Artefact]) -> set[tuple[str, str]]:
    """(kind, whose) of all that is found."""
    return {(leak.kind, leak.whose) for artefact in artefacts for leak in SEARCH.leaks(artefact)}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_name_is_found_however_it_is_written(spelling: str) -> None:
    assert leaked([Artefact("body", "here", f"<p>About {spelling}.</p>")]) == {("body", "demo/C1")}


@pytest.mark.parametrize("spelling", ["ZZ17 8BQ", "zz178bq", "ZZ17\n8BQ", "ZZ17-8BQ", "ZZ17&nbsp;8BQ", "ZZ17+8BQ"])
def test_a_postcode_is_found_however_it_is_written(spelling: str) -> None:
    assert leaked([Artefact("body", "here", f"Come to {spelling}")]) == {("body", "demo/HH1")}


@pytest.mark.parametrize("spelling", ["07700 900771", "07700900771", "07700-900-771", "(07700) 900 771"])
def test_a_telephone_number_is_found_however_it_is_written(spelling: str) -> None:
    assert leaked([Artefact("body", "here", f"Ring {spelling}")]) == {("body", "demo/CA1")}


def test_people_may_see_what_is_their_own_and_staff_may_see_staff() -> None:
    own = Artefact("body", "here", "Ixaugwemard, carer-1@example.org", owners=frozenset({"demo/CA1"}))
    staff = Artefact("body", "here", "social-worker-1@council.example", Reader.STAFF)
    assert leaked([own, staff]) == set()
    assert leaked([Artefact("body", "here", own.text, Reader.STAFF)]) == {("body", "demo/CA1")}
    assert leaked([Artefact("body", "here", staff.text, owners=own.owners)]) == {("body", "demo/P1")}


def test_an_address_is_read_by_whom_it_belongs_to() -> None:
    worker, carer, mother = WORKER.contacts[0], CARER.contacts[0], MOTHER.contacts[0]
    assert READERS.of([worker, OFFICE, "room-1@council.example"]) == STAFF
    assert READERS.of([carer.upper(), OFFICE]) == (Reader.NOBODY, frozenset({"demo/CA1"}))
    assert READERS.of([worker, carer]) == READERS.of([mother, carer]) == READERS.of(["x@example.org"]) == NOBODY


def invited(*people: ProtectedPerson) -> list[dict[str, object]]:
    return [{"emailAddress": {"address": person.contacts[0], "name": ""}} for person in people]


def graph(**more: object) -> Iterable[Artefact]:
    row = {"n": 1, "operation": "create", "path": "/v1.0/users/x/events", "query": {}, "body": {}, **more}
    return from_graph([row], READERS)


def seen(mailbox: str, **more: object) -> Iterable[Artefact]:
    event = {"subject": "Meeting DM-1", "attendees": [], **more}
    tenant = {"mailboxes": [{"kind": "user", "address": mailbox, "events": [event]}]}
    return from_calendars([tenant], READERS, {OFFICE})


def told(**more: object) -> Iterable[Artefact]:
    row = {"n": 1, "method": "REQUEST", "to": CARER.contacts[0], "subject": "Meeting DM-1", **more}
    return from_exchange([row], READERS)


def notify(kind: str, **more: object) -> Iterable[Artefact]:
    row = {"id": "n-1", "type": kind, "reference": "r", "subject": None, "phone_number": None, **more}
    return from_notify([row], READERS)


PLANTED: dict[str, tuple[Iterable[Artefact], set[tuple[str, str]]]] = {
    "graph path": (graph(path="/v1.0/users/x/events?search=Alvirazane"), {("graph path", "demo/C1")}),
    "graph query": (graph(query={"$filter": "subject eq 'Alvirazane'"}), {("graph path", "demo/C1")}),
    "graph body": (
        graph(body={"attendees": invited(CARER), "body": {"content": "<p>Tovu&#107;effie comes too</p>"}}),
        {("graph body", "demo/MO1")},
    ),
    "two outsiders in one event": (
        graph(body={"attendees": invited(CARER, MOTHER)}),
        {("graph body", "demo/CA1"), ("graph body", "demo/MO1")},
    ),
    "an outsider among staff": (
        graph(body={"attendees": invited(WORKER, MOTHER)}),
        {("graph body", "demo/P1"), ("graph body", "demo/MO1")},
    ),
    "a change that names somebody": (
        graph(body={"body": {"content": "Elzonedissa cannot come"}}),
        {("graph body", "demo/P1")},
    ),
    "graph subject": (
        graph(body={"attendees": invited(WORKER), "subject": "PPM Elzonedissa"}),
        {("subject line", "demo/P1")},
    ),
    "exchange mail": (told(bodyText="with mother-1@example.org"), {("exchange mail", "demo/MO1")}),
    "exchange subject": (told(subject="About Ixaugwemard"), {("subject line", "demo/CA1")}),
    "calendar of an outsider": (
        seen(CARER.contacts[0], attendees=[{"address": WORKER.contacts[0]}]),
        {("calendar", "demo/P1")},
    ),
    "calendar of a room": (seen("room-1@council.example", bodyText="for Alvirazane"), {("calendar", "demo/C1")}),
    "calendar of the organiser": (
        seen(OFFICE, attendees=[{"address": CARER.contacts[0]}], location="ZZ17 8BQ"),
        {("calendar", "demo/HH1")},
    ),
    "calendar subject": (seen(WORKER.contacts[0], subject="Ucklecombert"), {("subject line", "demo/P1")}),
    "text": (notify("sms", phone_number="+447700900771", body="Tovukeffie comes"), {("text", "demo/MO1")}),
    "a text to somebody else": (notify("sms", phone_number="07700 900999", body=""), set()),
    "a text that names its reader to somebody else": (
        notify("sms", phone_number="07700 900999", body="Ixaugwemard"),
        {("text", "demo/CA1")},
    ),
    "letter": (
        notify("letter", line_1="12 Elm Walk", line_2="ZZ18 4AA", body="Prythghyll, ZZ17 8BQ"),
        {("letter", "demo/HH1")},
    ),
    "Notify e-mail": (
        notify("email", email_address=MOTHER.contacts[0], subject="Meeting DM-1", body="carer-1@example.org"),
        {("Notify e-mail", "demo/CA1")},
    ),
    "Notify subject": (
        notify("email", email_address=MOTHER.contacts[0], subject="For Nettipdrummer", body="Come"),
        {("subject line", "demo/MO1")},
    ),
    "Notify reference": (
        notify("sms", phone_number="1", body="", reference="alvirazane"),
        {("resource name", "demo/C1")},
    ),
    "page title": (of_page("x /m", "<title>Alvirazane</title>"), {("page title", "demo/C1")}),
    "address in a page": (
        of_page("x /m", '<a href="/cases/Pellow%77icket">x</a>'),
        {("address", "demo/C1")},
    ),
    "a home on a page of staff": (of_page("x /m", "<p>Ixaugwemard</p><p>Prythghyll</p>"), {("staff page", "demo/HH1")}),
    "open page": ([Artefact("open page", "/", "<p>Ucklecombert</p>")], {("open page", "demo/P1")}),
    "log": (from_logs(Path("/nowhere"), ['{"event": "sent to mother-1@example.org"}']), {("log", "demo/MO1")}),
    "error text": ([Artefact("error text", "x", "child 'Alvirazane' has no meeting")], {("error text", "demo/C1")}),
    "resource name": (
        [Artefact("resource name", "x", "councils/demo/children/pellowwicket")],
        {("resource name", "demo/C1")},
    ),
    "feed event": ([Artefact("feed event", "x", json.dumps({"who": "Alvirazane"}))], {("feed event", "demo/C1")}),
    "audit row": ([Artefact("audit row", "x", json.dumps({"purpose": "Prythghyll"}))], {("audit row", "demo/HH1")}),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_leak_is_caught(kind: str) -> None:
    artefacts, wanted = PLANTED[kind]
    assert leaked(artefacts) == wanted


ICS = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:{summary}\r\nDESCRIPTION:{about}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
Change = Callable[[EmailMessage], None]


def mail_in(
    folder: Path, change: Change, ics: str = ICS.format(summary="Meeting DM-1", about="Come")
) -> set[tuple[str, str]]:
    """What is found in a message to the carer, after one change."""
    message = EmailMessage()
    message["Subject"], message["To"] = "Meeting DM-1", CARER.contacts[0]
    message.set_content("Please come.")
    message.add_attachment(
        ics.encode(), "text", "calendar", cte="base64", params={"method": "REQUEST", "charset": "utf-8"}
    )
    change(message)
    (folder / CARER.contacts[0]).mkdir(parents=True)
    (folder / CARER.contacts[0] / "1.eml").write_bytes(message.as_bytes())
    return leaked(from_mail(folder, READERS))


def in_html(text: str, encoding: str) -> Change:
    return lambda message: message.add_attachment(f"<p>{text}</p>", "html", cte=encoding)


def in_header(name: str, text: str) -> Change:
    def change(message: EmailMessage) -> None:
        del message[name]
        message[name] = text

    return change


def test_a_clean_mail_leaks_nothing(tmp_path: Path) -> None:
    assert mail_in(tmp_path, lambda _: None) == set()


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "7bit"])
def test_a_leak_in_a_part_of_a_mail_is_caught(encoding: str, tmp_path: Path) -> None:
    planted = in_html(f"{'so ' * 24} Tovuk<i>effie</i> &#90;Z17&nbsp;8BQ", encoding)
    assert mail_in(tmp_path, planted) == {("mime", "demo/MO1"), ("mime", "demo/HH1")}


def test_a_leak_in_a_header_is_caught(tmp_path: Path) -> None:
    planted = in_header("Reply-To", "=?utf-8?b?VG92dWtlZmZpZQ==?= <meetings@council.example>")
    assert mail_in(tmp_path, planted) == {("mime", "demo/MO1")}


def test_ones_own_name_in_a_subject_is_caught(tmp_path: Path) -> None:
    assert mail_in(tmp_path, in_header("Subject", "Meeting of Ixaugwemard")) == {("subject line", "demo/CA1")}


def test_a_leak_in_a_folded_calendar_line_is_caught(tmp_path: Path) -> None:
    planted = ICS.format(summary="Meeting DM-1", about="with Tovu\r\n keffie\\, at Pryth\r\n\tghyll")
    assert mail_in(tmp_path, lambda _: None, planted) >= {("ics", "demo/MO1"), ("ics", "demo/HH1")}


def test_a_name_in_a_calendars_summary_is_caught(tmp_path: Path) -> None:
    planted = ICS.format(summary="Ixaugwe\r\n mard", about="")
    assert mail_in(tmp_path, lambda _: None, planted) == {("subject line", "demo/CA1")}


def test_a_name_in_an_attachments_file_name_is_caught(tmp_path: Path) -> None:
    def planted(message: EmailMessage) -> None:
        message.add_attachment(b"x", "application", "pdf", filename="Alvirazane.pdf")

    assert mail_in(tmp_path, planted) == {("mime", "demo/C1"), ("file name", "demo/C1")}


def test_a_leak_in_minutes_is_caught(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "pellowwicket.html").write_text("<h1>Minutes</h1><p>Nettip<br>drummer said</p>")
    (tmp_path / "demo" / "1.json").write_text('{"subject": "\\u0041lvirazane"}')
    found = leaked(from_minutes(tmp_path))
    assert found == {("file name", "demo/C1"), ("minutes page", "demo/MO1"), ("minutes data", "demo/C1")}


def test_a_leak_in_a_log_file_is_caught(tmp_path: Path) -> None:
    (tmp_path / "cases.log").write_text('{"event": "started"}\n{"error": "Alvirazane"}\n')
    assert leaked(from_logs(tmp_path, [])) == {("log", "demo/C1")}
