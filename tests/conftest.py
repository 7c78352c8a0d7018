"""One PostgreSQL for the whole run, durability off.

Each service's database is migrated once and cloned per test.
"""

import asyncio
import fcntl
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from servicekit.launcher import EmbeddedPostgres, ServiceDatabase
from servicekit.migrate import migrate
from tests.new_folder import new_folder

FreshDatabase = Callable[[str, Sequence[Path]], Awaitable[ServiceDatabase]]


def _root_of(config: pytest.Config) -> Path:
    """The same folder for every xdist worker of one run."""
    given = getattr(config, "workerinput", {}).get("postgres_root") or getattr(config, "postgres_root", None)
    if given is None:
        given = str(new_folder("tests"))
        config.postgres_root = given  # type: ignore[attr-defined]
    return Path(str(given))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell each xdist worker where the server is."""
    node.workerinput["postgres_root"] = str(_root_of(node.config))  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever started the run takes the server away, after the last worker has ended."""
    if hasattr(config, "workerinput") or not hasattr(config, "postgres_root"):
        return
    root = _root_of(config)
    EmbeddedPostgres(root, durable=False).erase()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> EmbeddedPostgres:
    """The running server."""
    server = EmbeddedPostgres(_root_of(request.config), durable=False)
    server.start()
    return server


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with (root / "templates.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def migrated() -> set[str]:
    """Names of the templates this worker has seen migrated."""
    return set()


@pytest.fixture
async def fresh_database(
    postgres: EmbeddedPostgres, request: pytest.FixtureRequest, migrated: set[str]
) -> AsyncIterator[FreshDatabase]:
    """`await fresh_database("cases", [migrations])`: an empty, migrated database of this test's own."""
    made: list[str] = []
    root = _root_of(request.config)

    async def make(service: str, dirs: Sequence[Path] = ()) -> ServiceDatabase:
        name = f"{service}_{uuid4().hex[:12]}"
        await asyncio.to_thread(_make_clone, postgres, root, migrated, service, dirs, name)
        made.append(name)
        return postgres.service(service, name)

    yield make
    for name in made:
        await postgres.drop(name)


def _make_clone(
    postgres: EmbeddedPostgres, root: Path, migrated: set[str], service: str, dirs: Sequence[Path], name: str
) -> None:
    """In a thread: the lock must not hold up the event loop of the test."""

    async def work() -> None:
        if service not in migrated:
            template = await postgres.ensure_service(service)
            await migrate(template.owner_url, dirs)
            migrated.add(service)
        await postgres.create_from_template(service, name)

    with _alone(root):
        asyncio.run(work())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests counted: artefacts searched, kills survived, RPCs tried.

    Those whose names begin with + are added up over all tests.
    """
    sums: Counter[str] = Counter()
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("")]:
        own = [f"{key} {value}" for key, value in report.user_properties if not key.startswith("+")]
        if report.when == "call" and own:
            terminalreporter.line(f"{report.nodeid.rpartition('::')[2]}: {', '.join(own)}")
        if report.when == "teardown":
            sums.update({key[1:]: int(str(value)) for key, value in report.user_properties if key.startswith("+")})
    if sums:
        terminalreporter.line("in all: " + ", ".join(f"{key} {count}" for key, count in sums.items()))
