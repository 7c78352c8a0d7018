"""What is checked of every page that anybody arrives at, whatever the test is about."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response, Route, ViewportSize

from tests.web.browser.chromium import AXE
from tests.web.headers import faults_of_headers

_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Of rows, cards and list items that are made alike, it judges the first: a table of a year takes it half a minute.
_RUN_AXE = """async rules => {
    const made = one => {
        const words = [...one.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
        const told = ['class', 'role', 'type'].map(name => one.getAttribute(name));
        const own = [one.localName, words, ...told, ...one.getAttributeNames().sort()];
        const parts = new Set();
        for (const child of one.children) {
            const part = made(child);
            if (parts.has(part)) child.setAttribute('data-made-alike', '');
            parts.add(part);
        }
        return `${own.join('.')}(${[...parts].join()})`;
    };
    made(document.body);
    const options = {runOnly: rules, resultTypes: ['violations']};
    const {violations} = await axe.run({include: document, exclude: ['[data-made-alike]']}, options);
    document.querySelectorAll('[data-made-alike]').forEach(one => one.removeAttribute('data-made-alike'));
    return violations.map(v => `${v.id}: ${v.help}: ` + v.nodes.slice(0, 3)
        .map(n => n.target.join(' ') + ' ' + n.html.slice(0, 160)).join(' | '));
}"""
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
# A path is made of the site's own words and of keys: nothing about a child can stand in it.
_KEY = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# The secret by which somebody without an account answers is the one thing in an address that is neither.
_PATH = re.compile(
    rf"/|/answer/[a-z0-9-]+\.[\w-]{{43}}|/invitation/[a-z0-9-]+\.[\w-]{{48}}(/[a-z-]+)?|(/([a-z][a-z-]*|{_KEY}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{1,3}}))+"
)
_ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
# One question for all that every arrival is checked for; it is answered where the page's own scripts are off, too.
_SEE = """() => ({
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    summaries: document.querySelectorAll('.govuk-error-summary').length,
    width: document.documentElement.scrollWidth,
    html: document.documentElement.outerHTML,
})"""
# Axe takes longer than all else, and is asked about a page that holds anything it has not judged yet at this width: a
# kind of element with the two that it stands in, or another order of headings and landmarks. Words, and how many rows
# there are, are nothing new. What ids decide is looked at on every page.
# That scripts run is told to the style sheets by two classes; where nothing else differs they style nothing else.
_SHAPE = """() => {
    const scripted = ['js-enabled', 'govuk-frontend-supported'];
    const own = new Map(), kinds = new Set(), levels = [], ids = new Set(), faults = [];
    const named = ['href', 'alt', 'title', 'aria-label', 'aria-labelledby', 'aria-describedby', 'tabindex'];
    const kept = [...named, 'type', 'role', 'lang', 'scope', 'aria-hidden', 'aria-expanded', 'aria-current'];
    const parts = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'nav', 'main', 'aside', 'footer'];
    const told = a => named.includes(a.name) ? a.name : `${a.name}=${a.value}`;
    for (const one of document.querySelectorAll('*')) {
        const words = [...one.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
        const attributes = [...one.attributes].filter(a => kept.includes(a.name)).map(told).sort();
        const classes = [...one.classList].filter(c => !scripted.includes(c)).sort().join('.');
        own.set(one, `${one.localName}.${classes}[${attributes}]`
            + `${words ? 'w' : ''}${one.labels?.length ? 'l' : ''}`);
        const [inner, outer] = [one.parentElement, one.parentElement?.parentElement];
        kinds.add(`${own.get(outer)} > ${own.get(inner)} > ${own.get(one)}`);
        if (parts.includes(one.localName) && levels.at(-1) !== one.localName) levels.push(one.localName);
        if (one.id && ids.has(one.id)) faults.push(`two things have the id ${one.id}`);
        ids.add(one.id);
    }
    for (const name of ['for', 'headers', 'aria-labelledby', 'aria-describedby', 'aria-controls'])
        for (const one of document.querySelectorAll(`[${name}]`))
            for (const id of one.getAttribute(name).split(' '))
                if (id && !ids.has(id)) faults.push(`${name} names ${id}, and nothing has this id`);
    return {kinds: [...kinds, levels.join(' ')], faults};
}"""
_NARROW = 320
# Said of whatever a page asks for while a test holds it off the network.
_CUT_OFF = "net::ERR_INTERNET_DISCONNECTED"
OK = (200, 422)


@dataclass
class Looked:
    """What axe has judged in this run, by the page's width; how often, what it found; whose headers were read."""

    kinds: set[tuple[int, str]] = field(default_factory=set)
    judged: int = 0
    violations: int = 0
    documents: int = 0
    answers: int = 0
    _readers: dict[int, Page] = field(default_factory=dict, repr=False)

    def read_elsewhere(self, page: Page, html: str) -> list[str]:
        """With scripts off axe does not run: the same page, without its own, is laid before a reader with scripts."""
        browser: Browser | None = page.context.browser
        assert browser is not None
        size = page.viewport_size
        reader = self._reader(browser, size)

        def lay(route: Route) -> None:
            if route.request.is_navigation_request():
                route.fulfill(body=_SCRIPT.sub("", html), content_type="text/html; charset=utf-8")
            else:
                route.continue_()

        reader.route("**/*", lay)
        reader.goto(page.url)
        found = _axe(reader)
        reader.unroute_all()
        return found

    def _reader(self, browser: Browser, size: ViewportSize | None) -> Page:
        width = size["width"] if size else 0
        if width not in self._readers:
            self._readers[width] = browser.new_page(viewport=size)
        return self._readers[width]

    def counts(self) -> dict[str, int]:
        """For the last lines of the run."""
        return {
            "pages arrived at": self.documents,
            "answers with all headers": self.answers,
            "pages judged by axe": self.judged,
            "kinds of element judged": len(self.kinds),
            "axe violations": self.violations,
        }


class Watch:
    """Hears what a page says, and looks at it on each arrival. `base` is the site's address; no other is judged."""

    def __init__(self, page: Page, base: str, looked: Looked, *, scripted: bool = True, narrow: bool = False) -> None:
        self.page, self.base, self.looked = page, base, looked
        self._scripted, self._narrow = scripted, narrow
        self._faults: list[str] = []
        self._console: list[tuple[str, str]] = []
        self._document: Response | None = None
        self.cut_off = False
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._faults.append(f"script error: {error}"))
        page.on("response", self._answered)

    @property
    def status(self) -> int:
        """Of the page shown."""
        return self._document.status if self._document else 0

    def look(self, allowed: tuple[int, ...] = OK, axe: bool = True) -> None:
        """AssertionError with everything that is wrong with the page shown."""
        if not self.page.url.startswith(self.base + "/"):
            self._faults.clear()
            self._console.clear()
            return
        faults, self._faults = self._faults, []
        seen = self.page.evaluate(_SEE)
        if self.status not in allowed:
            faults.append(f"status {self.status}, not one of {allowed}")
        faults += self._console_faults()
        faults += _faults_of_head(seen, urlsplit(self.page.url).path, self.status)
        if self._narrow and seen["width"] > _NARROW:
            faults.append(f"the page scrolls sideways: {seen['width']} px wide at {_NARROW} px")
        if axe:
            faults += self._axe_faults(str(seen["html"]))
        assert not faults, f"{self.page.url}: " + "; ".join(faults)

    def faults_of_answers(self) -> list[str]:
        """What was heard and not looked at yet: for the end of a test."""
        return [*self._faults, *self._console_faults()]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._console.append((message.text, str(message.location.get("url", ""))))

    def _answered(self, response: Response) -> None:
        if not response.url.startswith(self.base + "/"):
            return
        request = response.request
        if request.is_navigation_request() and not 300 <= response.status < 400:
            self._document = response
            self.looked.documents += 1
        self.looked.answers += 1
        path = urlsplit(response.url).path
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._faults += [f"{path}: {fault}" for fault in faults_of_headers(path, response.status, headers)]

    def _console_faults(self) -> list[str]:
        heard, self._console = self._console, []
        of_document = self._document.url if self._document else ""
        return [
            f"console: {text}"
            for text, url in heard
            if not (self.cut_off and _CUT_OFF in text)
            and not (_ANSWERED.match(text) and (url == of_document or not url.startswith(self.base)))
        ]

    def _axe_faults(self, html: str) -> list[str]:
        size, seen = self.page.viewport_size or {"width": 0}, self.page.evaluate(_SHAPE)
        new = {(size["width"], kind) for kind in seen["kinds"]} - self.looked.kinds
        if not new:
            return list(seen["faults"])
        runs = self._scripted and not self._is_sandboxed()
        found = _axe(self.page) if runs else self.looked.read_elsewhere(self.page, html)
        self.looked.kinds |= new
        self.looked.judged += 1
        self.looked.violations += len(found)
        return [*seen["faults"], *(f"axe: {one}" for one in found)]

    def _is_sandboxed(self) -> bool:
        """A document that runs no scripts, not even axe."""
        return self._document is not None and "sandbox" in self._document.headers.get("content-security-policy", "")


def _faults_of_head(seen: dict[str, Any], path: str, status: int) -> list[str]:
    faults = []
    title, summaries = seen["title"], seen["summaries"]
    if not title.strip() or title.startswith((" -", "Error:  -")):
        faults.append(f"the title says nothing: {title!r}")
    if title.startswith("Error: ") != bool(summaries):
        faults.append(f"title {title!r} with {summaries} error summaries")
    if bool(summaries) != (status == 422) and status in OK:
        faults.append(f"status {status} with {summaries} error summaries")
    if seen["headings"] != 1:
        faults.append(f"{seen['headings']} first headings")
    if status != 404 and not _PATH.fullmatch(path):
        faults.append(f"the path {path} holds more than words and keys")
    return faults


def _axe(page: Page) -> list[str]:
    # Through the debugger and not as a script of the page, which its own policy would refuse.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(_RUN_AXE, list(_RULES)))


def describe(page: Page) -> str:
    """Where somebody was, for a failure: address, title, and the words of the page."""
    try:
        words: Any = page.locator("body").inner_text(timeout=2000)
        return f"{page.url}\n{page.title()}\n{words[:3000]}"
    except Error as error:
        return f"{page.url}: cannot be read: {error.message[:200]}"
