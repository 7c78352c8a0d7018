"""`make check` goes red for every breach it is there to catch: each is planted in a copy and the same recipe is run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PLANTED_INDEX = "https://index.example.invalid/simple"

pytestmark = pytest.mark.xdist_group("planted breaches")


class Copy:
    """A copy of what is, or will be, under version control, with the generated code that the checks read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for path in _versioned():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, target)
        shutil.copytree(ROOT / "gen", root / "gen", dirs_exist_ok=True)
        for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
            subprocess.run(command, cwd=root, check=True, capture_output=True)

    def make(self, recipe: str) -> tuple[int, str]:
        """Exit status and words of one of the Makefile's recipes, which looks at nothing but the copy."""
        environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(self.root), str(self.root / "gen"))),
            "COLUMNS": "200",
        }
        command = ["make", "--no-print-directory", recipe, f"BIN={BIN}"]
        done = subprocess.run(command, cwd=self.root, env=environ, capture_output=True, text=True, timeout=100)
        return done.returncode, done.stdout + done.stderr

    @contextmanager
    def planted(self, path: str, text: str) -> Iterator[None]:
        """`path` holds `text` for as long as this lasts."""
        file = self.root / path
        before = file.read_bytes() if file.exists() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        try:
            yield
        finally:
            if before is None:
                file.unlink()
            else:
                file.write_bytes(before)

    def read(self, path: str) -> str:
        """The text of a file."""
        return (self.root / path).read_text(encoding="utf-8")


def _versioned() -> list[str]:
    """Also what is new and not ignored, so that the test means the same before and after a commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    made = Copy(tmp_path_factory.mktemp("copy"))
    for recipe in ("layers", "buf", "locks"):
        status, words = made.make(recipe)
        assert status == 0, f"'make {recipe}' is red before anything was planted:\n{words}"
    return made


IMPORTS = [
    pytest.param(
        "services/{service}/domain/events.py",
        "import asyncpg",
        ["domain and rulebook are pure", "services.{service}.domain.events -> asyncpg"],
        id="asyncpg in a domain module",
    ),
    pytest.param(
        "services/{service}/app/ports.py",
        "from services.{other}.domain import events as of_another",
        ["services and the site never import each other", "services.{service}.app.ports -> services.{other}.domain"],
        id="an import between services",
    ),
]
NEIGHBOURS = [("cases", "scheduler"), ("scheduler", "panels"), ("panels", "notifications"), ("notifications", "cases")]


@pytest.mark.parametrize(("path", "line", "named"), IMPORTS)
@pytest.mark.parametrize(("service", "other"), NEIGHBOURS)
def test_a_forbidden_import_of_a_service_is_named(
    copy: Copy, path: str, line: str, named: list[str], service: str, other: str
) -> None:
    where = path.format(service=service)
    with copy.planted(where, f"{copy.read(where)}\n{line.format(other=other)}\n"):
        _is_red(copy, "layers", [words.format(service=service, other=other) for words in named])


def test_an_emulator_that_imports_a_service_is_named(copy: Copy) -> None:
    where = "emulators/directory.py"
    with copy.planted(where, f"{copy.read(where)}\nfrom services.cases.domain import subject\n"):
        _is_red(copy, "layers", ["an emulator is an oracle", "emulators.directory -> services.cases.domain"])


def test_a_folder_of_its_own_kind_inside_a_service_is_named(copy: Copy) -> None:
    with copy.planted("services/panels/utils/__init__.py", '"""Odds and ends."""\n'):
        _is_red(copy, "layers", ["inward-only layers inside each service", "services.panels.utils"])


SITE_IMPORTS = [
    ("import asyncpg", "the site speaks gRPC and nothing beneath it"),
    ("from rulebook import rule", "the site speaks gRPC and nothing beneath it"),
    ("from services.cases.domain import subject", "services and the site never import each other"),
    ("from web.journeys.front import routes as of_another", "the site's journeys know nothing of each other"),
]


@pytest.mark.parametrize(("line", "contract"), SITE_IMPORTS)
def test_a_forbidden_import_of_the_site_is_named(copy: Copy, line: str, contract: str) -> None:
    where = "web/journeys/to_arrange/presenters.py"
    with copy.planted(where, f"{copy.read(where)}\n{line}\n"):
        _is_red(copy, "layers", [contract, "web.journeys.to_arrange.presenters ->"])


@pytest.mark.parametrize("lock", ["web/package-lock.json", "tests/browser/package-lock.json"])
def test_an_address_that_a_package_came_from_is_named(copy: Copy, lock: str) -> None:
    package = '"node_modules/axe-core": {' if "browser" in lock else '"node_modules/sass": {'
    planted = copy.read(lock).replace(package, f'{package}\n      "resolved": "{PLANTED_INDEX}",')
    assert planted != copy.read(lock)
    with copy.planted(lock, planted):
        _is_red(copy, "locks", [lock, PLANTED_INDEX, "make lock"])


@pytest.mark.parametrize("lock", ["requirements.lock", "bootstrap.lock", "node.lock"])
def test_an_index_address_in_a_lock_file_is_named(copy: Copy, lock: str) -> None:
    with copy.planted(lock, f"-i {PLANTED_INDEX}\n{copy.read(lock)}"):
        _is_red(copy, "locks", [lock, PLANTED_INDEX, "make lock"])


FIELD = re.compile(r"\n(?:  //[^\n]*\n)*  string page_token = (?P<number>\d+);\n")
PROTO = "protos/permanence/cases/v1/cases_service.proto"


def test_a_removed_field_is_named(copy: Copy) -> None:
    changed = FIELD.sub("\n", copy.read(PROTO), count=1)
    assert changed != copy.read(PROTO)
    with copy.planted(PROTO, changed):
        _is_red(copy, "buf", ["cases_service.proto", '"page_token"', "was deleted"])


def test_a_field_with_another_number_is_named(copy: Copy) -> None:
    changed = FIELD.sub(lambda found: found[0].replace(f"= {found['number']}", "= 99"), copy.read(PROTO), count=1)
    assert changed != copy.read(PROTO)
    with copy.planted(PROTO, changed):
        _is_red(copy, "buf", ["cases_service.proto", '"page_token"', "was deleted"])


def _is_red(copy: Copy, recipe: str, named: list[str]) -> None:
    status, words = copy.make(recipe)
    assert status != 0, f"'make {recipe}' stays green"
    flat = " ".join(words.split())
    for wanted in named:
        assert wanted in flat, f"'make {recipe}' is red but does not name {wanted!r}:\n{words}"
