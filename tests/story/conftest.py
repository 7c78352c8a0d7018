"""The real demo, played once for all tests that look at what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cli.made_council.cast import MadeCouncil
from cli.made_council.council import write_made_council
from cli.made_council.spec import northmoor, saltmarsh
from tests.story.another_meeting import play_another_meeting
from tests.story.count_rows import count_rows
from tests.story.demo_process import LAST_LINE, DemoProcess, counts_of

SECONDS_TO_PLAY = 240.0
# Every kind of person, case and paper is there, and whatever has to be done for each child is done sooner.
CHILDREN = 150


def pytest_configure(config: pytest.Config) -> None:
    """`-m "not kill"` leaves the slowest part out."""
    config.addinivalue_line("markers", "kill: plays the story while its services are killed")


@dataclass(frozen=True)
class Played:
    """The story has ended and everything still runs. `besides`: references of meetings that the story does not know:
    one that was booked and cancelled after it, and those that tests book.

    `counts` is what the last line says, `counted` what was in the databases then.
    """

    demo: DemoProcess
    last_line: str
    counts: dict[str, int]
    counted: dict[str, int]
    besides: set[str]
    councils: tuple[MadeCouncil, MadeCouncil]


@pytest.fixture(scope="session")
def councils(tmp_path_factory: pytest.TempPathFactory) -> tuple[MadeCouncil, MadeCouncil]:
    """The demo's two councils, made again: the same specification gives the same people."""
    one, other = northmoor(children=CHILDREN), saltmarsh()
    return (
        write_made_council(tmp_path_factory.mktemp(one.slug), one),
        write_made_council(tmp_path_factory.mktemp(other.slug), other),
    )


@pytest.fixture(scope="package")
def played(councils: tuple[MadeCouncil, MadeCouncil]) -> Iterator[Played]:
    """Stays up until the last test that looks at it; then it must end by itself when asked."""
    demo = DemoProcess("story", "--children", str(CHILDREN))
    try:
        line = demo.wait_for(LAST_LINE, SECONDS_TO_PLAY)
        counted = count_rows(demo.databases(), councils[0])
        another = play_another_meeting(demo, councils)
        yield Played(demo, line.string, counts_of(line), counted, {another}, councils)
        ending = demo.stop()
        assert ending.status == 0, f"the demo ended with status {ending.status}\n{demo.tails()}"
    finally:
        demo.clear_away()
