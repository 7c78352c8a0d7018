"""What the fuzzer runs: any bytes are read or set aside. See `fuzz_mail.py`.

python -m tests.notifications.fuzz_target [options of libFuzzer] CORPUS
"""

import sys

import atheris

with atheris.instrument_imports(include=["services.notifications", "icalendar", "authres", "email"]):
    from services.notifications.adapters.read_message import read_message
    from services.notifications.domain.mail_reply import (
        CalendarAnswer,
        MailReply,
        NoAnswer,
        NonDelivery,
        SetAside,
        Words,
    )

GATEWAY = "mx.north.example.org"
_HEAD = b"From: mother@example.org\r\nContent-Type: text/calendar; method=REPLY; charset=UTF-8\r\n\r\n"


def try_one(data: bytes) -> None:
    """`c` and a calendar object, or any other sign and a whole message."""
    found = read_message(_HEAD + data[1:] if data[:1] == b"c" else data[1:], GATEWAY)
    assert isinstance(found, MailReply)
    assert isinstance(found.content, CalendarAnswer | NonDelivery | Words | NoAnswer | SetAside)


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
