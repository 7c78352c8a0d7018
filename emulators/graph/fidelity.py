"""The fidelity list: every habit of Graph and Outlook that is imitated, and its table for docs/outlook.md.

`python -m emulators.graph.fidelity` prints the table.
"""

import sys

from emulators.graph.habits import load, notifying, people, reading, wire, writing
from emulators.graph.habits.habit import Habit

HABITS: tuple[Habit, ...] = (
    *wire.HABITS,
    *writing.HABITS,
    *people.HABITS,
    *reading.HABITS,
    *notifying.HABITS,
    *load.HABITS,
    *wire.AT_LAST,
)
_HEADER = ("| item | habit | sure | source | drill | test |", "|---|---|---|---|---|---|")


def table() -> str:
    """Markdown, one line a habit, in the list's order."""
    return "\n".join([*_HEADER, *(_line(habit) for habit in HABITS)]) + "\n"


def _line(habit: Habit) -> str:
    drills = ", ".join(f"`{drill}`" for drill in habit.drills)
    return f"| {habit.key} | {habit.text} | {habit.provenance} | {habit.source} | {drills} | `{habit.check}` |"


if __name__ == "__main__":
    sys.stdout.write(table())
