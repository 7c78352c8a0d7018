"""What people type, and what nobody should: plausible and nasty words for a field."""

import random
from datetime import date, timedelta

_PLAUSIBLE = (
    "The chair is ill.",
    "Room 2, second floor",
    "NM-0412",
    "DM-0408",
    "SO-0037",
    "10:30",
    "9am",
    "60",
    "2",
    "somebody@northmoor.example",
    "The plan is endorsed. The worker writes to the carers by Friday.",
)
_NASTY = (
    "",
    " ",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} {% raw %} ${7*7} #{7*7}",
    "'; drop table meeting; --",
    "../../etc/passwd",
    "councils/demo/meetings/00000000-0000-0000-0000-000000000000",
    "999999999999999999999999",
    "-1",
    "1e400",
    "0.5",
    "NaN",
    "٣١",
    "Ünïcödé 漢字 👩‍👧‍👦 \u202eright to left\u202c",
    "a\u0301" * 50,
    "line\r\nline\n\nline\ttab",
    "\ufeff\u200b\u00ad",
    "W" * 300,
    "word " * 5000,
    "x" * 70_000,
)
_DATES = ("0", "13", "31", "32", "99", "2", "abc", "", "1900", "9999", "10000", "-3")


def words_for_field(dice: random.Random, name: str, today: date) -> str:
    """Something for a text field. Parts of a date (…-day, …-month, …-year) mostly make one near today."""
    part = name.rpartition("-")[2]
    if part in ("day", "month", "year"):
        if dice.random() < 0.25:
            return dice.choice(_DATES)
        near = today + timedelta(days=dice.randint(-10, 40))
        return str(getattr(near, part))
    return dice.choice(_PLAUSIBLE if dice.random() < 0.5 else _NASTY)
