"""E-mails of four programs are read; hostile ones are refused by their size, before anything works on them."""

import email
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.adapters.read_message import read_message
from services.notifications.domain.answer import Answer
from services.notifications.domain.mail_reply import (
    CalendarAnswer,
    MailReply,
    NoAnswer,
    NonDelivery,
    SetAside,
    Words,
)
from tests.notifications.honest_mail import OBJECTS, Said, answer, letter, report
from tests.notifications.hostile_mail import COSTLY, HOSTILE, SAID, carrying

GATEWAY = "mx.north.example.org"


def said_in(raw: bytes) -> CalendarAnswer:
    content = read_message(raw).content
    assert isinstance(content, CalendarAnswer)
    return content


@pytest.mark.parametrize("program", OBJECTS)
@pytest.mark.parametrize(
    ("word", "meant"),
    [("ACCEPTED", Answer.ACCEPTED), ("DECLINED", Answer.DECLINED), ("TENTATIVE", Answer.TENTATIVE)],
)
def test_an_answer_of_four_programs(program: str, word: str, meant: Answer) -> None:
    said = Said(SAID.uid, "mother@example.org", word, sequence=3)
    found = read_message(answer(said, program))
    assert (found.sender, found.confirmed) == ("mother@example.org", True)
    assert found.content == CalendarAnswer(said.uid, 3, said.stamp, "mother@example.org", meant)


@pytest.mark.parametrize("program", OBJECTS)
def test_another_time_is_read_in_its_own_zone(program: str) -> None:
    summer = datetime(2026, 6, 10, 14, tzinfo=UTC)
    said = Said(SAID.uid, "mother@example.org", "TENTATIVE", start=summer, method="COUNTER")
    offset = timedelta(hours=1) if program in ("outlook", "phone") else timedelta()
    assert said_in(answer(said, program)).proposed == (summer - offset, summer - offset + timedelta(minutes=90))


def test_another_time_without_an_answer_is_neither_yes_nor_no() -> None:
    said = Said(SAID.uid, "mother@example.org", "NEEDS-ACTION", method="COUNTER")
    assert said_in(answer(said)).answer is Answer.TENTATIVE
    assert read_message(answer(replace(said, method="REPLY"))).content is SetAside.UNREADABLE
    assert read_message(answer(replace(said, method="REPLY", partstat="DELEGATED"))).content is SetAside.UNREADABLE


def test_no_sequence_is_the_first() -> None:
    raw = answer(SAID).replace(b"SEQUENCE:0\r\n", b"")
    calendar = "\r\n".join(line for line in OBJECTS["phone"](SAID) if not line.startswith("SEQUENCE")).encode()
    assert said_in(raw).sequence == said_in(carrying(calendar)).sequence == 0


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "REFRESH"])
def test_what_is_no_answer_is_nobodys_work(method: str) -> None:
    assert read_message(answer(Said(SAID.uid, "mother@example.org", method=method))).content == NoAnswer()


@pytest.mark.parametrize("whole", [True, False])
def test_a_report_of_failure_names_our_message(whole: bool) -> None:
    assert read_message(report("m.0@north.example.org", whole=whole)).content == NonDelivery("m.0@north.example.org")
    assert read_message(report("m.0@north.example.org", "delayed", whole=whole)).content == NoAnswer()
    assert read_message(report("m.0@north.example.org", "relayed", whole=whole)).content == NoAnswer()


def test_words_say_what_they_answer() -> None:
    raw = letter(
        "mother@example.org", In_Reply_To="<a.1@north.example.org>", References="<b@x> <a.1@north.example.org>"
    )
    assert read_message(raw.as_bytes()).content == Words(("a.1@north.example.org", "b@x"))


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Precedence": "bulk"}, {"List_Id": "<x>"}]
)
def test_an_absence_note_is_no_letter(headers: dict[str, str]) -> None:
    assert read_message(letter("mother@example.org", **headers).as_bytes()).content == NoAnswer()
    # A program that answers an invitation by itself may say that it does: it is an answer all the same.
    assert isinstance(read_message(answer(SAID, **headers)).content, CalendarAnswer)


@pytest.mark.parametrize(
    ("line", "sender"),
    [
        ("Mother@Example.org", "mother@example.org"),
        ('"x" <father@example.org>, mother@example.org', ""),
        ("father@example.org <mother@example.org>", ""),
        ("mother@example.org (father@example.org)", ""),
        ('"Example, M. (at home)" <mother@example.org>', "mother@example.org"),
        ('"a\\" <father@example.org>, " <mother@example.org>', "mother@example.org"),
        ("=?utf-8?q?M=2E?= <mother@example.org>", "mother@example.org"),
        ("undisclosed:;", ""),
        ("mother@example.org\r\nFrom: father@example.org", ""),
        ("", ""),
    ],
)
def test_a_sender_is_one_address(line: str, sender: str) -> None:
    raw = answer(SAID).replace(b"From: Somebody <mother@example.org>", f"From: {line}".encode())
    assert read_message(raw).sender == sender


