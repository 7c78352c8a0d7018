"""What a page of minutes shows to whom, that it is accessible, and that foreign names are noticed."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from uuid import UUID

import pytest

from services.panels.adapters import html_writer
from services.panels.domain.body import OutcomeKind
from services.panels.domain.foreign_names import KnownName, names_another
from services.panels.domain.minutes import Minutes, MinutesId, MinutesState, clocks_of
from services.panels.domain.minutes_document import minutes_document
from services.panels.domain.minutes_page import Audience, may_be_shown, page_for
from services.panels.domain.outcome import Action, ActionId, Outcome, OutcomeId

END = datetime(2026, 3, 27, 16, tzinfo=UTC)
TEXT = """The plan was talked through.

Staff only: the carer is worried.
They live at 12 Sandy Close now.
The postcode is ZZ99 9ZZ.
Ring 01202 555 0199 first.
Dana Hidden will come to the next one.
<script>alert(1)</script> & more"""


def minutes(text: str = TEXT) -> Minutes:
    sign_due, file_due = (clock.due for clock in clocks_of(END))
    return Minutes(
        MinutesId(UUID(int=5)), "m", "ppm", "s", "team-manager", MinutesState.DRAFT, 1, text, END, sign_due, file_due
    )


def outcome() -> Outcome:
    actions = (
        Action(ActionId(UUID(int=1)), "s", "Find a school", "social-worker", date(2026, 4, 9)),
        Action(ActionId(UUID(int=2)), "s", "Staff only: call police", "social-worker", date(2026, 4, 9)),
    )
    kind, at = OutcomeKind.CHALLENGED, END
    return Outcome(OutcomeId(UUID(int=9)), UUID(int=8), "s", kind, "Too slow.", (), at, "oid", actions=actions)


@dataclass
class Outline(HTMLParser):
    """What a screen reader would be told of a page."""

    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    title: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in ("meta",):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, "tags close in order"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title":
            self.title += data


def rendered(audience: Audience, hidden: list[str] | None = None, text: str = TEXT) -> str:
    page = page_for(audience, minutes(text), "Permanence planning meeting", "C-7", outcome(), hidden or [])
    return html_writer.html(minutes_document(page)).decode()


@pytest.mark.parametrize("audience", Audience)
def test_the_page_is_accessible(audience: Audience) -> None:
    outline = Outline()
    outline.feed(rendered(audience))
    attributes = outline.attributes
    assert ("html", {"lang": "en-GB"}) in attributes
    assert outline.tags.count("h1") == 1
    assert outline.tags.count("main") == 1
    assert outline.title == "Minutes: Permanence planning meeting, C-7"
    headers = [attrs for tag, attrs in attributes if tag == "th"]
    assert headers
    assert all(attrs.get("scope") in ("row", "col") for attrs in headers)
    assert outline.tags.count("caption") == outline.tags.count("table")
    levels = [int(tag[1]) for tag in outline.tags if tag in ("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_no_text_becomes_markup() -> None:
    html = rendered(Audience.FILE)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_file_holds_everything() -> None:
    html = rendered(Audience.FILE, ["Dana Hidden"])
    for said in ("Too slow.", "Staff only: the carer is worried.", "12 Sandy Close", "Dana Hidden", "Find a school"):
        assert said in html


@pytest.mark.parametrize(
    "withheld", ["Too slow", "worried", "Sandy Close", "ZZ99", "0199", "Dana", "call police", "Reasons"]
)
def test_the_family_is_not_shown(withheld: str) -> None:
    html = rendered(Audience.FAMILY, ["Dana Hidden"])
    assert withheld not in html
    assert "The plan was talked through." in html
    assert "Find a school" in html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("We meet again in 2 weeks on the way.", True),
        ("There are 3 of them, very close.", True),
        ("Come to 4 sandy road.", False),
        ("Come to 4a Sandy Way.", False),
        ("Write to a.b@example.org.", False),
        ("STAFF ONLY: no.", False),
    ],
)
def test_what_counts_as_an_address(text: str, shown: bool) -> None:
    assert may_be_shown(text, []) is shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mrs Hartley will bring him.", False),
        ("Come to the Hartleys' for tea.", False),
        ("Rose was glad.", False),
        ("The river rose by a foot.", True),
        ("The family was glad of it.", True),
        ("Ann Example was glad.", True),
    ],
)
def test_a_surname_or_a_plain_given_name_tells_who_it_is(text: str, shown: bool) -> None:
    hidden = ["Rose Hartley", "Hartley family", "Kim Example"]
    assert may_be_shown(text, hidden, "Ann Example") is shown


def test_leaving_out_leaves_no_trace() -> None:
    """The copy with something left out reads as one in which it never stood."""
    kept = "One.\nThree."
    with_hidden = rendered(Audience.FAMILY, ["Dana Hidden"], "One.\nDana was there.\nThree.")
    assert with_hidden == rendered(Audience.FAMILY, [], kept)


def test_clocks_count_elapsed_hours_over_the_change_of_the_clocks() -> None:
    sign_due, file_due = (clock.due for clock in clocks_of(END))  # the clocks go forward on Sunday 29 March 2026
    assert sign_due == datetime(2026, 3, 29, 16, tzinfo=UTC)
    assert file_due == datetime(2026, 3, 30, 16, tzinfo=UTC)


SISTER = KnownName("Robin Sample", close=True)
STRANGER = KnownName("Robin Sample")


@pytest.mark.parametrize(
    ("text", "other", "noticed"),
    [
        ("Robin is well.", SISTER, True),
        ("ROBIN-SAMPLE is well.", SISTER, True),
        ("Robin's school", SISTER, True),
        ("Robinson is the worker.", SISTER, False),
        ("Robin is well.", STRANGER, False),
        ("Robin  Sample is well.", STRANGER, True),
        ("The Sample family", SISTER, False),
        ("In May they move.", KnownName("May Sample", close=True), False),
        ("May Sample moves.", KnownName("May Sample", close=True), True),
        ("Zoe left.", KnownName("Zoë Sample", close=True), True),
        ("Alex Sample is well.", KnownName("Alex Other", close=True), False),
        ("", SISTER, False),
    ],
)
def test_foreign_names(text: str, other: KnownName, noticed: bool) -> None:
    assert names_another(text, "Alex Sample", [other]) is noticed
