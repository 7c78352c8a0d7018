"""Messages made to break or to busy whoever reads them, by name. `sleepless` ones would cost hours if evaluated."""

from collections.abc import Callable

from services.notifications.domain.mail_reply import SetAside
from tests.notifications.honest_mail import Said, answer, letter, phone_object

SAID = Said("0b7c1f9e-8d53-4c1e-9b1c-6f0a7d3e5a11@north.example.org", "mother@example.org")


def carrying(calendar: bytes, head: bytes = b"") -> bytes:
    """A message that is nothing but this object, as it stands."""
    return (
        b"From: mother@example.org\r\nMIME-Version: 1.0\r\n" + head +
        b"Content-Type: text/calendar; method=REPLY; charset=UTF-8\r\n\r\n" + calendar
    )  # fmt: skip


def with_lines(*lines: str, at: str = "END:VEVENT") -> bytes:
    """An honest answer with more lines before one of its own."""
    honest = phone_object(SAID)
    place = honest.index(at)
    return carrying("\r\n".join([*honest[:place], *lines, *honest[place:]]).encode())


def _nested(kind: bytes, depth: int) -> bytes:
    return b"From: mother@example.org\r\n" + (b"Content-Type: " + kind + b"\r\n\r\n") * depth + b"x"


def _boxes(depth: int, tail: bytes = b"") -> bytes:
    heads = [f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(depth)]
    return b"From: mother@example.org\r\nMIME-Version: 1.0\r\n" + b"".join(heads) + tail


_ALARM = ("BEGIN:VALARM", "TRIGGER:-PT1M", "ACTION:DISPLAY", "END:VALARM")