@pytest.mark.parametrize(
    ("results", "confirmed"),
    [
        ([f"{GATEWAY}; dmarc=pass header.from=example.org"], True),
        ([f"{GATEWAY}; dkim=pass header.d=example.org"], True),
        ([f"{GATEWAY}; dkim=pass header.d=mail.example.org"], True),
        ([f"{GATEWAY}; spf=pass smtp.mailfrom=mother@example.org"], True),
        ([f"{GATEWAY}; dkim=pass header.d=elsewhere.org; spf=pass smtp.mailfrom=x@elsewhere.org"], False),
        ([f"{GATEWAY}; dkim=pass header.d=notexample.org"], False),
        ([f"{GATEWAY}; dkim=pass header.d=org"], False),
        ([f"{GATEWAY}; dmarc=fail header.from=example.org; dkim=pass header.d=example.org"], False),
        ([f"{GATEWAY}; dmarc=pass header.from=example.org", f"{GATEWAY}; dmarc=fail header.from=example.org"], False),
        (["mx.elsewhere.org; dmarc=pass header.from=example.org"], False),
        ([f"{GATEWAY}; none"], False),
        ([f"{GATEWAY}; dkim=pass (((("], False),
        ([], False),
    ],
)
def test_a_gateway_vouches_for_the_senders_own_domain(results: list[str], confirmed: bool) -> None:
    head = "".join(f"Authentication-Results: {one}\r\n" for one in results).encode()
    assert read_message(head + answer(SAID), GATEWAY).confirmed is confirmed
    assert read_message(head + answer(SAID)).confirmed is True


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_set_aside_with_the_reason(name: str) -> None:
    made, reason = HOSTILE[name]
    assert read_message(made()).content is reason


def test_a_line_that_breaks_out_is_only_a_line() -> None:
    """A break inside a value is either another line, which then counts, or two signs that break nothing."""
    calendar = "\r\n".join(OBJECTS["phone"](SAID)).replace(
        "UID:", "X-A:x\\r\\nATTENDEE:mailto:father@example.org\r\nUID:"
    )
    assert said_in(carrying(calendar.encode())).attendee == "mother@example.org"


@pytest.mark.parametrize("name", COSTLY)
def test_what_the_bounds_leave_is_little_work(name: str) -> None:
    """Counted as calls of functions, which no busy machine changes; an honest answer takes a few thousand."""
    raw = COSTLY[name]()
    assert calls_of(lambda: read_message(raw, GATEWAY)) < 1_000_000


def test_too_much_is_refused_before_anything_parses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("services.notifications.adapters.bounded_message.message_from_bytes", parse)
    for name in ("ten megabytes", "half a million lines", "messages in messages", "boxes in boxes"):
        made, reason = HOSTILE[name]
        assert read_message(made()).content is reason


def calls_of(work: Callable[[], object]) -> int:
    count = 0

    def tally(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(tally)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


_VALUES = [
    b"text/calendar; method=REPLY",
    b"multipart/mixed; boundary=b",
    b"multipart/report; boundary=b",
    b"message/rfc822",
    b"message/delivery-status",
    b"base64",
    b"quoted-printable",
    b"x-uuencode",
    b"mother@example.org",
    b"mx; dmarc=pass header.from=example.org",
]
_NAMES = ["From", "Content-Type", "Content-Transfer-Encoding", "In-Reply-To", "Authentication-Results"]
HEADERS = st.lists(
    st.tuples(st.sampled_from(_NAMES), st.one_of(st.binary(max_size=60), st.sampled_from(_VALUES))), max_size=6
)
LINES = st.lists(
    st.one_of(st.binary(max_size=40), st.sampled_from([line.encode() for line in OBJECTS["outlook"](SAID)] + [b"--b"])),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_set_aside(raw: bytes) -> None:
    check(raw)


@settings(max_examples=300, deadline=None)
@given(HEADERS, LINES)
def test_anything_like_a_message_is_read_or_set_aside(headers: list[tuple[str, bytes]], lines: list[bytes]) -> None:
    head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers)
    check(head + b"\r\n" + b"\r\n".join(lines))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(OBJECTS)), st.data())
def test_an_answer_with_bytes_changed_is_read_or_set_aside(program: str, data: st.DataObject) -> None:
    raw = bytearray(carrying("\r\n".join(OBJECTS[program](SAID)).encode()))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    check(bytes(raw))


def check(raw: bytes) -> None:
    found = read_message(raw, "mx")
    assert isinstance(found, MailReply)
    assert isinstance(found.content, CalendarAnswer | NonDelivery | Words | NoAnswer | SetAside)
    if isinstance(found.content, CalendarAnswer):
        assert found.content.stamp.tzinfo is not None and 0 <= found.content.sequence < 10**9


def test_the_samples_are_what_they_say() -> None:
    for program in OBJECTS:
        assert not email.message_from_bytes(answer(SAID, program)).defects
