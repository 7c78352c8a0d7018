"""What the site says, page by page and form by form, while one of the services is down; nothing that was typed is lost.

Each row of the tables is one page or form; `{meeting}` and so on stand for what `_made` makes beforehand. Panels' own
pages are in test_services_down_panels.py.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import TypeVar
from uuid import uuid4

import pytest
import requests

from tests.web.browser.backstage import Backstage
from tests.web.browser.sent_forms import form_of
from tests.web.browser.site import Client, Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import Visitors
from web.words import clock_time, london

A = TypeVar("A")
B = TypeVar("B")
MANAGER = "business-support-manager"
# What each service holds, as the pages call it.
HOLDS = {
    "cases": "children's names, their clocks and the people around them",
    "scheduler": "times, rooms and meetings",
    "panels": "panels' agendas, outcomes and minutes",
    "notifications": "invitations and answers",
}
GONE = "It is not empty: nobody can look."
# Where a restricted case may stand on it, only cases knows who may see that.
PERHAPS = "perhaps"
TYPED = "Typed while it was down."


@dataclass(frozen=True)
class Page:
    """`without`: what it says while a service is down that it needs; GONE where it says nothing else."""

    path: str
    without: Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """A form of the page at `path`, sent to `action` (there where empty) with `typed`.

    It cannot be sent while one of `needs` is down. `goes_on`: pages say of this that it still works without the others.
    """

    path: str
    needs: tuple[str, ...]
    typed: Mapping[str, str] = field(default_factory=dict)
    action: str = ""
    goes_on: bool = False


BOTH = ("scheduler", "cases")
_DRAFT = {"scheduler": GONE, "cases": GONE}
PAGES = (
    Page("{tasks}", _DRAFT),
    Page("{people}/people", _DRAFT),
    Page("{apart}/apart", _DRAFT),
    Page("{time}/time", _DRAFT),
    Page("{check}/check", _DRAFT),
    Page("{given_up}/give-up", _DRAFT),
    Page(
        "/meetings",
        {
            "scheduler": GONE,
            "cases": PERHAPS,
            "notifications": "Who has been told, and who declined, is not known just now.",
        },
    ),
    Page(
        "{meeting}",
        {
            "scheduler": GONE,
            "cases": "Names, case references and dates cannot be looked up just now",
            "notifications": "Who knows is not known just now: the part of the system that sends invitations",
        },
    ),
    Page("{moved}/move", _DRAFT),
    Page(
        "{moved}/move/check?time={another_time}",
        {
            "scheduler": GONE,
            "cases": "Which dates this time keeps or misses is not known just now.",
            "notifications": "Who knows the present one is not known just now.",
        },
    ),
    Page("{cancelled}/cancel", {"scheduler": GONE, "notifications": "How many they are is not known just now."}),
    Page("{meeting}/held", {"scheduler": GONE}),
    Page(
        "{answer}",
        {"scheduler": GONE, "cases": "The name cannot be looked up just now", "notifications": GONE},
    ),
    Page("{released}/release", {**_DRAFT, "notifications": GONE}),
    Page(
        "/days?on={day}",
        {**_DRAFT, "notifications": "What people answered is not known just now."},
    ),
    Page("{child}/facts", {"cases": GONE}),
    Page("{clock}/waive", {"cases": GONE}),
    Page("/moved-dates", {"cases": GONE}),
    Page(
        "/bulk-moves/new",
        {"scheduler": "Rooms are not known just now", "cases": "Names are not known just now"},
    ),
    Page("/tracker", {"cases": GONE}),
    Page("/scorecard", {"cases": GONE}),
    Page("/returns", {}),
    Page("/returns/dataset-reviews", {"cases": GONE}),
)
_DAY = {"on-day": "2", "on-month": "3", "on-year": "2026"}
_REASON = {"reason": "family", "own_words": TYPED}
_BULK_MOVE = {"whose": "all", "cause": "other", "own_words": TYPED} | {
    f"{name}-{part}": value
    for name in ("first", "last", "earliest", "latest")
    for part, value in (("day", "2"), ("month", "3"), ("year", "2027"))
}
FORMS = (
    Form("", BOTH, {"subject": "{subject}", "meeting_kind": "cic_review"}, action="/drafts"),
    Form("{tasks}", BOTH),
    Form("{people}/people", BOTH),
    Form("{apart}/apart", BOTH, {"looked": "y"}),
    Form("{time}/time", BOTH, {"breach_reason": TYPED}),
    Form("{check}/check", BOTH, {"breach_reason": TYPED}, goes_on=True),
    Form("{given_up}/give-up", BOTH),
    Form("{meeting}/move", ("scheduler",), {"time": "{other_time}"}),
    Form("{moved}/move/check?time={another_time}", BOTH, _REASON, "{moved}/move/check", goes_on=True),
    Form("{cancelled}/cancel", ("scheduler",), _REASON, goes_on=True),
    Form("{answer}", ("scheduler", "notifications"), {"answer": "accepted"}),
    Form("{released}/release", ("scheduler", "cases", "notifications"), {"read": "yes"}),
    Form("/bulk-moves/new", ("scheduler",), _BULK_MOVE),
    Form("{child}/facts/new", ("cases",), {"event": "drift_identified", **_DAY}),
    Form("{clock}/waive", ("cases",), {"reason": TYPED}),
)
# What a browser shows of them is looked at too: how it stands there, by whatever means somebody reads it.
LOOKED_AT = {
    "cases": ("{meeting}", "{answer}", "{moved}/move/check?time={another_time}"),
    "scheduler": ("{check}/check",),
    "notifications": ("/meetings", "{meeting}", "{cancelled}/cancel", "/days?on={day}"),
    "panels": (),
}


class Made(dict[str, str]):
    """A draft or a meeting by each name, made where it is first needed; none minds what becomes of another."""

    def __init__(self, backstage: Backstage) -> None:
        super().__init__()
        self._backstage = backstage

    def __missing__(self, name: str) -> str:
        self[name] = self._make(name)
        return self[name]

    def _make(self, name: str) -> str:
        back = self._backstage
        match name:
            case "subject":
                return back.case(kind="cic_review").subject
            case "apart":
                return back.begin(back.case(kind="cic_review", pair=True))
            case "check":
                return back.ready(back.case(late=True), slot=-1)  # nobody else of these takes the last one
            case "meeting" | "moved" | "cancelled":
                return back.book(back.case())
            case "answer":
                invitation = back.told(self["meeting"])[0]
                return f"{self['meeting']}/answers/{invitation.name.rpartition('/')[2]}"
            case "another_time" | "other_time":
                taken = back.draft(self["check"]).start_time
                of = self["moved" if name == "another_time" else "meeting"]
                slot = back.another_time(back.meeting(of), not_on=london(taken).date())
                return f"{slot.start_time.seconds}.{slot.room.rpartition('/')[2]}"
            case "released":
                path = back.book(back.case(kind="", restricted=True, pair=None))
                back.written(path)
                return path
            case "child" | "clock":
                case = back.case()
                child = f"/children/{case.subject.rpartition('/')[2]}"
                return child if name == "child" else f"{child}/clocks/{case.clocks[0].obligation.rpartition('/')[2]}"
            case "day":
                return str(london(back.meeting(self["released"]).start_time).date())
            case _:
                return back.begin(back.case())


@pytest.mark.parametrize("service", HOLDS)
def test_every_page_says_what_it_lacks(service: str, visitor: Visitors, backstage: Backstage, site: Site) -> None:
    given("drafts and meetings that nobody touches meanwhile")
    made = Made(backstage)
    client, reader = site.client(MANAGER), visitor(MANAGER, "narrow")
    paths = [page.path.format_map(made) for page in PAGES]
    with site.without(service):
        when(f"{service} is down")
        then("each page says what it does not know, and shows the rest")
        for page, answer in zip(PAGES, _at_once(client.get, paths), strict=True):
            _check_page(page, service, answer)
        for path in LOOKED_AT[service]:
            reader.open(path.format_map(made), status=503 if service == "scheduler" else 0)
            reader.picture(f"narrow-without-{service}-{re.sub('[^a-z]+', '-', path.partition('?')[0]).strip('-')}")


@pytest.mark.parametrize("service", HOLDS)
def test_every_form_keeps_what_was_typed(service: str, backstage: Backstage, site: Site) -> None:
    given("somebody with every form open and filled in")
    made, client = Made(backstage), site.client(MANAGER)
    for taken in ("moved", "meeting", "cancelled", "released", "another_time"):
        made[taken]  # what takes a time is made before what only chooses one
    forms = [form for form in FORMS if service in form.needs or (form.goes_on and service not in BOTH)]
    filled = [_filled_in(client, form, made) for form in forms]
    with site.without(service):
        when(f"they send them while {service} is down")
        answers = _at_once(
            lambda one: client.send("POST", _action(one[0], made), data=one[1]), zip(forms, filled, strict=True)
        )
        then("what cannot be done is kept with all that was typed, and the rest is done")
        kept = []
        for form, fields, answer in zip(forms, filled, answers, strict=True):
            if service in form.needs:
                kept.append((form, _check_kept(form, service, made, fields, answer)))
            else:
                _check_done(form, answer)
    when("it answers again, and what was kept is sent from where it was kept")
    for form, fields in kept:
        answer = client.send("POST", _action(form, made), data=fields)
        then("it is done")
        _check_done(form, answer)


def _check_page(page: Page, service: str, answer: requests.Response) -> None:
    words = _words(answer)
    says = page.without.get(service, "")
    if says == PERHAPS:
        says = GONE if answer.status_code == 503 else ""
    assert answer.status_code == (503 if says == GONE else 200), (page.path, answer.status_code, words[:600])
    assert says in words, (page.path, says, words[:600])
    if says == GONE:
        assert f"The part that holds {HOLDS[service]} does not answer just now" in words, (page.path, words[:600])
        assert "What still works" in words
    if not says:
        assert "just now" not in words, f"{page.path}: {words}"


def _check_kept(
    form: Form, service: str, made: Made, sent: Mapping[str, str], answer: requests.Response
) -> dict[str, str]:
    """The fields as they stand on the page that keeps them."""
    words, action = _words(answer), _action(form, made)
    assert answer.status_code == 503, (action, answer.status_code, answer.headers.get("Location"), words[:600])
    assert HOLDS[service] in words and "does not answer just now" in words, (action, words[:600])
    if action.endswith("/release"):  # what would go must be read again first
        return dict(sent)
    fields = form_of(answer.text, action)
    lost = {name: text for name, text in sent.items() if fields.get(name) != text}
    assert not lost, (action, lost)
    return fields


def _check_done(form: Form, answer: requests.Response) -> None:
    assert answer.status_code == 303, (form, answer.status_code, _words(answer)[:600])


def _filled_in(client: Client, form: Form, made: Made) -> dict[str, str]:
    typed = {name: text.format_map(made) for name, text in form.typed.items()}
    if not form.path:
        return {"form_token": client.form_token(), "request_id": str(uuid4()), **typed}
    answer = client.get(form.path.format_map(made))
    assert answer.status_code == 200, (form.path, answer.status_code)
    return {**form_of(answer.text, _action(form, made)), **typed}


def _action(form: Form, made: Made) -> str:
    return (form.action or form.path).format_map(made)


def _words(answer: requests.Response) -> str:
    """What the page itself says."""
    text = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def _at_once(work: Callable[[A], B], things: Iterable[A]) -> list[B]:
    """Each takes its time while a service is down."""
    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(work, things))


def test_that_a_meeting_was_held_is_not_lost(backstage: Backstage, site: Site) -> None:
    path = backstage.book(backstage.case())
    meeting = backstage.meeting(path)
    ended = london(meeting.end_time) + timedelta(minutes=5)
    site.clock.move_to(ended + timedelta(minutes=5))
    client = site.client(MANAGER)
    fields = {**form_of(client.get(f"{path}/held").text, f"{path}/held"), "ended_at": clock_time(ended)}
    with site.without("scheduler"):
        when("somebody records it while the scheduler is down")
        answer = client.send("POST", f"{path}/held", data=fields)
        then("it is kept")
        assert answer.status_code == 503
        assert form_of(answer.text, f"{path}/held") == fields
    answer = client.send("POST", f"{path}/held", data=form_of(answer.text, f"{path}/held"))
    assert answer.status_code == 303
    assert london(backstage.meeting(path).end_time) == ended
