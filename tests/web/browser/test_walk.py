"""A short walk without sense. `make walk` takes longer ones."""

from collections.abc import Callable

from playwright.sync_api import Browser

from tests.web.browser.look import Looked
from tests.web.browser.site import Site
from tests.web.browser.walker import Walker

SECONDS = 10.0
SEED = 20260316


def test_a_walk_without_sense_breaks_nothing(
    browser: Browser, site: Site, looked: Looked, record_property: Callable[[str, object], None]
) -> None:
    """In the second council, so that no other test finds its meetings moved."""
    walked = Walker(browser, site, looked, SEED, ("second",)).walk(SECONDS)
    record_property("pages", walked.pages)
    record_property("distinct", len(walked.distinct))
    record_property("forms sent", walked.forms)
    assert not walked.faults, "\n".join(walked.lines())
    assert walked.pages
