"""The live run sheet: chair and minute taker write at once, the network goes, and no word is lost or written over."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

import jwt
import pytest
from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.panels.v1 import composition_service_pb2 as composition_pb
from permanence.panels.v1 import member_pb2
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1.composition_service_pb2_grpc import CompositionServiceStub
from playwright.sync_api import Locator, Route, expect

from tests.web.browser.panel import COUNCIL, Panel, Place, key, path_of
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors
from web.agenda import live_path
from web.words import LONDON

CHILDREN = 14
LOST_MILLISECONDS = 60_000
SECONDS_TO_RECORD = 30.0
A_LOOK = 5_000
# A machine with much to do answers late.
expect.set_options(timeout=20_000)


class Part:
    """One child's part of the sheet, as somebody has it before them."""

    def __init__(self, who: Visitor, item: wire.AgendaItem, subject: str) -> None:
        self.who, self.key = who, f"{key(item.name)}/{key(subject)}"
        self.box = who.page.locator(f'[data-part="{self.key}"]')

    def field(self, label: str) -> Locator:
        return self.box.get_by_label(label, exact=True)

    def unfold(self) -> None:
        if not self.box.evaluate("e => e.open"):
            self.box.locator("summary").first.click()

    def write(self, label: str, text: str) -> None:
        self.unfold()
        self.who.keyboard.write(self.field(label), text)

    def choose(self, label: str) -> None:
        self.unfold()
        self.who.keyboard.choose(self.field(label))

    @property
    def saved(self) -> Locator:
        return self.box.locator("[data-saved]")


def _live(sitting: wire.Sitting) -> str:
    return f"{path_of(sitting)}/live"


def _open(who: Visitor, sitting: wire.Sitting) -> None:
    """With the page's own clock in the test's hand."""
    who.page.clock.install()
    who.open(_live(sitting))


def _pass(who: Visitor, milliseconds: int = 1_000) -> None:
    """Time passes on that person's page alone."""
    who.page.clock.run_for(milliseconds)


def _today(site: Site) -> date:
    return site.clock.now().astimezone(LONDON).date()


def _record(part: Part, site: Site, reasons: str) -> None:
    """All that is said of one child, by keys alone."""
    keyboard = part.who.keyboard
    part.choose("Endorsed what is planned")
    part.write("What was said, and why", reasons)
    part.write("Action 1: what is to be done", "Ask the aunt.")
    keyboard.select(part.field("Action 1: who does it"), "Social worker")
    due = _today(site) + timedelta(days=10)
    group = part.box.get_by_role("group", name="Action 1: by when")
    for label, text in (("Day", due.day), ("Month", due.month), ("Year", due.year)):
        keyboard.write(group.get_by_label(label, exact=True), str(text))
    keyboard.activate(part.box.get_by_role("button", name="Record and go on"))


