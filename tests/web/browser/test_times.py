"""Choosing a time: what speaks for and against each, other days, and what is said where none would do."""

import re
from datetime import date, timedelta

import pytest
from permanence.scheduler.v1.meeting_pb2 import Slot

from tests.web.browser.backstage import Backstage
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors
from web.words import london, long_date, time_span


def _spoken(slot: Slot) -> str:
    start = london(slot.start_time)
    return f"{long_date(start.date())}, {time_span(start, london(slot.end_time))}"


def _next(weekday: int, site: Site) -> date:
    """The next such day, at least a week from now."""
    today = site.clock.now().date()
    return today + timedelta(days=7 + (weekday - today.weekday()) % 7)


@pytest.mark.parametrize("mode", MODES)
def test_a_time_is_chosen_from_the_best_from_more_or_from_one_day(
    visitor: Visitors, backstage: Backstage, mode: Mode
) -> None:
    given("a meeting that waits for a time")
    case = backstage.case()
    officer = visitor("business-support", mode)
    officer.open(f"{backstage.begin(case)}/time")
    then("a few times are offered, the best first and chosen, each with who is free and how it stands to the dates")
    assert len(_offered(officer)) == 5 and officer.page.get_by_role("radio").first.is_checked()
    officer.says("Times that would do", _spoken(case.slots[0]), "Everybody needed is free", "before our date")
    then("whoever's diary nobody can read is named, and never counted as free")
    officer.says("Nobody can read the diary of: ", "Whether they are free is not checked.")
    if mode == "narrow":
        officer.picture("narrow-times")
    when("they want more")
    officer.follow("More times")
    assert len(_offered(officer)) > 5
    when("they look why other days offer nothing, and go to one that does")
    officer.unfold("Why not the other days")
    officer.page.locator(".month__link").first.scroll_into_view_if_needed()
    day = london(case.slots[0].start_time).date()
    officer.follow(f"{day:%A} {day.day} {day:%B}, ")
    then("that day's times alone are offered")
    assert f"Times on {long_date(day)}" in officer.words and officer.has("link", "All days")
    assert all(one.startswith(long_date(day)) for one in _offered(officer))
    when("they choose the last of them")
    last = _offered(officer)[-1]
    officer.choose(last)
    officer.press("Go on with this time")
    then("that is the one to be booked")
    assert officer.heading.endswith("Check and book")
    officer.says(last.partition(" to ")[0])


def _offered(officer: Visitor) -> list[str]:
    return [" ".join(one.split()) for one in officer.page.locator(".govuk-radios__label").all_inner_texts()]


def test_where_no_time_suits_the_closest_is_offered_with_what_it_would_take(
    visitor: Visitors, backstage: Backstage, site: Site
) -> None:
    officer = visitor("business-support", "keyboard")
    officer.open(f"{backstage.begin(backstage.case())}/time")
    when("they look at days on which nobody works")
    saturday = _next(5, site)
    officer.write_date("First day", saturday)
    officer.write_date("Last day", saturday + timedelta(days=1))
    officer.press("Show times on these days")
    then("it is said that none suits, on which days and for how many")
    days = f"{long_date(saturday)} and {long_date(saturday + timedelta(days=1))}"
    assert re.search(rf"No time between {days} suits all \d people needed and leaves a room\.", officer.words)
    officer.says("Closest: ", "A later day than those that were looked at.")
    assert len(_offered(officer)) == 1
    officer.picture("times-none")
    when("they take the closest")
    officer.choose(_offered(officer)[0])
    officer.press("Go on with this time")
    then("it is taken")
    assert officer.heading.endswith("Check and book")


def test_days_that_cannot_be_looked_at_are_said_beside_their_fields(
    visitor: Visitors, backstage: Backstage, site: Site
) -> None:
    officer = visitor("business-support", "no-javascript")
    officer.open(f"{backstage.begin(backstage.case())}/time")
    today = site.clock.now().date()
    for first, last, faults in (
        (today - timedelta(days=1), today, ["First day must be today or later"]),
        (today + timedelta(days=9), today + timedelta(days=2), ["Last day must be the first day or later"]),
        (today, today + timedelta(days=200), ["Last day must be within 26 weeks of the first day"]),
        ({"Day": "31", "Month": "2", "Year": "2027"}, {"Day": "5", "Month": "", "Year": "2027"}, None),
    ):
        when("they ask for days that cannot be looked at")
        officer.write_date("First day", first)
        officer.write_date("Last day", last)
        officer.press("Show times on these days")
        then("what is wrong is said, and the usual times are still offered")
        assert officer.faults == (
            faults or ["First day must be a real date, such as 27 3 2026", "Last day must include a month"]
        )
        assert _offered(officer)
    officer.picture("times-other-days")


def test_a_time_that_was_chosen_is_offered_again_or_said_to_be_gone(visitor: Visitors, backstage: Backstage) -> None:
    given("a meeting for which a time beyond the first few was chosen")
    case, rival = backstage.rivals()
    draft = backstage.ready(case, slot=4)
    officer = visitor("business-support")
    officer.open(f"{draft}/time")
    then("it is still the one that is chosen")
    assert officer.find("radio", _spoken(case.slots[4])).is_checked()
    when("a colleague books its chair for then")
    backstage.take(case.slots[4], rival)
    officer.open(f"{draft}/time")
    then("that is said, and another is suggested")
    officer.says("The time chosen before is not offered any more")
    officer.open(f"{draft}/check")
    officer.says("This time may have been taken.", "How it fits Not known just now.")
    officer.picture("arrange-check-gone")


def test_what_is_no_time_is_not_taken(site: Site, backstage: Backstage) -> None:
    draft = backstage.begin(backstage.case())
    client = site.client("business-support")
    for time in ("", "soon", "1.", "99999999999999999.x", "-1.x"):
        answer = client.post(f"{draft}/time", {"etag": backstage.draft(draft).etag, "time": time})
        assert answer.status_code == 422, time
