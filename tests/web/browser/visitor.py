"""Somebody at the site: the same verbs whether they have a mouse, a keyboard alone, no scripts, or a narrow screen."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.web.browser.keyboard import Keyboard, parts_of
from tests.web.browser.look import OK, Looked, Watch
from tests.web.browser.screens import take_picture, taking_pictures
from tests.web.browser.site import Site

Mode = Literal["mouse", "keyboard", "no-javascript", "narrow", "phone"]
# What every journey is walked in. Two hold all four: keys alone on a wide screen with scripts, a narrow one without.
# Pictures for the documents are taken with scripts, at both widths.
MODES: tuple[Mode, ...] = ("mouse", "narrow") if taking_pictures() else ("keyboard", "phone")
# Pages of which both widths are wanted for pictures, and which the phone's width puts to the test.
WIDTHS: tuple[Mode, ...] = ("mouse", "narrow") if taking_pictures() else ("phone",)
SMALL: frozenset[Mode] = frozenset({"narrow", "phone"})
UNSCRIPTED: frozenset[Mode] = frozenset({"no-javascript", "phone"})
WIDE: ViewportSize = {"width": 1100, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
COUNCILS = {"demo": "Northmoor", "second": "Saltmarsh"}
SECONDS = 15.0
# What a `row` may be: the thing that one name belongs to, where a page has several of the name.
_ROWS = "tr, .govuk-summary-list__row, .govuk-summary-card, .moj-ticket-panel, li, fieldset"


@dataclass(frozen=True)
class Effort:
    """What a piece of work took."""

    pages: int
    keys: int


class Visitor:
    """Verbs find things by their accessible names. Each that leads to a page waits for it and looks at it.

    `row`: words of the table row (or card) that the thing stands in, where its name is not the only one.
    `status`: what the page must answer with; 200, or 422 with an error summary, where nothing is said.
    """

    def __init__(self, page: Page, base: str, mode: Mode, looked: Looked) -> None:
        self.page, self.base, self.mode = page, base, mode
        page.set_default_timeout(SECONDS * 1000)
        self.watch = Watch(page, base, looked, scripted=mode not in UNSCRIPTED, narrow=mode in SMALL)
        self.keyboard = Keyboard(page)
        self._keys = mode == "keyboard"
        self._pages = 0

    # Going somewhere

    def open(self, path: str, status: int = 0) -> None:
        """Type an address (or use a bookmark)."""
        self._going(lambda: self.page.goto(self.base + path), status)

    def follow(self, name: str, row: str = "", status: int = 0) -> None:
        """A link."""
        self._use(self.find("link", name, row), status)

    def press(self, name: str, row: str = "", status: int = 0) -> None:
        """A button. One that is a link is pressed too: nobody can tell."""
        self._use(self._button(name, row), status)

    def back(self) -> None:
        """The browser's own Back."""
        self._going(self.page.go_back, 0)

    def cut_off(self, lost: bool = True) -> None:
        """Their network is lost; or, `lost=False`, there again."""
        self.watch.cut_off = True
        self.page.context.set_offline(lost)

    def sign_in(self, persona: str, council: str = "demo") -> None:
        """By the council's Entra ID; from where they are, if that is where one signs in."""
        if not self.path.startswith("/sign-in"):
            self.open("/sign-in")
        self.press(f"Sign in to {COUNCILS[council]}")
        self.follow(persona)

    # Filling in

    def write(self, label: str, text: str, row: str = "") -> None:
        """Into a text field, in the place of what it held."""
        target = self._labelled(label, row)
        if self._keys:
            self.keyboard.write(target, text)
        else:
            target.fill(text)

    def write_date(self, legend: str, day: date | dict[str, str]) -> None:
        """A date in its three parts; as a mapping of Day, Month, Year where it is no date."""
        group = self.page.get_by_role("group", name=legend)
        for part, text in (day if isinstance(day, dict) else parts_of(day)).items():
            target = group.get_by_label(part, exact=True)
            if self._keys:
                self.keyboard.write(target, text)
            else:
                target.fill(text)

    def choose(self, label: str, row: str = "") -> None:
        """A radio button."""
        target = self.find("radio", label, row)
        if self._keys:
            self.keyboard.choose(target)
        else:
            self._on_label(target)

    def tick(self, label: str, row: str = "", ticked: bool = True) -> None:
        """A checkbox; `ticked=False` takes the tick away."""
        target = self.find("checkbox", label, row)
        if self._keys:
            self.keyboard.tick(target, ticked)
        elif target.is_checked() != ticked:
            self._on_label(target)

    def select(self, label: str, option: str, row: str = "") -> None:
        """An option of a drop-down list."""
        target = self._labelled(label, row)
        if self._keys:
            self.keyboard.select(target, option)
        else:
            target.select_option(label=option)

    def unfold(self, summary: str) -> None:
        """Open what is folded away (`details`)."""
        target = self.page.locator("summary").filter(has_text=summary).first
        if self._keys:
            self.keyboard.activate(target)
        else:
            target.click()
        self.look()

    # Looking

    @property
    def path(self) -> str:
        """Where they are, with the query."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def status(self) -> int:
        """What the page was answered with."""
        return self.watch.status

    @property
    def heading(self) -> str:
        """The page's first heading."""
        return _plain(self.page.locator("h1").inner_text())

    @property
    def words(self) -> str:
        """Everything that the page itself says, white space made single."""
        return _plain(self.page.locator("main").inner_text())

    @property
    def done(self) -> str:
        """What the page says was done; nothing where it says nothing."""
        banner = self.page.locator(".govuk-notification-banner--success .govuk-notification-banner__content")
        return _plain(banner.inner_text()) if banner.count() else ""

    @property
    def faults(self) -> list[str]:
        """The lines of the error summary."""
        return [_plain(one) for one in self.page.locator(".govuk-error-summary__list > li").all_inner_texts()]

    def says(self, *texts: str) -> None:
        """AssertionError where the page does not say it."""
        missing = [text for text in texts if text not in self.words]
        assert not missing, f"{self.path} does not say {missing}; it says: {self.words[:1500]}"

    def says_not(self, *texts: str) -> None:
        """AssertionError where the page says it."""
        said = [text for text in texts if text in self.words]
        assert not said, f"{self.path} says {said}"

    def rows(self, caption: str = "") -> list[str]:
        """The words of each row of the table with this in its caption; of the only table where none is named."""
        table = self.page.locator("table")
        table = table.filter(has=self.page.locator("caption", has_text=caption)) if caption else table
        return [_plain(one) for one in table.locator("tbody tr").all_inner_texts()]

    def has(self, role: Literal["link", "button", "heading", "table", "radio", "checkbox"], name: str) -> bool:
        """Whether there is such a thing, named so or with this in its name."""
        return bool(self.page.get_by_role(role, name=name).count())

    def look(self, status: int = 0) -> None:
        """Check the page as it is now (done by every verb that leads to a page)."""
        self.watch.look((status,) if status else OK)

    def picture(self, name: str) -> None:
        """A screenshot: docs/screens/<name>.png, or narrow-<name>.png, when screens are made, else none."""
        narrow = self.mode == "narrow" and not name.startswith("narrow-")
        take_picture(self.page, f"narrow-{name}" if narrow else name)

    # Effort

    def start_counting(self) -> None:
        """Pages and keys count from here."""
        self._pages = self.keyboard.pressed = 0

    @property
    def effort(self) -> Effort:
        """Pages arrived at, and keys pressed where there is only a keyboard."""
        return Effort(self._pages, self.keyboard.pressed)

    # Finding

    def find(self, role: Literal["link", "button", "radio", "checkbox"], name: str, row: str = "") -> Locator:
        """The only one with this name; where there is none, the only one with this in its name."""
        exact = self._where(row).get_by_role(role, name=name, exact=True)
        found = exact if exact.count() else self._where(row).get_by_role(role, name=name)
        expect(found, f"one {role} {name!r}{f' in {row!r}' if row else ''}").to_have_count(1)
        return found

    def _button(self, name: str, row: str) -> Locator:
        as_link = self._where(row).locator("a.govuk-button").filter(has_text=re.compile(re.escape(name)))
        as_button = self._where(row).get_by_role("button", name=name)
        return as_link if as_link.count() == 1 and not as_button.count() else self.find("button", name, row)

    def _labelled(self, label: str, row: str) -> Locator:
        exact = self._where(row).get_by_label(label, exact=True)
        found = exact if exact.count() else self._where(row).get_by_label(label)
        expect(found, f"one field {label!r}").to_have_count(1)
        return found

    def _where(self, row: str) -> Locator:
        page = self.page.locator("body")
        if not row:
            return page
        rows = page.locator(_ROWS).filter(has_text=row)
        # The innermost: a row within a card, not the card.
        return rows.filter(has_not=page.page.locator(_ROWS).filter(has_text=row))

    def _on_label(self, target: Locator) -> None:
        """As a mouse does: on the words, since GOV.UK draws the box beside them."""
        self.page.locator(f'label[for="{target.get_attribute("id")}"]').click()

    def _use(self, target: Locator, status: int) -> None:
        if self._keys:
            self.keyboard.walk_to(target)
            self._going(lambda: self.keyboard.press("Enter"), status)
        else:
            self._going(target.click, status)

    def _going(self, act: Callable[[], object], status: int) -> None:
        with self.page.expect_navigation(wait_until="load"):
            act()
        self._pages += 1
        self.look(status)


class Visitors(Protocol):
    """`visitor("business-support", "keyboard")`: somebody signed in; nobody in particular where `persona` is empty."""

    def __call__(
        self,
        persona: str = "business-support",
        mode: Mode = "mouse",
        *,
        council: str = "demo",
        at: Site | None = None,
        afresh: bool = False,
    ) -> Visitor: ...


def _plain(text: str) -> str:
    return " ".join(text.split())
