"""The last line says what there is: the same as an independent count finds."""

from uuid import UUID

import pytest

from tests.story.conftest import Played
from tests.story.count_rows import TABLES, rows_of
from tests.story.demo_process import COUNTED, LAST_LINE

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.timeout(500)]


def test_the_last_line_is_as_promised_and_nothing_is_missing(played: Played) -> None:
    assert LAST_LINE.fullmatch(played.last_line)
    assert [name for name in COUNTED if played.counts[name] < 1] == []


def test_the_numbers_are_those_of_the_databases(played: Played) -> None:
    assert played.counted == played.counts


def test_every_child_of_the_extract_is_there(played: Played) -> None:
    made = played.councils[0]
    assert played.counts["children"] == len({*made.in_care_ids, *made.left_care_ids})


def test_the_second_council_holds_nothing_of_the_first(played: Played) -> None:
    """Read as the second council: row-level security shows its rows and no others."""
    first, second = (UUID(made.spec.council_id) for made in played.councils)
    databases = played.demo.databases()
    for name, (_, _, key) in TABLES.items():
        theirs, ours = rows_of(databases, name, second), rows_of(databases, name, first)
        assert {row["council_id"] for row in theirs} <= {second}
        assert {row[key] for row in theirs}.isdisjoint(row[key] for row in ours)
