"""Every habit on the fidelity list is kept, and the check that it names notices each of its drills."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import check_load
import check_notifying
import check_people
import check_reading
import check_wire
import check_writing
import pytest
from microsoft_process import Microsoft

from emulators.graph.drills import Drill
from emulators.graph.fidelity import HABITS, table

CHECKS: dict[str, Callable[[Microsoft], None]] = {
    name: value
    for module in (check_wire, check_writing, check_people, check_reading, check_notifying, check_load)
    for name, value in vars(module).items()
    if name.startswith("check_")
}
DRILLED = [(habit.check, drill) for habit in HABITS for drill in habit.drills]


@pytest.mark.parametrize("check", CHECKS)
def test_habit(microsoft: Microsoft, check: str) -> None:
    CHECKS[check](microsoft)


@pytest.mark.parametrize(("check", "drill"), DRILLED)
def test_drill_is_noticed(microsoft: Microsoft, check: str, drill: Drill) -> None:
    microsoft.drill(drill)
    with pytest.raises(AssertionError):
        CHECKS[check](microsoft)


def test_every_habit_has_a_check_and_every_check_a_habit() -> None:
    assert {habit.check for habit in HABITS} == set(CHECKS)


def test_every_item_has_a_drill() -> None:
    assert {habit.item for habit in HABITS} == set(range(1, 34))
    assert [habit.key for habit in HABITS if not habit.drills] == []


def test_every_drill_breaks_one_habit() -> None:
    assert Counter(drill for habit in HABITS for drill in habit.drills) == Counter(Drill)


def test_the_table_is_in_the_documents() -> None:
    page = (Path(__file__).parents[2] / "docs" / "outlook.md").read_text()
    assert table() in page, "put in what 'python -m emulators.graph.fidelity' prints"
