"""What every test of the site needs."""

import pytest

from servicekit import log


@pytest.fixture(autouse=True)
def _logging() -> None:
    """A logger keeps the standard output that it finds, and an earlier test's may be closed by now."""
    log.configure("web", "test")