HOSTILE: dict[str, tuple[Callable[[], bytes], SetAside]] = {
    # Radicale #2188: an hour to expand.
    "a thousand million recurrences": (lambda: with_lines("RRULE:FREQ=SECONDLY;COUNT=1000000000"), SetAside.RECURRING),
    # python-dateutil #1441: never ends.
    "an interval of nothing": (lambda: with_lines("RRULE:FREQ=DAILY;INTERVAL=0"), SetAside.RECURRING),
    # python-dateutil #1094: looks for a day for ever.
    "a rule that takes every day away": (
        lambda: with_lines("RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY"), SetAside.RECURRING),
    "one of a series": (lambda: with_lines("RECURRENCE-ID:20260324T100000Z"), SetAside.RECURRING),
    "ten thousand alarms": (lambda: with_lines(*_ALARM * 10_000), SetAside.TOO_MANY_LINES),
    "fifty alarms": (lambda: with_lines(*_ALARM * 50), SetAside.TOO_MANY_LINES),
    "two events": (lambda: with_lines("END:VEVENT", *phone_object(SAID)[4:-3]), SetAside.NOT_ONE_EVENT),
    "no event": (lambda: carrying(b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"), SetAside.NOT_ONE_EVENT),
    "two attendees": (lambda: with_lines("ATTENDEE;PARTSTAT=DECLINED:mailto:father@example.org"),
                      SetAside.NOT_ONE_ATTENDEE),
    "in another's name": (
        lambda: carrying("\r\n".join(phone_object(SAID)).replace(
            "ATTENDEE;", 'ATTENDEE;SENT-BY="mailto:father@example.org";').encode()),
        SetAside.FOR_SOMEBODY_ELSE),
    "two UIDs": (lambda: with_lines("UID:other@north.example.org"), SetAside.UNREADABLE),
    "a line of a million signs": (lambda: with_lines("UID:" + "x" * 60_000), SetAside.UNREADABLE),
    "folded to nothing": (lambda: with_lines("X-A:" + "\r\n " * 20_000), SetAside.TOO_MANY_LINES),
    "folded within its bounds": (lambda: with_lines("UID:" + "\r\n " * 15_000), SetAside.UNREADABLE),
    "a sequence of a million digits": (lambda: with_lines("SEQUENCE:" + "9" * 900), SetAside.UNREADABLE),
    "another method than it says": (
        lambda: carrying("\r\n".join(phone_object(SAID)).replace("METHOD:REPLY", "METHOD:COUNTER").encode()),
        SetAside.UNREADABLE),
    "never closed": (lambda: carrying("\r\n".join(phone_object(SAID)[:-2]).encode()), SetAside.UNREADABLE),
    "closed across": (lambda: with_lines("END:VCALENDAR"), SetAside.UNREADABLE),
    "no stamp": (lambda: carrying("\r\n".join(x for x in phone_object(SAID) if "DTSTAMP" not in x).encode()),
                 SetAside.UNREADABLE),
    "a day without hours": (
        lambda: carrying("\r\n".join(x if "DTSTAMP" not in x else "DTSTAMP:20260317" for x in phone_object(SAID))
                         .encode()), SetAside.UNREADABLE),
    "ten megabytes": (lambda: carrying(b"x" * 10_000_000), SetAside.TOO_LARGE),
    "a header of a million signs": (lambda: carrying(b"", b"X-A: " + b"x" * 990_000 + b"\r\n"), SetAside.TOO_LARGE),
    "twenty thousand headers": (lambda: carrying(b"", b"X-A: x\r\n" * 20_000), SetAside.TOO_MANY_LINES),
    "a hundred thousand headers": (lambda: carrying(b"", b"X-A: x\r\n" * 100_000), SetAside.TOO_LARGE),
    "half a million lines": (lambda: carrying(b"\n" * 500_000), SetAside.TOO_MANY_LINES),
    "half a million bare returns": (lambda: carrying(b"\r" * 500_000), SetAside.TOO_MANY_LINES),
    "messages in messages": (lambda: _nested(b"message/rfc822", 9_000), SetAside.TOO_MANY_PARTS),
    "a hundred messages in messages": (lambda: _nested(b"message/rfc822", 100), SetAside.TOO_MANY_PARTS),
    "messages in parts of bodies": (lambda: _nested(b"MESSAGE/partial", 100), SetAside.TOO_MANY_PARTS),
    "boxes in boxes": (lambda: _boxes(4_000), SetAside.TOO_MANY_PARTS),
    "boxes in boxes, named in turns": (
        lambda: _boxes(100).replace(b"boundary=", b"boundary*0*="), SetAside.TOO_MANY_PARTS),
    "a thousand parts": (
        lambda: _boxes(1, b"\r\n--b0\r\n\r\nx" * 1_000), SetAside.TOO_MANY_PARTS),
    "a calendar of base64 that is too large": (
        lambda: carrying(b"QUFB" * 200_000, b"Content-Transfer-Encoding: base64\r\n"), SetAside.TOO_LARGE),
    "not even base64": (
        lambda: carrying(b"\x00\xff====" * 1_000, b"Content-Transfer-Encoding: base64\r\n"), SetAside.UNREADABLE),
    # Found by the fuzzer: the library decodes with what the sender names.
    "an encoding with a nought in it": (
        lambda: with_lines("RRULE:FREQ=DAILY", "X-A:\u00e4").replace(b"UTF-8", b"\x00UTF-8"), SetAside.RECURRING),
    "an encoding that takes long": (
        lambda: carrying("\u00e4".encode() + b"a" * 900_000).replace(b"UTF-8", b"punycode"), SetAside.TOO_LARGE),
    "no text at all": (lambda: carrying(bytes(range(256)) * 50), SetAside.UNREADABLE),
}  # fmt: skip

_OF_A_PART = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + b"X-A: x\r\n" * 19_000
COSTLY: dict[str, Callable[[], bytes]] = {
    "as many lines as are read, in as many boxes": lambda: _boxes(8, b"--b\r\n" * 19_900),
    "as many headers as are read": lambda: carrying(b"", b"X-A: x\r\n" * 1_900),
    "as many headers of a part as are read": lambda: _OF_A_PART,
    "as many bytes as are read": lambda: _boxes(8, b"x" * 980_000),
    "as many recipients of a report as there is room for": lambda: (
        b'From: a@b.example\r\nContent-Type: multipart/report; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: late\r\n\r\n" * 980 + b"--b--\r\n"
    ),
    "as many references as there is room for": lambda: letter(
        "mother@example.org", References=" ".join(["<a@b.example>"] * 9_000)
    ).as_bytes(),
    "a sender in ten thousand brackets": lambda: (
        b"From: " + b"(" * 900 + b'"' * 900 + b" " * 100 + b"mother@example.org\r\n\r\nx"
    ),
    "results of authentication without end": lambda: (
        b"From: mother@example.org\r\n" + b"Authentication-Results: mx.north.example.org; dkim=pass ((((\r\n" * 3_000
    ),
    "an honest answer": lambda: answer(SAID, "outlook"),
}
"""Messages within every bound: what the bounds leave to be worked off."""
