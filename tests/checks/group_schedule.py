"""Keeps together on one worker what shares something dear: a played story, a checked copy, four running services.

pytest-xdist 3.8 writes a test's group into `_nodeid`, which pytest 9.2 no longer reads: with these two
`--dist loadgroup` keeps no group together, without a word. So the groups are known here by path, and asked for with
`-p tests.checks.group_schedule --no-loadscope-reorder`. The dearest come first, so that no worker is left alone with
one at the end, and each in the order in which they are written: they share a played demo, whose times and children go
to whoever comes first. All others come in any order.
"""

import re
from itertools import count

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

# Each plays a demo of its own; the browser's tests are two halves, so that two workers can share them.
DEAR = (r"tests/web/browser/test_[m-z]", r"tests/story/(?!test_leak_search)", r"tests/web/browser/")
FILES = r"tests/(checks/|story/test_leak_search)"
_PLACE = pytest.StashKey[int]()
_PLACES = count()


class GroupSchedule(LoadScopeScheduling):  # type: ignore[misc]
    """One scope for each dear group, one for each file of checks; every other test for itself."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return _dear(path) or (path if re.match(FILES, path) else nodeid)


def _dear(path: str) -> str:
    return next((group for group in DEAR if re.match(group, path)), "")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Its place before anybody shuffles."""
    item.stash[_PLACE] = next(_PLACES)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The dearest first, in the order in which they are written."""
    order = [*DEAR, ""]

    def key(item: pytest.Item) -> tuple[int, int]:
        dear = _dear(item.nodeid)
        return order.index(dear), item.stash[_PLACE] if dear else 0

    items.sort(key=key)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupSchedule:
    """Called by xdist on the process that deals the tests out."""
    return GroupSchedule(config, log)
