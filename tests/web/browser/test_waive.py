"""A clock that need not be met: waived with a reason by whoever may, and restored."""

from uuid import uuid4

import pytest
from permanence.cases.v1 import obligations_service_pb2 as pb
from permanence.cases.v1.obligation_pb2 import BASIS_LOCAL, BASIS_STATUTORY, OBLIGATION_STATE_OPEN, Obligation
from permanence.cases.v1.obligations_service_pb2_grpc import ObligationsServiceStub
from permanence.cases.v1.subject_pb2 import Subject

from tests.web.browser.panel import Panel, key
from tests.web.browser.sent_forms import form_of
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors

REASON = "The grandparents have moved abroad, so nobody is left to be asked."
WAIVED = "Waived clocks"
MANAGER = "business-support-manager"


@pytest.fixture(scope="module")
def child(panel: Panel) -> Subject:
    """One whom a reviewing officer may see, with a running clock of the law and one of our own."""
    for one in panel.children("reviewing-officer"):
        running = {clock.basis for clock in panel.clocks(one.name) if clock.state == OBLIGATION_STATE_OPEN}
        if not one.restricted and running >= {BASIS_STATUTORY, BASIS_LOCAL}:
            return one
    raise AssertionError("no child has both")


def running(panel: Panel, child: Subject, basis: int) -> tuple[int, Obligation]:
    """The last of them, whose number stays while nothing else changes."""
    clocks = [one for one in panel.clocks(child.name) if one.state == OBLIGATION_STATE_OPEN]
    return [(number, one) for number, one in enumerate(clocks, 1) if one.basis == basis][-1]


def path(child: Subject, clock: Obligation, what: str = "") -> str:
    return f"/children/{key(child.name)}" + (f"/clocks/{key(clock.name)}/{what}" if what else "")


@pytest.mark.parametrize("mode", MODES)
def test_a_clock_of_the_law_is_waived_by_the_reviewing_officer_and_restored(
    visitor: Visitors, panel: Panel, child: Subject, mode: Mode
) -> None:
    number, clock = running(panel, child, BASIS_STATUTORY)
    given("a reviewing officer who looks at a child's clocks")
    officer = visitor("reviewing-officer", mode)
    officer.open(path(child, clock))
    when("they waive one that the law asks for and give no reason")
    officer.follow(f"Waive clock {number}, {clock.title}")
    officer.says(clock.title, clock.explanation.source)
    officer.press("Waive the clock")
    then("the page asks for one")
    assert officer.faults == ["Say why it need not be met"]
    when("they say why")
    officer.write("Why need it not be met?", REASON)
    officer.picture("waive")
    officer.press("Waive the clock")
    then("the clocks say so, with who and why, and it runs no more")
    assert officer.path == path(child, clock) and officer.done == "The clock is waived: nobody has to meet it"
    rows = officer.rows(WAIVED)
    assert clock.title in rows[0]
    assert REASON in rows[1] and "Waived by" in rows[1] and "a colleague" not in rows[1]
    officer.picture("waived-clock")
    when("they restore it")
    officer.follow("Restore clock")
    officer.says(REASON)
    if mode == "narrow":
        officer.picture("narrow-restore")
    officer.press("Restore the clock")
    then("it runs again")
    assert officer.done == "The clock runs again"
    assert officer.has("link", f"Waive clock {number}, {clock.title}")
    assert not officer.has("table", WAIVED)


def test_whose_clock_it_is_decides_who_is_asked(visitor: Visitors, panel: Panel, child: Subject) -> None:
    (_, laws), (_, ours) = running(panel, child, BASIS_STATUTORY), running(panel, child, BASIS_LOCAL)
    manager = visitor(MANAGER)
    manager.open(path(child, laws))
    then("a manager is offered the council's own clocks alone")
    offered = {link.get_attribute("href") for link in manager.page.get_by_role("link", name="Waive clock").all()}
    assert path(child, ours, "waive") in offered and path(child, laws, "waive") not in offered
    manager.open(path(child, laws, "waive"))
    manager.says("The law asks for this: only the child's reviewing officer can say that it need not be met.")
    assert not manager.has("button", "Waive the clock")
    then("business support is offered none, and the page is not there for them")
    support = visitor("business-support")
    support.open(path(child, ours))
    assert not support.has("link", "Waive clock")
    support.open(path(child, ours, "waive"), status=404)


def test_sent_twice_it_is_waived_once_and_a_refusal_keeps_what_was_typed(
    site: Site, panel: Panel, child: Subject
) -> None:
    _, clock = running(panel, child, BASIS_LOCAL)
    given("a manager's form, pressed twice")
    manager, form = site.client(MANAGER), path(child, clock, "waive")
    fields = {**form_of(manager.get(form).text, form), "reason": REASON}
    assert [manager.post(form, fields).status_code for _ in range(2)] == [303, 303]
    then("a second form, opened before, is refused: it is waived by now")
    answer = manager.post(form, {**fields, "request_id": str(uuid4()), "reason": "Typed too late."})
    assert answer.status_code == 422 and "This clock does not run any more" in answer.text
    then("a form of nobody's session does nothing")
    assert manager.post(path(child, clock, "restore"), {}, token="made up").status_code == 403
    with site.channel("cases") as channel:
        request = pb.RestoreObligationRequest(name=clock.name, request_id=str(uuid4()))
        ObligationsServiceStub(channel).RestoreObligation(request, metadata=site.metadata(MANAGER))


def test_a_hidden_childs_clock_and_another_councils_are_absent(site: Site, panel: Panel, child: Subject) -> None:
    seen = {one.name for one in panel.children("reviewing-officer")}
    hidden = next(one for one in panel.children() if one.restricted and one.name not in seen)
    _, clock = running(panel, child, BASIS_LOCAL)
    officer, other = site.client("reviewing-officer"), site.client(MANAGER, "second")
    for client, at in (
        (officer, path(hidden, panel.clocks(hidden.name)[0], "waive")),
        (officer, path(child, panel.clocks(hidden.name)[0], "waive")),
        (other, path(child, clock, "waive")),
    ):
        assert client.get(at).status_code == 404
        assert client.post(at, {"reason": REASON, "request_id": str(uuid4())}).status_code == 404
    assert not any(one.HasField("waiver") for one in panel.clocks(hidden.name))
