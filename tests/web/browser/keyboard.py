"""Somebody who has a keyboard and nothing else. Every press counts; what is typed counts a press a character."""

from datetime import date

from playwright.sync_api import Locator, Page

# Twice around the page is too far.
_COUNT = "2 * document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]').length + 5"
# Whether the focus is there; or else where a person would go: back where it stands before what has the focus, or on.
_WHERE = """e => {{ const has = document.activeElement;
    if ({there}) return 'there';
    const before = has.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING;
    return has !== document.body && before ? 'back' : 'on'; }}"""
_OF_ELEMENT = _WHERE.format(there="has === e")
_OF_GROUP = _WHERE.format(there="has === e || (has.type === 'radio' && has.name === e.name && has.form === e.form)")
# Nothing has the focus yet, and what is wanted is the page's own, beyond the header: the skip link saves the way.
_IS_SKIP_LINK = "document.activeElement.classList.contains('govuk-skip-link')"
_IS_FAR = """e => document.activeElement === document.body && Boolean(e.closest('#main-content'))"""
# How many arrows down (or up, where negative) lead from the focused radio to the wanted one.
_ARROWS = """e => { const all = [...document.querySelectorAll('input[type=radio]')]
    .filter(o => o.name === e.name && o.form === e.form && !o.disabled);
    return all.indexOf(e) - all.indexOf(document.activeElement); }"""
# A focus that cannot be seen is no focus: on screen, not covered by something else, and marked.
_UNSEEN = """e => {
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height) return 'has no size';
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return 'is off screen';
    const at = [Math.max(box.left, 0) + 2, Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 1)];
    const top = document.elementFromPoint(...at);
    if (top && top !== e && !e.contains(top) && !top.contains(e) && !e.labels?.length) return 'is covered';
    const near = e.nextElementSibling;
    const looks = [getComputedStyle(e), ...(near ? ['::before', '::after'].map(p => getComputedStyle(near, p)) : [])];
    const marked = looks.some(s => (s.outlineStyle !== 'none' && s.outlineWidth !== '0px') || s.boxShadow !== 'none');
    return marked ? '' : 'is not marked';
}"""


class Keyboard:
    """`pressed` is how many keys it took so far."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.pressed = 0

    def press(self, key: str) -> None:
        """One key, or one chord."""
        self._page.keyboard.press(key)
        self.pressed += 1

    def type(self, text: str) -> None:
        """A key a character."""
        self._page.keyboard.type(text)
        self.pressed += len(text)

    def walk_to(self, target: Locator, where: str = _OF_ELEMENT) -> None:
        """Tab (or Shift+Tab) until it has the focus. AssertionError where it never does, or is not seen to."""
        element = target.element_handle()
        if element.evaluate(_IS_FAR):
            self.press("Tab")
            if self._page.evaluate(_IS_SKIP_LINK):  # an address with a fragment begins further on
                self.press("Enter")
                # Else what comes of a later key may be taken for this jump within the page.
                self._page.wait_for_url("**#main-content")
        for _ in range(int(self._page.evaluate(_COUNT))):
            found = element.evaluate(where)
            if found == "there":
                break
            self.press("Shift+Tab" if found == "back" else "Tab")
        else:
            raise AssertionError(f"the keyboard does not reach {target}")
        self._check_seen()

    def activate(self, target: Locator) -> None:
        """Walk there and press Enter."""
        self.walk_to(target)
        self.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        """Walk there and type over whatever it holds."""
        self.walk_to(target)
        if target.input_value():
            self.press("Control+A")
            if not text:
                self.press("Delete")
        self.type(text)

    def choose(self, target: Locator) -> None:
        """A radio button: to its group, then along it with the arrows."""
        self.walk_to(target, _OF_GROUP)
        steps = int(target.evaluate(_ARROWS))
        for _ in range(abs(steps)):
            self.press("ArrowDown" if steps > 0 else "ArrowUp")
        if not target.is_checked():
            self.press("Space")
        assert target.is_checked(), f"the keyboard cannot choose {target}"

    def tick(self, target: Locator, ticked: bool) -> None:
        """A checkbox."""
        self.walk_to(target)
        if target.is_checked() != ticked:
            self.press("Space")
        assert target.is_checked() == ticked, f"the keyboard cannot tick {target}"

    def select(self, target: Locator, option: str) -> None:
        """An option of a list, with the arrows."""
        self.walk_to(target)
        wanted, has = target.evaluate(
            "(e, t) => [[...e.options].findIndex(o => o.text.trim() === t), e.selectedIndex]", option
        )
        assert wanted >= 0, f"there is no option {option!r}"
        for _ in range(abs(wanted - has)):
            self.press("ArrowDown" if wanted > has else "ArrowUp")

    def _check_seen(self) -> None:
        focused = self._page.evaluate_handle("document.activeElement").as_element()
        assert focused is not None
        unseen = focused.evaluate(_UNSEEN)
        assert not unseen, f"the focus {unseen}: {focused.evaluate('e => e.outerHTML')[:200]}"


def parts_of(day: date) -> dict[str, str]:
    """A date as it is typed into three fields."""
    return {"Day": str(day.day), "Month": str(day.month), "Year": str(day.year)}
