"""Sittings of a panel: their agendas, put in order by whoever chairs, and the run sheet for the table."""

import re
from datetime import date, timedelta

import pytest
from permanence.panels.v1 import panel_pb2 as wire

from tests.web.browser.panel import Panel, key, path_of, when_words
from tests.web.browser.site import Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, WIDTHS, Mode, Visitor, Visitors
from web.words import london, time_span

AGENDA = "Items in the order in which they are heard"


def _order(chair: Visitor) -> list[str]:
    """References in the order of the page."""
    rows = chair.page.locator("table.agenda tbody tr")
    return [
        " ".join(re.findall(r"[A-Z]{2}-\d{4}", text)) for text in rows.locator("td[data-label=Who]").all_inner_texts()
    ]


def _times(chair: Visitor) -> list[str]:
    return [_of_day(text) for text in chair.page.locator("table.agenda tbody th").all_inner_texts()]


def _of_day(text: str) -> str:
    found = re.search(r"\S+ to \S+", text)
    assert found, text
    return found[0]


@pytest.mark.parametrize("mode", MODES)
def test_a_chair_puts_an_agenda_in_order(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    planned = panel.planned()
    given("the chair of the panel, and a sitting to come")
    chair = visitor("panel-chair", mode)
    chair.open("/sittings")
    chair.picture("sittings")
    chair.follow(when_words(planned))
    then("the agenda stands there, each item with its planned time and why it is there")
    assert chair.path == path_of(planned)
    before, times = _order(chair), _times(chair)
    assert before == [" ".join(item.references) for item in planned.agenda]
    assert times[0] == time_span(london(planned.agenda[0].start_time), london(planned.agenda[0].end_time))
    chair.says("Planned", "It endorses or challenges what others plan; it does not change a care plan.")
    when("they move the first item down")
    chair.press(f"Down item 1, {', '.join(planned.agenda[0].references)}")
    then("it is the second, the page says so beside it, and the times stay with the places")
    assert _order(chair) == [before[1], before[0], *before[2:]] and _times(chair) == times
    chair.says("Item 1 is now item 2.")
    _stands_at(chair, 2)
    when("they move the fourth up")
    chair.press(f"Up item 4, {', '.join(planned.agenda[3].references)}")
    then("the others keep their order")
    assert _order(chair) == [before[1], before[0], before[3], before[2], *before[4:]]
    _stands_at(chair, 3)
    when("they move the last to the first place")
    last = ", ".join(planned.agenda[-1].references)
    chair.select(f"Move to place, for item {len(before)}, {last}", "1")
    chair.press(f"Move item {len(before)}, {last}")
    then("all others follow behind it as they stood")
    assert _order(chair) == [before[-1], before[1], before[0], before[3], before[2], *before[4:-1]]
    assert _times(chair) == times
    chair.says(f"Item {len(before)} is now item 1.")
    _stands_at(chair, 1)
    chair.picture("agenda")


def _stands_at(chair: Visitor, place: int) -> None:
    """The page is where the item is, and a keyboard goes on from there."""
    assert chair.page.url.endswith(f"#item-{place}")
    assert chair.page.evaluate("document.activeElement.id") == f"item-{place}"


def test_of_two_who_order_at_once_the_second_is_told(visitor: Visitors, panel: Panel) -> None:
    planned = panel.planned()
    given("the chair and business support, who look at the same agenda")
    chair, officer = visitor("panel-chair"), visitor("business-support", "no-javascript")
    chair.open(path_of(planned))
    officer.open(path_of(planned))
    names = [", ".join(item.references) for item in planned.agenda]
    when("the chair moves the third item to the top")
    chair.select(f"Move to place, for item 3, {names[2]}", "1")
    chair.press(f"Move item 3, {names[2]}")
    after = _order(chair)
    when("business support move another item on the page that they had open")
    officer.press(f"Up item 2, {names[1]}", status=422)
    then("they are told, they see the agenda as it is now, and the chair's order is not lost")
    assert officer.faults == ["Somebody changed this agenda while you had it open. It stands below as it is now."]
    assert _order(officer) == after
    officer.picture("agenda-changed")
    when("they move it there")
    officer.press(f"Down item 2, {names[0]}")
    then("both changes stand")
    assert _order(officer) == [after[0], after[2], after[1], *after[3:]]


def test_going_back_moves_nothing_and_a_move_sent_twice_is_one(visitor: Visitors, panel: Panel, site: Site) -> None:
    planned = panel.planned()
    chair = visitor("panel-chair")
    chair.open(path_of(planned))
    sent = chair.page.locator(f"form:has(button:text('Down item 2, {planned.agenda[1].references[0]}'))")
    fields = dict(sent.locator("input[type=hidden]").evaluate_all("all => all.map(one => [one.name, one.value])"))
    del fields["form_token"]  # of this browser's session
    client = site.client("panel-chair")
    when("the same move is sent twice")
    answers = [client.post(f"{path_of(planned)}/order", {**fields, "to": "3"}) for _ in range(2)]
    then("it is one move")
    assert [answer.status_code for answer in answers] == [303, 303]
    names = [item.name for item in planned.agenda]
    assert [item.name for item in panel.agenda(planned)] == [names[0], names[2], names[1], *names[3:]]
    when("the chair moves an item and goes back")
    chair.open(path_of(planned))
    chair.press("Down item 1")
    after = _order(chair)
    chair.back()
    then("the page before is shown with the agenda as it is now")
    assert _order(chair) == after and chair.path == path_of(planned)


def test_a_late_item_is_named_at_the_top(visitor: Visitors, panel: Panel) -> None:
    sitting = next(one for one in reversed(panel.sittings()) if any(_is_late(item, one) for item in panel.agenda(one)))
    late = [item for item in panel.agenda(sitting) if _is_late(item, sitting)]
    officer = visitor("business-support", "narrow")
    officer.open(path_of(sitting))
    then("the page says how many items are late, and each is one link away")
    waiting = [item for item in late if len(item.outcomes) < len(item.subjects)]
    if waiting:
        officer.says(f"late, for a date that has passed before the sitting: item {waiting[0].number}")
    assert "Late" in officer.rows(AGENDA)[late[0].number - 1]


def _is_late(item: wire.AgendaItem, sitting: wire.Sitting) -> bool:
    day, due = london(sitting.start_time).date(), item.due_date
    return bool(due.year) and (due.year, due.month, due.day) < (day.year, day.month, day.day)


@pytest.mark.parametrize("mode", WIDTHS)
def test_a_run_sheet_lies_on_the_table(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    planned = panel.planned()
    officer = visitor("business-support", mode)
    officer.open(path_of(planned))
    officer.follow("Run sheet to print")
    then("the items stand in the agenda's order, by reference and name, with room to write")
    assert [re.findall(r"[A-Z]{2}-\d{4}", row) for row in officer.rows(AGENDA)] == [
        list(item.references) for item in planned.agenda
    ]
    officer.says(panel.subject(planned.agenda[0].subjects[0]).display_name)
    when("it is printed")
    officer.page.emulate_media(media="print")
    then("nothing is on the paper that can only be pressed")
    assert not officer.page.locator(".govuk-service-navigation, .govuk-footer, .no-print").filter(visible=True).count()
    officer.page.emulate_media(media="screen")
    officer.picture("run-sheet")


def test_a_sitting_from_its_agenda_to_its_minutes(visitor: Visitors, panel: Panel, site: Site) -> None:
    planned = panel.planned()
    first = ", ".join(planned.agenda[0].references)
    given("business support, who have the agenda open as the sitting begins")
    officer = visitor("business-support", "keyboard")
    officer.open(path_of(planned))
    assert not officer.has("link", "Record")
    now = panel.under_way(planned)
    when("they press a button that moves an item")
    officer.press(f"Down item 1, {first}", status=422)
    then("they are told that the agenda keeps its order, and no button is left that would move one")
    assert officer.faults == ["The sitting has begun: its agenda cannot be put into another order any more."]
    officer.says("Sitting now", "The sitting has begun, so the agenda keeps its order.")
    assert not officer.page.locator(".moves").count()
    assert [item.name for item in now.agenda] == [item.name for item in planned.agenda]
    officer.says("No item has an outcome for every child yet.")
    officer.picture("agenda-sitting-now")
    when("the sitting is over, and they say that it took place")
    site.clock.move_to(planned.end_time.ToDatetime(tzinfo=site.clock.now().tzinfo))
    officer.open(path_of(planned))
    officer.says("Over, not recorded as held")
    officer.press("Sitting took place")
    officer.press("Record that it was held")
    assert officer.done == "The meeting is recorded as held"
    until("the panel's part knows", lambda: panel.sitting(planned.name).state == wire.SITTING_STATE_HELD)
    until("its minutes wait", lambda: panel.minutes(planned.meeting))
    officer.open(path_of(planned))
    officer.says("Took place")
    assert not officer.has("link", "Sitting took place") and not officer.has("button", "Sitting took place")
    then("each child of the agenda has minutes of their own, with the hours that are left")
    officer.press("Minutes of this sitting")
    rows = officer.rows("Whose minutes there are")
    assert len(rows) == sum(len(item.subjects) for item in planned.agenda)
    assert all("48 hours left" in row and "72 hours left" in row for row in rows)


def test_those_who_do_not_prepare_sittings_read_what_they_may(visitor: Visitors, panel: Panel) -> None:
    planned = panel.planned()
    given("a team manager, who sees only the children of the team")
    manager = visitor("team-manager", "narrow")
    manager.open("/sittings")
    manager.follow(when_words(planned))
    mine = panel.sitting(planned.name, "team-manager").agenda
    then("items of other children are not there, and there is nothing to move an item with")
    if mine:
        assert len(manager.rows(AGENDA)) == len(mine)
    else:
        manager.says("Nobody is on this agenda yet.")
    assert not manager.page.locator(".moves").count()
    given("a social worker")
    worker = visitor("social-worker")
    worker.open("/sittings")
    then("they see when the panel sits, and that agendas are for others")
    worker.says("Whole agendas are for the chair, business support, team managers and reviewing officers.")
    assert not worker.has("link", when_words(planned))
    worker.open(path_of(planned), status=404)


def test_an_order_that_the_site_never_offered_changes_nothing(panel: Panel, site: Site) -> None:
    planned = panel.planned()
    manager = site.client("team-manager")
    fields = {"item": key(planned.agenda[0].name), "place": "1", "to": "2", "seen": "x", "request_id": ""}
    answers = [
        manager.post(f"{path_of(planned)}/order", fields),
        site.client("panel-chair").post(f"{path_of(planned)}/order", {**fields, "to": "99"}),
        site.client("panel-chair").post(f"{path_of(planned)}/order", {}),
    ]
    assert all(answer.status_code in (403, 404, 422) for answer in answers)
    assert panel.sitting(planned.name).agenda == planned.agenda


def test_a_council_without_sittings_is_told_so(visitor: Visitors) -> None:
    chair = visitor("panel-chair", "narrow", council="second")
    chair.open("/sittings")
    chair.says("No sitting is booked.", "The panels' own clocks")
    assert not chair.page.locator("main table").count()
    chair.picture("narrow-no-sittings")


def test_sittings_are_planned_by_a_rule_and_looked_at_before_they_are_booked(
    visitor: Visitors, panel: Panel, site: Site
) -> None:
    panel.planned()
    given("business support, and a panel whose chair is known from its sittings")
    officer = visitor("business-support", "narrow")
    officer.open("/sittings")
    officer.follow("Plan the sittings of a panel")
    when("they send the form empty")
    officer.press("Look at the days")
    then("every fault is named")
    assert len(officer.faults) == 7 and officer.faults[0] == "Choose the panel"
    officer.picture("narrow-plan-sittings")
    when("they say every two weeks from a Friday, three times, over Christmas")
    eleventh = date(site.clock.now().year, 12, 11)
    first = eleventh - timedelta(days=(eleventh.weekday() - 4) % 7)
    officer.page.get_by_label("Which panel?").select_option(index=1)
    officer.write_date("Day of the first sitting", first)
    officer.write("Time at which it begins", "7:30am")
    officer.write("Minutes of a sitting", "60")
    officer.choose("Every 2 weeks")
    officer.write("How many sittings", "3")
    officer.page.get_by_label("Who chairs?").select_option(index=1)
    officer.press("Look at the days")
    then("each day is shown, with what it steps round, and nothing is booked")
    officer.says("3 sittings", "Nothing is booked yet.")
    assert len(officer.rows("Days of the sittings")) == 3
    officer.picture("narrow-plan-sittings-check")
    before = len(panel.all_sittings())
    when("they book them")
    officer.press("Book these sittings")
    assert officer.done == "3 sittings are booked"
    until("the panel knows of them", lambda: len(panel.all_sittings()) == before + 3)


def test_c_22_before_a_sitting_is_moved_it_is_shown_whose_date_that_breaks(visitor: Visitors, panel: Panel) -> None:
    sitting = panel.planned()
    panel.alone(sitting)
    start = london(sitting.start_time) + timedelta(days=7 * 52)
    check = f"/meetings/{key(sitting.meeting)}/move/check?time={int(start.timestamp())}."
    given("a sitting, to be moved to a day by which no other sitting hears the children in time")
    officer, manager = visitor("business-support"), visitor("business-support-manager", "narrow")
    officer.open(check)
    then("each child's dates are shown, and that a manager has to accept it")
    officer.says("would be missed: no other sitting of this panel that is booked comes in time.")
    officer.says("This move breaks children's dates. A manager has to accept that with a reason")
    assert officer.rows("Dates that this move breaks") and not officer.has("button", "Move the meeting")
    officer.picture("move-sitting")
    when("a manager moves it without saying why")
    manager.open(check)
    manager.picture("narrow-move-sitting")
    manager.choose("The chair cannot come")
    manager.press("Move the meeting")
    assert manager.faults == ["Say why the date may be missed"]
