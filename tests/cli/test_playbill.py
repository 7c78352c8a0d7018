"""What the demo is played with."""

from datetime import date
from pathlib import Path

import pytest

from cli.demo.playbill import playbill_for
from cli.demo.stage import empty_places
from cli.failure import Failure


@pytest.mark.parametrize("children", [-1, 0, 59, 5001])
def test_a_council_with_too_few_or_too_many_children_is_refused_before_anything_is_made(
    children: int, tmp_path: Path
) -> None:
    with pytest.raises(Failure, match=rf"60 to 5000 children in care, not {children}"):
        playbill_for(empty_places(tmp_path / "demo"), None, None, children)


def test_data_that_are_given_say_themselves_how_many_children_there_are(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="leave CHILDREN out"):
        playbill_for(empty_places(tmp_path / "demo"), tmp_path, date(2026, 3, 16), 100)


def test_the_smallest_council_has_all_that_the_story_needs(tmp_path: Path) -> None:
    bill = playbill_for(empty_places(tmp_path / "demo"), None, None, 60)
    assert bill.councils[0].spec.children == 60
    assert len(bill.cast.child_ids) == 2 and bill.other_child_id not in bill.cast.child_ids
