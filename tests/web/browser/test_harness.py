"""The harness finds what it is there to find: pages with one planted fault each."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.web.browser.look import Looked
from tests.web.browser.site import Site
from tests.web.browser.visitor import Visitor, Visitors

GOOD = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'nonce-aaaaaaaaaaaaaaaaaaaaaa'; "
    "style-src 'self' 'nonce-aaaaaaaaaaaaaaaaaaaaaa'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cache-Control": "no-store",
}
PAGE = '<!doctype html><html lang="en"><head><title>{title}</title></head><body><main>{main}</main></body></html>'
SUMMARY = '<div class="govuk-error-summary"><h2>There is a problem</h2></div>'


def _lay(page: Page, site: Site, html: str, status: int = 200, headers: dict[str, str] | None = None) -> None:
    def answer(route: Route) -> None:
        route.fulfill(
            status=status, body=html, headers={**GOOD, **(headers or {}), "Content-Type": "text/html; charset=utf-8"}
        )

    page.route(f"{site.url}/planted", answer)


def _page(main: str = "<h1>Planted</h1>", title: str = "Planted - Permanence") -> str:
    return PAGE.format(main=main, title=title)


def test_a_page_without_a_fault_passes(visitor: Visitors, site: Site) -> None:
    somebody = visitor("", "narrow")
    _lay(somebody.page, site, _page())
    somebody.open("/planted")
    assert somebody.effort.pages == 1


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (_page(title=""), "the title says nothing"),
        (_page(main="<p>Nothing</p>"), "0 first headings"),
        (_page(main="<h1>One</h1><h1>Two</h1>"), "2 first headings"),
        (_page(main=SUMMARY + "<h1>Planted</h1>"), "with 1 error summaries"),
        (_page(title="Error: Planted - Permanence"), "with 0 error summaries"),
        (_page(main="<h1>Planted</h1><img src='/static/favicon.svg'>"), "axe: image-alt"),
        (_page(main="<h1>Planted</h1><input name='x'>"), "axe: label"),
        (_page(main="<h1 id='a'>Planted</h1><p id='a'>x</p>"), "two things have the id a"),
        (_page(main="<h1>Planted</h1><p aria-describedby='gone'>x</p>"), "aria-describedby names gone"),
        (
            _page(main="<h1>Planted</h1>" + "<p>x</p>" * 9 + "<p class='z'><a href='/' aria-label=''><br></a></p>"),
            "axe: link-name",
        ),
        (_page(main="<h1>Planted</h1><p style='color: red'>x</p>"), "console: "),
        (_page(main="<h1>Planted</h1><script>1</script>"), "console: "),
        (_page(main="<h1>Planted</h1><img alt='' src='https://evil.example/x.png'>"), "console: "),
        (_page(main="<h1>Planted</h1><table><tr><td>" + "W" * 100 + "</td></tr></table>"), "scrolls sideways"),
    ],
)
def test_a_planted_fault_of_a_page_is_found(
    visitor: Visitors, site: Site, looked: Looked, html: str, said: str
) -> None:
    somebody = visitor("", "narrow")
    _lay(somebody.page, site, html)
    before = looked.violations
    with pytest.raises(AssertionError, match=said):
        somebody.open("/planted")
    looked.violations = before  # planted, and so none of the site's


def test_axe_judges_what_is_new_on_a_page_and_not_its_words(visitor: Visitors, site: Site, looked: Looked) -> None:
    somebody = visitor("")
    pages = (
        "<h1>One</h1><p>x</p>",
        "<h1>Two</h1><p>y</p><p>z</p>",  # other words, and more of them
        "<h1>Three</h1><p role='note'>x</p>",  # another kind of element
        "<h1>Four</h1><h2>x</h2><p>x</p><h2>y</h2>",
        "<h1>Five</h1><p>x</p><h2>x</h2>",  # nothing but what was there
        "<h1>Six</h1><div><p>x</p></div>",  # the same within another
    )
    judged = []
    for main in pages:
        _lay(somebody.page, site, _page(main))
        before = looked.judged
        somebody.open("/planted")
        judged.append(looked.judged - before)
    assert judged[1:] == [0, 1, 1, 0, 1]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Cache-Control", "private", "cache-control"),
        ("X-Frame-Options", "SAMEORIGIN", "x-frame-options"),
        ("Content-Security-Policy", "default-src *", "content policy: script-src"),
        ("Content-Security-Policy", GOOD["Content-Security-Policy"] + "; font-src *", "font-src"),
        (
            "Content-Security-Policy",
            GOOD["Content-Security-Policy"].replace("'nonce", "'unsafe-inline' 'nonce"),
            "script-src",
        ),
    ],
)
def test_a_header_that_is_not_as_it_should_be_is_found(
    visitor: Visitors, site: Site, name: str, value: str, said: str
) -> None:
    somebody = visitor("")
    _lay(somebody.page, site, _page(), headers={name: value})
    with pytest.raises(AssertionError, match=said):
        somebody.open("/planted")


@pytest.mark.parametrize("status", [500, 404, 503, 422])
def test_a_status_that_was_not_announced_is_found(visitor: Visitors, site: Site, status: int) -> None:
    somebody = visitor("")
    _lay(somebody.page, site, _page(), status=status)
    with pytest.raises(AssertionError, match=f"status {status}"):
        somebody.open("/planted")


def _clickable_only(somebody: Visitor) -> None:
    somebody.press("Go")


def _unmarked(somebody: Visitor) -> None:
    somebody.follow("Plain")


@pytest.mark.parametrize(
    ("main", "act", "said"),
    [
        ("<h1>P</h1><button tabindex='-1'>Go</button>", _clickable_only, "does not reach"),
        ("<h1>P</h1><a href='/planted'>Plain</a>", _unmarked, "is not marked"),
    ],
)
def test_what_a_keyboard_cannot_do_is_found(
    visitor: Visitors, site: Site, main: str, act: Callable[[Visitor], None], said: str
) -> None:
    somebody = visitor("", "keyboard")
    style = "<style nonce='aaaaaaaaaaaaaaaaaaaaaa'>a:focus { outline: none }</style>"
    _lay(somebody.page, site, _page(main).replace("</head>", style + "</head>"))
    somebody.open("/planted")
    with pytest.raises(AssertionError, match=said):
        act(somebody)


def test_keys_are_counted_one_by_one(visitor: Visitors, site: Site) -> None:
    somebody = visitor("", "keyboard")
    form = (
        "<h1>P</h1><form action='/planted'><label for='a'>Words</label><input id='a' name='a' value='old'>"
        "<fieldset><legend>Which</legend><input type='radio' id='b' name='b'><label for='b'>One</label>"
        "<input type='radio' id='c' name='b'><label for='c'>Two</label></fieldset>"
        "<input type='checkbox' id='d'><label for='d'>Tick</label><button>Go</button></form>"
    )
    _lay(somebody.page, site, _page(form))
    somebody.page.route(f"{site.url}/planted?*", lambda route: route.fallback())
    somebody.open("/planted")
    somebody.write("Words", "abc")  # Tab, select all, three letters
    assert somebody.effort.keys == 5
    somebody.choose("Two")  # Tab, arrow
    assert somebody.effort.keys == 7
    somebody.tick("Tick")  # Tab, space
    assert somebody.effort.keys == 9
    assert somebody.page.get_by_label("Words").input_value() == "abc"
    assert somebody.page.get_by_label("Two").is_checked() and somebody.page.get_by_label("Tick").is_checked()
