"""Somebody who uses the site without sense: random people, links, buttons and words, from a seed.

Whatever they do, no page may fail or break what every arrival is checked for; and a link that a page offers must lead
somewhere.
"""

import random
import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Locator, Page

from tests.web.browser.look import Looked
from tests.web.browser.nonsense import words_for_field
from tests.web.browser.site import Site
from tests.web.browser.visitor import NARROW, WIDE, Mode, Visitor

PERSONAS = (
    "business-support",
    "business-support-manager",
    "team-manager",
    "social-worker",
    "reviewing-officer",
    "panel-chair",
    "performance-officer",
    "agency-decision-maker",
)
_MODES: tuple[Mode, ...] = ("mouse", "no-javascript", "narrow")
_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANY = tuple(status for status in range(200, 500))
_LED_ASTRAY = tuple(status for status in _ANY if status != 404)
_STEPS_A_PERSON = (8, 25)
_FIELDS = "input:not([type=hidden]), textarea, select"
# Not those that lead to a file, after which one stays where one is.
_FILES = "[download], [href^='mailto:'], [href$='/file'], [href*='/pack/'], [href*='/document?']"
_LINKS = f"a[href]:not([href^='#'], {_FILES})"


@dataclass
class Walked:
    """What came of a walk. `faults` holds each once, with the way there."""

    seed: int
    pages: int = 0
    forms: int = 0
    people: int = 0
    distinct: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """For people."""
        told = [
            f"seed {self.seed}: {self.people} people, {self.pages} pages arrived at, {len(self.distinct)} distinct, "
            f"{self.forms} forms sent, {len(self.faults)} faults"
        ]
        for fault, way in self.faults.items():
            told += ["", fault, *(f"    {step}" for step in way)]
        return told


class _Left(Exception):
    """They closed the browser."""


class Walker:
    """`councils`: where they may go."""

    def __init__(
        self, browser: Browser, site: Site, looked: Looked, seed: int, councils: tuple[str, ...] = ("demo",)
    ) -> None:
        self._browser, self._site, self._looked, self._councils = browser, site, looked, councils
        self._dice = random.Random(seed)
        self._way: deque[str] = deque(maxlen=12)
        self._checked: set[tuple[str, str, int, Mode]] = set()
        self.walked = Walked(seed)

    def walk(self, seconds: float) -> Walked:
        """One person after another until the time is over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._be_somebody(until)
        return self.walked

    def _be_somebody(self, until: float) -> None:
        mode, persona = self._dice.choice(_MODES), self._dice.choice(PERSONAS)
        council = self._dice.choice(self._councils)
        self._way.append(f"--- {persona} of {council}, {mode}")
        self.walked.people += 1
        with self._browser.new_context(
            viewport=NARROW if mode == "narrow" else WIDE, java_script_enabled=mode != "no-javascript"
        ) as context:
            somebody = Visitor(context.new_page(), self._site.url, mode, self._looked)
            somebody.page.on("request", lambda request: self._count_form(request.method))
            try:
                somebody.sign_in(persona, council)
                for _ in range(self._dice.randint(*_STEPS_A_PERSON)):
                    if time.monotonic() > until or somebody.path.startswith("/sign-in"):
                        break
                    self._step(somebody)
            except _Left:
                return
            except AssertionError as fault:
                self._tell(str(fault))
            except Error as error:
                self._tell(f"{somebody.page.url}: {error.message.splitlines()[0]}")

    def _step(self, somebody: Visitor) -> None:
        page, chance = somebody.page, self._dice.random()
        buttons, links = _seen(page, "main button"), _seen(page, f"main {_LINKS}")
        if chance < 0.06:
            self._back(somebody)
        elif chance < 0.1:
            self._go(somebody, "reload", lambda: page.reload())
        elif buttons and (chance < 0.55 or not links):
            self._press(somebody, self._dice.choice(buttons))
        elif links and chance < 0.85:
            self._follow(somebody, self._dice.choice(links))
        else:
            around = _seen(page, f"{_LINKS}, footer button")
            chosen = self._dice.choice(around)
            if chosen.evaluate("e => e.tagName") == "A":
                self._follow(somebody, chosen)
            else:
                self._press(somebody, chosen)

    def _back(self, somebody: Visitor) -> None:
        try:
            self._go(somebody, "back", lambda: somebody.page.go_back())
        except Error as error:
            if "ERR_CACHE_MISS" not in error.message:
                raise
            # A form with faults: the browser itself asks whether to send it again. They would rather leave.
            raise _Left from error

    def _press(self, somebody: Visitor, button: Locator) -> None:
        form = button.locator("xpath=ancestor::form[1]")
        if form.count():
            for one in _seen(form, _FIELDS):
                self._fill(one)
        name = " ".join(button.inner_text().split())
        self._go(somebody, f"press {name!r}", lambda: button.click(), may_stay=True)

    def _follow(self, somebody: Visitor, link: Locator) -> None:
        if urlsplit(str(link.evaluate("e => e.href"))).netloc != urlsplit(self._site.url).netloc:
            return
        name = " ".join(link.inner_text().split())
        self._go(somebody, f"follow {name!r}", lambda: link.click(), allowed=_LED_ASTRAY)

    def _fill(self, one: Locator) -> None:
        kind, name = one.evaluate("e => [e.type, e.name]")
        if kind in ("radio", "checkbox"):
            if self._dice.random() < 0.4:
                one.set_checked(kind == "radio" or not one.is_checked(), force=True)
        elif kind == "select-one":
            count = one.locator("option").count()
            one.select_option(index=self._dice.randrange(count))
        elif self._dice.random() < 0.8:
            text = words_for_field(self._dice, name, self._site.clock.now().date())
            self._way.append(f"write {text[:40]!r}{f' … {len(text)} characters' if len(text) > 40 else ''} as {name}")
            one.fill(text)

    def _go(
        self, somebody: Visitor, what: str, act: object, allowed: tuple[int, ...] = _ANY, may_stay: bool = False
    ) -> None:
        assert callable(act)
        page = somebody.page
        self._way.append(f"{what} on {_pattern(page.url)}")
        try:
            with page.expect_navigation(wait_until="load", timeout=5000 if may_stay else 20_000):
                act()
        except Error:
            if not may_stay:
                raise
        self._arrive(somebody, allowed)

    def _arrive(self, somebody: Visitor, allowed: tuple[int, ...]) -> None:
        page = somebody.page
        here = (_pattern(page.url), page.title(), somebody.status, somebody.mode)
        self.walked.pages += 1
        self.walked.distinct[f"{here[2]} {here[0]} {here[1]}"] += 1
        fresh = here not in self._checked
        self._checked.add(here)
        try:
            somebody.watch.look(allowed, axe=fresh)
        except AssertionError as fault:
            self._tell(str(fault))

    def _count_form(self, method: str) -> None:
        self.walked.forms += method == "POST"

    def _tell(self, fault: str) -> None:
        self.walked.faults.setdefault(_KEY.sub("{key}", fault).partition("://")[2] or fault, list(self._way))


def _seen(where: Page | Locator, selector: str) -> list[Locator]:
    return [one for one in where.locator(selector).all() if one.is_visible() and one.is_enabled()]


def _pattern(url: str) -> str:
    return _KEY.sub("{key}", urlsplit(url).path)
