"""What is marked in a preview: everything that belongs to somebody, what looks like it, and nothing else."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notifications.domain.guard import guard
from services.notifications.domain.rendering import Rendering
from services.notifications.domain.risk_words import risk_words
from services.notifications.domain.route import Route
from tests.notifications.world import START, person

CLEAN = Rendering(
    person=person("mother"),
    route=Route.OWN_EVENT,
    address="",
    subject_line="Permanence planning meeting · M-2041",
    body_text=(
        "You are asked to come to this meeting: Permanence planning meeting\nReference: M-2041\n"
        "When: Tuesday 24 March 2026, 10:00 to 11:30 (Europe/London)\nWhere: Room 4, Civic Centre\n"
        "Concerns: CH-100, NM-0412\nOthers who are asked, by role: carer, school, social worker\n\n"
        "Please answer this invitation, so that we know whether to expect you.\n"
    ),
    location="Room 4, Civic Centre",
    others_shown=(),
    start=START,
    end=START,
    time_zone="Europe/London",
)
PROTECTED = ("Robin Carer", "Robin", "57 Carer Lane, Northtown, NO5 4QX", "+447700900123", "Oak Tree Primary", "Maya")


def marked(text: str, *protected: str) -> tuple[str, ...]:
    return risk_words(replace(CLEAN, location=text), protected)


def test_a_message_as_it_should_be_has_nothing_to_mark() -> None:
    assert risk_words(CLEAN, (*PROTECTED, "March", "May")) == ()


LOOKALIKES = [
    ("at NO5 4QX", ["NO5 4QX"]),
    ("SW1A1AA and gir 0aa, ec1a 1bb", ["SW1A1AA", "ec1a 1bb"]),
    ("ring 07700 900123 or (01632) 960 001", ["07700 900123", "(01632) 960 001"]),
    ("+44 (0)7700 900123.", ["+44 (0)7700 900123"]),
    ("0044 1632 960001", ["0044 1632 960001"]),
    ("write to kit.carewell@example.org.", ["kit.carewell@example.org"]),
    ("Meet at Oak Tree Primary School, please", ["Oak Tree Primary School"]),
    ("St Mary's C of E School", ["St Mary's C of E School"]),
    ("Larkspur nursery; Northtown Sixth Form College", ["Larkspur nursery", "Northtown Sixth Form College"]),
    ("the school, a nursery, any college", []),
    ("57 Carer Lane", ["57 Carer Lane"]),
    ("Flat 2, 9a Old Mill Road", ["9a Old Mill Road"]),
    ("10 people come 3 times a day", []),
    ("https://example.org/join?id=1, www.example.org.", ["https://example.org/join?id=1", "www.example.org"]),
    ("Room 12, 2nd floor, 24 March 2026, 2026-03-24, 10:00", []),
    ("M-2041 CH-100 NM-0412", []),
]


@pytest.mark.parametrize(("text", "words"), LOOKALIKES, ids=[text for text, _ in LOOKALIKES])
def test_what_looks_like_an_address_or_a_number_is_marked(text: str, words: list[str]) -> None:
    assert marked(text) == tuple(words)


HELD = [
    ("ROBIN came", ["ROBIN"]),
    ("Robin  Carer's turn", ["Robin  Carer"]),
    ("Róbin-Cárer", ["Róbin-Cárer"]),
    ("Ｒｏｂｉｎ", ["Ｒｏｂｉｎ"]),
    ("Ro\u00adbin Ca\u200brer.", ["Ro\u00adbin Ca\u200brer"]),
    ("57  CÁRER   lane", ["57  CÁRER   lane"]),
    ("no54qx", ["no54qx"]),
    ("07700-900 123", ["07700-900 123"]),
    ("oak tree primary", ["oak tree primary"]),
    ("Robins, Mayan, a carer", []),
]


@pytest.mark.parametrize(("text", "words"), HELD, ids=[text for text, _ in HELD])
def test_what_belongs_to_somebody_is_marked_as_it_stands(text: str, words: list[str]) -> None:
    assert marked(text, *PROTECTED) == tuple(words)


def test_the_longest_is_marked_once_and_in_order_of_appearance() -> None:
    shown = replace(
        CLEAN,
        subject_line="Maya · M-1",
        body_text="Robin Carer and Robin of 57 Carer Lane, Northtown, NO5 4QX; Robin again. Maya.",
        location="NO5 4QX",
        address="kit@example.org",
    )
    words = ("Maya", "Robin Carer", "Robin", "57 Carer Lane, Northtown, NO5 4QX", "NO5 4QX", "kit@example.org")
    assert risk_words(shown, PROTECTED) == words


def test_nothing_protected_is_told_that_is_not_there() -> None:
    assert marked("Room 4 on the first floor", *PROTECTED) == ()
    assert marked("Carer Lane", *PROTECTED) == (), "neither is what is only part of one"


def test_a_month_is_marked_where_it_can_only_be_a_name() -> None:
    assert marked("May's house", "May") == ("May",)
    assert risk_words(replace(CLEAN, body_text="in May"), ["May"]) == ()


_WORDS = st.sampled_from(
    ["Robin", "CARER", "Cárer", "57 Carer Lane", "no5 4qx", "07700 900123", "Oak", "School", "\u00ad"]
)
_TEXT = st.lists(_WORDS | st.text(max_size=6) | st.sampled_from([" ", ", ", "\n", "-", ""]), max_size=12).map("".join)


@given(texts=st.tuples(_TEXT, _TEXT, _TEXT, _TEXT), protected=st.lists(_TEXT, max_size=4))
@example(texts=("", "\ufb01n", "\u0345a", "e\u0301 x"), protected=["fi", "ia", "e x"])
def test_every_mark_stands_in_the_text_and_marking_changes_nothing(
    texts: tuple[str, str, str, str], protected: list[str]
) -> None:
    subject, body, place, address = texts
    shown = replace(CLEAN, subject_line=subject, body_text=body, location=place, address=address)
    words = risk_words(shown, protected)
    assert len(set(words)) == len(words) and "" not in words
    assert all(any(word in text for text in texts) for word in words)
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    for text in texts:
        assert "".join(re.split(f"({either})", text) if either else [text]) == text


@given(texts=st.tuples(_TEXT, _TEXT), protected=st.lists(_TEXT | _WORDS, max_size=4))
def test_whatever_the_last_check_would_stop_is_marked_there(texts: tuple[str, str], protected: list[str]) -> None:
    shown = replace(CLEAN, body_text=texts[0], location=texts[1])
    for leak in guard(shown, {}, protected):
        fields = {"subject_line": "", "body_text": "", "location": "", leak.field: getattr(shown, leak.field)}
        assert risk_words(replace(CLEAN, **fields), protected), leak