def test_fourteen_children_two_people_and_a_lost_network(
    visitor: Visitors, panel: Panel, site: Site, record_property: Callable[[str, object], None]
) -> None:
    waiting = panel.many(CHILDREN)
    sitting, places = waiting[0].sitting, [(place.item, place.subject) for place in waiting]
    given("the chair and the minute taker, each with the run sheet of one sitting before them")
    chair, taker = visitor("panel-chair", "keyboard"), visitor("business-support")
    _open(chair, sitting)
    _open(taker, sitting)
    of_chair = [Part(chair, *place) for place in places]
    of_taker = [Part(taker, *place) for place in places]

    when("both write into different fields of the first child")
    of_chair[0].write("What was said, and why", "Sound so far.")
    of_taker[0].write("Action 1: what is to be done", "Ring the school.")
    for who, part in ((chair, of_chair[0]), (taker, of_taker[0])):
        _pass(who)
        expect(part.saved).to_contain_text("Saved ")
        _pass(who, A_LOOK)
    then("each sees the other's words, and nothing is lost")
    expect(of_chair[0].field("Action 1: what is to be done")).to_have_value("Ring the school.")
    _pass(taker, A_LOOK)
    expect(of_taker[0].field("What was said, and why")).to_have_value("Sound so far.")

    when("the chair's network goes for a minute, and both write into the same field")
    chair.cut_off()
    words = of_chair[0].field("What was said, and why")
    chair.keyboard.walk_to(words)
    chair.keyboard.press("Control+End")
    chair.keyboard.type(" The aunt was not asked.")
    of_taker[0].write("What was said, and why", "Sound so far. Delay since May.")
    _pass(taker)
    expect(of_taker[0].saved).to_contain_text("Saved ")
    _pass(chair)
    expect(of_chair[0].saved).to_have_text("Not saved yet: no connection. What you typed is kept here.")
    expect(chair.page.get_by_role("status")).to_contain_text("no connection")

    when("the chair goes on with the second child meanwhile, to its end")
    _record(of_chair[1], site, "Both plans go on.")
    expect(of_chair[1].saved).to_have_text("Not recorded yet: no connection. What you typed is kept here.")
    then("the third child's part lies open already")
    assert of_chair[2].box.evaluate("e => e.open")
    _pass(chair, LOST_MILLISECONDS)
    assert not set(_outcomes(panel, sitting)) & {subject for _, subject in places}
    assert chair.page.evaluate("localStorage.length + sessionStorage.length") == 0

    when("the network is there again")
    chair.cut_off(lost=False)
    _pass(chair, A_LOOK)
    then("everything arrives: both have both words, and the outcome is recorded")
    both = "Sound so far. Delay since May.\nThe aunt was not asked."
    expect(of_chair[0].field("What was said, and why")).to_have_value(both)
    expect(of_chair[1].box).to_contain_text("Endorsed")
    _pass(taker, A_LOOK)
    expect(of_taker[0].field("What was said, and why")).to_have_value(both)
    expect(of_taker[1].box.locator("form")).to_have_count(0)
    chair.look()

    when("the chair records the third child by keys alone")
    keys, began = chair.keyboard.pressed, time.monotonic()
    _record(of_chair[2], site, "Both plans go on; the family is asked.")
    expect(of_chair[2].box.locator("form")).to_have_count(0)
    seconds = time.monotonic() - began
    keys = chair.keyboard.pressed - keys
    then("it is done in half a minute, and the keys are counted")
    assert seconds < SECONDS_TO_RECORD
    record_property("seconds to record on the run sheet", round(seconds, 1))
    record_property("keys to record on the run sheet", keys)

    when("both record the others, turn by turn")
    for at, pair in [*list(enumerate(zip(of_chair, of_taker, strict=True)))[3:], (0, (of_chair[0], of_taker[0]))]:
        part = pair[at % 2]
        part.choose("Endorsed what is planned")
        if at:
            part.write("What was said, and why", f"Said of the child at place {at}.")
        else:
            part.write("Action 1: what is to be done", "")
        part.who.keyboard.activate(part.box.get_by_role("button", name="Record and go on"))
        expect(part.box.locator("form")).to_have_count(0)
        for who in (chair, taker):
            _pass(who, A_LOOK)
        expect(pair[1 - at % 2].box.locator("form")).to_have_count(0)
    then("all outcomes are made, each with its own words")
    outcomes = _outcomes(panel, sitting)
    assert {subject for _, subject in places} <= set(outcomes)
    assert outcomes[places[0][1]].reasons == both
    for at, (_, subject) in enumerate(places[3:], 3):
        assert outcomes[subject].reasons == f"Said of the child at place {at}."
    taker.look()


def _outcomes(panel: Panel, sitting: wire.Sitting) -> dict[str, wire.Outcome]:
    return {one.subject: one for item in panel.agenda(sitting) for one in item.outcomes}


