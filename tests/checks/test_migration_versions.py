"""Migrations of a service and of servicekit are merged by version: of two with one version one is never applied."""

from collections import Counter
from pathlib import Path

import pytest

from servicekit.migrate import OWN_MIGRATIONS

SERVICES = sorted(path.parent for path in Path("services").glob("*/storage"))


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_no_two_have_one_version(service: Path) -> None:
    files = [*OWN_MIGRATIONS.glob("*.sql"), *(service / "storage" / "migrations").glob("*.sql")]
    assert len(files) > len(list(OWN_MIGRATIONS.glob("*.sql")))
    versions = Counter(path.name.partition("_")[0] for path in files)
    assert not [version for version, count in versions.items() if count > 1]
