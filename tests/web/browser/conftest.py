"""One played demo, one browser, and as many visitors as a test asks for. README.md says how to write a test."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, StorageState

from tests.story.demo_process import LAST_LINE, DemoProcess
from tests.web.browser import steps
from tests.web.browser.backstage import Backstage
from tests.web.browser.chromium import Chromium
from tests.web.browser.look import Looked, describe
from tests.web.browser.panel import Panel
from tests.web.browser.site import OwnSite, Site
from tests.web.browser.visitor import NARROW, SMALL, UNSCRIPTED, WIDE, Mode, Visitor, Visitors

SECONDS_TO_PLAY = 300.0
HERE = Path(__file__).parent
PICTURES = HERE.parents[2] / "var" / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test waits for the demo to be played."""
    for item in items:
        if item.path.is_relative_to(HERE) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SECONDS_TO_PLAY + 120))


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    """A demo of its own, or with PERMANENCE_BROWSER_DEMO=<root> one that runs already, seen by a site of this tree."""
    running = os.environ.get("PERMANENCE_BROWSER_DEMO")
    if running:
        own = OwnSite(Site(Path(running).resolve()), {})
        yield own.site
        own.stop()
        return
    demo = DemoProcess("browser")
    try:
        demo.wait_for(LAST_LINE, SECONDS_TO_PLAY)
        yield Site(demo.root)
        assert demo.stop().status == 0, demo.tails()
    finally:
        demo.clear_away()


@pytest.fixture(scope="package")
def backstage(site: Site) -> Backstage:
    """Makes children's drafts and meetings past the site, each child once."""
    return Backstage(site)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Started once."""
    made = Chromium()
    made.put_away()
    yield made
    made.close()


@pytest.fixture
def browser(chromium: Chromium) -> Iterator[Browser]:
    """Playwright's own browser, for this test."""
    with chromium.at_hand() as one:
        yield one


@pytest.fixture(scope="session")
def looked() -> Looked:
    """What this run has looked at."""
    return Looked()


@pytest.fixture(scope="session")
def _sessions() -> dict[tuple[str, str, str], StorageState]:
    return {}


@pytest.fixture(autouse=True)
def _steps() -> None:
    steps.begin()


@pytest.fixture
def own_site(site: Site) -> Iterator[Callable[..., OwnSite]]:
    """`own_site(idle_seconds=4)`: another site process with PERMANENCE_WEB_IDLE_SECONDS=4; or any whole name."""
    started: list[OwnSite] = []

    def start(**settings: Any) -> OwnSite:
        named = {
            name if name.startswith("PERMANENCE_") else f"PERMANENCE_WEB_{name.upper()}": str(value)
            for name, value in settings.items()
        }
        started.append(OwnSite(site, named))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="package")
def panel(site: Site) -> Iterator[Panel]:
    """The council's panel, past the site."""
    with ExitStack() as stack:
        yield Panel(site, stack)


@pytest.fixture
def visitor(
    request: pytest.FixtureRequest,
    site: Site,
    browser: Browser,
    looked: Looked,
    _sessions: dict[tuple[str, str, str], StorageState],
    record_property: Callable[[str, object], None],
) -> Iterator[Visitors]:
    """Signs people in and shows them the door: what their pages said and nobody looked at fails the test."""
    came: list[Visitor] = []
    before = looked.counts()

    def come(
        persona: str = "business-support",
        mode: Mode = "mouse",
        *,
        council: str = "demo",
        at: Site | None = None,
        afresh: bool = False,
    ) -> Visitor:
        base, known = (at or site).url, None if afresh else _sessions.get(((at or site).url, council, persona))
        context = browser.new_context(
            viewport=NARROW if mode in SMALL else WIDE,
            java_script_enabled=mode not in UNSCRIPTED,
            storage_state=known,
            locale="en-GB",
            timezone_id="America/New_York",  # the site's times are London's wherever its reader's machine is
        )
        somebody = Visitor(context.new_page(), base, mode, looked)
        came.append(somebody)
        if persona and known is None:
            somebody.sign_in(persona, council)
            if not afresh:
                _sessions[base, council, persona] = context.storage_state()
        somebody.start_counting()
        return somebody

    request.node.came = came
    yield come
    unheard = [fault for somebody in came for fault in somebody.watch.faults_of_answers()]
    for somebody in came:
        somebody.page.context.close()
    for name, count in looked.counts().items():
        record_property(f"+{name}", count - before[name])
    assert not unheard, "; ".join(unheard)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows the steps so far, each visitor's page, and a picture of it."""
    report = yield
    if report.when == "call" and report.failed:
        report.sections.append(("steps", "\n".join(steps.said())))
        for number, somebody in enumerate(getattr(item, "came", [])):
            report.sections.append((f"visitor {number + 1}: {somebody.mode}", describe(somebody.page)))
            report.sections.append((f"picture {number + 1}", _picture(item, number, somebody)))
    return report


def _picture(item: pytest.Item, number: int, somebody: Visitor) -> str:
    PICTURES.mkdir(parents=True, exist_ok=True)
    name = "".join(letter if letter.isalnum() else "-" for letter in item.name)
    path = PICTURES / f"{name}-{number + 1}.png"
    try:
        somebody.page.screenshot(path=path, full_page=True)
    except Exception as error:
        return f"none: {error}"
    return str(path)