@pytest.mark.parametrize("mode", MODES)
def test_a_run_sheet_is_saved_and_recorded(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    place = panel.waiting(least=2)
    given("the chair, and the live run sheet of a sitting that sits")
    chair = visitor("panel-chair", mode)
    chair.open(path_of(place.sitting))
    chair.press("Run sheet, live")
    chair.open(live_path(place.sitting, place.subject))
    part = Part(chair, place.item, place.subject)
    when("they write a few words and press Save")
    part.field("What was said, and why").fill("The family is asked.")
    scripted = mode not in ("phone", "no-javascript")
    _send(chair, part, "Save", scripted)
    then("it says when it was saved, and the words are there when the page is opened again")
    expect(part.saved).to_contain_text("Saved ")
    chair.open(_live(place.sitting))
    expect(part.field("What was said, and why")).to_have_value("The family is asked.")
    when("they record it without saying what the panel did")
    part.unfold()
    _send(chair, part, "Record and go on", scripted, status=422)
    then("the page says what is missing, and the words stay")
    expect(chair.page.locator("main")).to_contain_text("Choose what the panel did")
    expect(part.field("What was said, and why")).to_have_value("The family is asked.")
    when("they say it")
    part.field("Part-heard: it goes on at the next sitting").check(force=True)
    _send(chair, part, "Record and go on", scripted)
    then("it is recorded")
    expect(part.box.locator("form")).to_have_count(0)
    outcome = _outcomes(panel, place.sitting)[place.subject]
    assert outcome.part_heard and outcome.kind == wire.OUTCOME_KIND_DEFERRED
    chair.picture("run-sheet-live")


def _send(who: Visitor, part: Part, button: str, scripted: bool, status: int = 0) -> None:
    """With a script the page stays; without one another follows."""
    pressed = part.box.get_by_role("button", name=button)
    if scripted:
        who.keyboard.activate(pressed)
    else:
        with who.page.expect_navigation():
            pressed.click()
        who.look(status)


def test_two_choices_at_once_are_both_shown(visitor: Visitors, panel: Panel) -> None:
    place = panel.waiting()
    chair, taker = visitor("panel-chair"), visitor("business-support")
    for who in (chair, taker):
        _open(who, place.sitting)
    parts = [Part(who, place.item, place.subject) for who in (chair, taker)]
    when("the chair says endorsed and the minute taker, who has not seen it, challenged")
    parts[0].choose("Endorsed what is planned")
    _pass(chair)
    expect(parts[0].saved).to_contain_text("Saved ")
    parts[1].choose("Challenged what is planned")
    _pass(taker)
    then("both see both")
    note = "“Endorsed what is planned” stands, and “Challenged what is planned” was given too. Choose again."
    expect(parts[1].box.locator("[data-notes]")).to_contain_text(note)
    _pass(chair, A_LOOK)
    expect(parts[0].box.locator("[data-notes]")).to_contain_text(note)
    when("the chair chooses again")
    parts[0].choose("Challenged what is planned")
    _pass(chair)
    expect(parts[0].box.locator("[data-notes]")).to_be_empty()
    _pass(taker, A_LOOK)
    then("it stands for both")
    expect(parts[1].field("Challenged what is planned")).to_be_checked()
    expect(parts[1].box.locator("[data-notes]")).to_be_empty()


def test_what_is_pressed_while_words_are_saved_follows_them(visitor: Visitors, panel: Panel) -> None:
    place = panel.waiting()
    chair = visitor("panel-chair")
    _open(chair, place.sitting)
    part = Part(chair, place.item, place.subject)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    chair.page.route("**/live/**", hold)
    part.choose("Endorsed what is planned")
    part.write("What was said, and why", "Sound.")
    with chair.page.expect_request(lambda request: request.method == "POST"):
        _pass(chair)
    when("the chair presses Record while the save has no answer yet")
    part.box.get_by_role("button", name="Record and go on").click()
    held[0].continue_()
    then("it is recorded once the words are saved")
    expect(part.box.locator("form")).to_have_count(0)
    assert _outcomes(panel, place.sitting)[place.subject].reasons == "Sound."
    chair.page.unroute_all()


def test_a_save_whose_answer_is_lost_is_made_once(visitor: Visitors, panel: Panel) -> None:
    place = panel.waiting()
    chair = visitor("panel-chair")
    _open(chair, place.sitting)
    part = Part(chair, place.item, place.subject)
    lost = []

    def swallow(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    chair.watch.cut_off = True
    chair.page.route("**/live/**", swallow)
    once = f"Said once, {uuid4()}."
    part.write("What was said, and why", once)
    _pass(chair)
    expect(part.saved).to_contain_text("no connection")
    assert lost == [200]
    _pass(chair, A_LOOK)
    expect(part.saved).to_contain_text("Saved ")
    expect(part.field("What was said, and why")).to_have_value(once)
    expect(part.box.locator("[data-notes]")).to_be_empty()
    chair.page.unroute_all()


@pytest.mark.parametrize("mode", MODES)
def test_a_sitting_is_adjourned_and_resumed(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    place = panel.waiting()
    chair = visitor("panel-chair", mode)
    chair.open(_live(place.sitting))
    when("the chair adjourns without a reason")
    chair.unfold("Adjourn the sitting")
    chair.press("Adjourn the sitting", status=422)
    then("the page asks for one")
    assert chair.faults == ["Say why the sitting is adjourned"]
    when("they give it")
    chair.write("Why is the sitting adjourned?", "The alarm rang.")
    chair.press("Adjourn the sitting")
    then("the page says so, and that nothing is recorded meanwhile")
    assert chair.done == "The sitting is adjourned."
    chair.says("The alarm rang.", "No outcome is recorded until it is resumed.")
    chair.picture("run-sheet-adjourned")
    when("they resume it")
    chair.press("Resume the sitting")
    assert chair.done == "The sitting goes on."
    chair.says_not("The alarm rang.")


@pytest.mark.parametrize("mode", MODES)
def test_a_panel_settles_in_writing(visitor: Visitors, panel: Panel, site: Site, mode: Mode) -> None:
    planned = panel.planned()
    item = next(one for one in planned.agenda if not one.outcomes)
    _members(panel, planned)
    chair = visitor("panel-chair", mode)
    given("the chair, some days before a sitting")
    chair.open(_live(planned))
    chair.says("The sitting has not begun.")
    chair.open(f"{path_of(planned)}/in-writing/{key(item.name)}/{_subject_path(item.subjects[0])}")
    when("they ask the members without saying what")
    chair.press("Ask the members", status=422)
    assert chair.faults == ["Choose what the panel would do", "Say why", "Say by when the members answer"]
    when("they say it")
    chair.choose("Endorsed what is planned")
    chair.write("Why", "Nothing has changed.")
    chair.write_date("Last day for answers", _today(site) + timedelta(days=3))
    chair.press("Ask the members")
    then("nobody has answered, and it is not carried")
    assert chair.done == "The members are asked."
    chair.says("Nobody has answered yet.", "Not carried yet")
    chair.picture("in-writing")
    when("members answer, one of them against it without saying why, then with it")
    for name in ("Ada Made-Up", "Bo Made-Up", "Cy Made-Up"):
        _answers(chair, name, "Agrees")
    _answers(chair, "Di Made-Up", "Does not agree", status=422)
    assert chair.faults == ["Say why the member does not agree"]
    chair.write("Why", "The report is old.")
    chair.press("Note the answer")
    then("it is carried, and the chair records it: who did not agree is in it")
    chair.press("Record what was carried")
    assert chair.done == "The outcome is recorded."
    outcome = _outcomes(panel, planned)[item.subjects[0]]
    assert [(one.who, one.why) for one in outcome.dissents] == [("Di Made-Up", "The report is old.")]
    chair.follow("The outcome")
    chair.says("Did not agree: Di Made-Up", "The report is old.")


def _answers(chair: Visitor, name: str, says: str, status: int = 0) -> None:
    chair.select("Which member?", name)
    chair.choose(says)
    chair.press("Note the answer", status=status)


def _subject_path(subject: str) -> str:
    return f"{'sibling-groups' if 'siblingGroups' in subject else 'children'}/{key(subject)}"


def _members(panel: Panel, sitting: wire.Sitting) -> None:
    """Enough for a quorum, once."""
    who = panel.who("panel-chair")
    with panel.site.channel("panels") as channel:
        stub = CompositionServiceStub(channel)
        listed = stub.ListMembers(composition_pb.ListMembersRequest(body=sitting.body), metadata=who).members
        known = {one.name_for_staff for one in listed}
        for name, role in (("Ada", "chair"), ("Bo", "member"), ("Cy", "member"), ("Di", "member")):
            if f"{name} Made-Up" not in known:
                request = composition_pb.AddMemberRequest(
                    body=sitting.body,
                    name_for_staff=f"{name} Made-Up",
                    roles=[role],
                    from_date=Date(year=2026, month=1, day=5),
                    request_id=str(uuid4()),
                )
                stub.AddMember(request, metadata=who)


def test_what_somebody_wrote_since_the_page_was_made_is_not_left_out(visitor: Visitors, panel: Panel) -> None:
    place = panel.waiting()
    given("the chair and the minute taker, both without a script, with the same page")
    chair, taker = (visitor(role, "no-javascript") for role in ("panel-chair", "business-support"))
    for who in (chair, taker):
        who.open(live_path(place.sitting, place.subject))
    parts = [Part(who, place.item, place.subject) for who in (chair, taker)]
    when("the taker saves who did not agree, and the chair, who has not seen it, records")
    parts[1].unfold()
    parts[1].box.get_by_text("Somebody did not agree", exact=True).click()
    parts[1].field("Who did not agree").fill("The health adviser")
    parts[1].field("Why they did not agree").fill("Too slow.")
    _send(taker, parts[1], "Save", scripted=False)
    parts[0].unfold()
    parts[0].field("What was said, and why").fill("Sound.")
    parts[0].field("Endorsed what is planned").check(force=True)
    _send(chair, parts[0], "Record and go on", scripted=False, status=422)
    then("it says where somebody wrote, shows the words, and nothing is recorded")
    expect(chair.page.locator("main")).to_contain_text("Somebody else wrote into “Who did not agree” meanwhile")
    expect(parts[0].field("Who did not agree")).to_have_value("The health adviser")
    assert place.subject not in _outcomes(panel, place.sitting)
    when("the chair has read them and records again")
    _send(chair, parts[0], "Record and go on", scripted=False)
    then("they are in the outcome")
    (dissent,) = _outcomes(panel, place.sitting)[place.subject].dissents
    assert (dissent.who, dissent.why) == ("The health adviser", "Too slow.")


@pytest.mark.parametrize("mode", ["keyboard", "phone"])
def test_a_chair_who_keeps_out_of_an_item_reads_that_and_somebody_else_records_it(
    visitor: Visitors, panel: Panel, site: Site, mode: Mode
) -> None:
    place = panel.waiting()
    given("a chair who is a member of the panel, with the page of an outcome before them")
    chair, taker = visitor("panel-chair", mode), visitor("business-support")
    chair.open(place.path)
    chair.choose("Endorsed what is planned")
    chair.write("What was said, and why", "Sound.")
    when("somebody notes that the chair has a conflict of interest, and the chair records all the same")
    with _keeping_out(panel, site, place):
        chair.press("Record and go on", status=422)
        then("it is not recorded, and the page says what to do")
        (fault,) = chair.faults
        assert fault.startswith("You keep out of this item") and "Leave the room for it" in fault
        assert place.subject not in _outcomes(panel, place.sitting)
        then("run sheet, papers and agenda say so in the place of forms and papers")
        chair.open(live_path(place.sitting, place.subject))
        box = Part(chair, place.item, place.subject).box
        expect(box).to_contain_text("You keep out of this item because of a conflict of interest")
        assert box.get_by_role("button").count() == 0
        chair.picture(f"{mode}-kept-out-run-sheet")
        chair.open(f"{path_of(place.sitting)}/papers")
        chair.says("kept from you because of a conflict of interest", "You keep out of this item")
        chair.picture(f"{mode}-kept-out-papers")
        chair.open(path_of(place.sitting))
        chair.says("You keep out of this item", "Somebody else records it")
        when("whoever takes the minutes records it")
        taker.open(place.path)
        taker.choose("Endorsed what is planned")
        taker.write("What was said, and why", "Sound.")
        taker.press("Record and go on")
        then("it is recorded")
        assert place.subject in _outcomes(panel, place.sitting)


@contextmanager
def _keeping_out(panel: Panel, site: Site, place: Place) -> Iterator[None]:
    """The chair who signs in is on the list, with a conflict about that child; from tomorrow they are on it no more."""
    who = panel.who("panel-chair")
    claims = jwt.decode(dict(who)["authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    asked = cases_pb.LookUpStaffRequest(parent=COUNCIL, principal_ids=[claims["oid"]])
    (staff,) = panel.cases.LookUpStaff(asked, metadata=who).staff
    today = _today(site)
    with site.channel("panels") as channel:
        stub = CompositionServiceStub(channel)
        request = composition_pb.AddMemberRequest(
            body=place.sitting.body,
            person=staff.person,
            name_for_staff=staff.display_name,
            roles=["member"],  # others may have put somebody who chairs on the list
            from_date=Date(year=2026, month=1, day=5),
            request_id=str(uuid4()),
        )
        listed = stub.ListMembers(composition_pb.ListMembersRequest(body=place.sitting.body), metadata=who).members
        standing = next((one for one in listed if one.person == staff.person), None)
        member = standing or stub.AddMember(request, metadata=who).member
        declare = composition_pb.DeclareConflictRequest(
            agenda_item=place.item.name,
            member=member.name,
            ground=member_pb2.CONFLICT_GROUND_PERSONAL,
            words="Lives in the same street.",
            request_id=str(uuid4()),
        )
        stub.DeclareConflict(declare, metadata=panel.who())
        try:
            yield
        finally:
            end = composition_pb.EndMembershipRequest(
                name=member.name,
                etag=member.etag,
                until_date=Date(year=today.year, month=today.month, day=today.day),
                request_id=str(uuid4()),
            )
            if standing is None:
                stub.EndMembership(end, metadata=who)
