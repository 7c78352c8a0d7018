"""Keeps together on one worker what shares something dear: a played story, a checked copy, four running services.

pytest-xdist 3.8 writes a test's group into `_nodeid`, which pytest 9.2 no longer reads: with these two
`--dist loadgroup` keeps no group together, without a word. So the groups are known here by path, and asked for with
`-p tests.checks.group_schedule`.
"""

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

GROUPS = ("tests/story/test_leak_search.py", "tests/story/", "tests/web/browser/", "tests/checks/")


class GroupSchedule(LoadScopeScheduling):  # type: ignore[misc]
    """One scope for the story, one for the browser, one for each file of checks; every other test for itself."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        group = next((group for group in GROUPS if path.startswith(group)), "")
        return path if group == "tests/checks/" else group or nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupSchedule:
    """Called by xdist on the process that deals the tests out."""
    return GroupSchedule(config, log)
