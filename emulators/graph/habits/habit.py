"""One habit of Graph or Outlook that the emulator imitates."""

from dataclasses import dataclass
from enum import StrEnum

from emulators.graph.drills import Drill


class Provenance(StrEnum):
    """How sure it is that the real service does so. None was compared with a real tenant."""

    HIGH = "H"  # Microsoft's or an RFC's own text
    MEDIUM = "M"  # several independent reports, or one good one
    LOW = "L"  # one report or none: a guess, to be tried in a tenant


@dataclass(frozen=True, slots=True)
class Habit:
    """A row of the fidelity list.

    `key`: the item's number and a letter, such as `10b`; `source`: who says so; `check`: the function
    `check_…` of tests/emulators that asserts it; `drills`: the switches that break it, each of which turns
    that check red.
    """

    key: str
    text: str
    provenance: Provenance
    source: str
    check: str
    drills: tuple[Drill, ...]

    @property
    def item(self) -> int:
        """Its number in the list, 1 to 33."""
        return int(self.key.rstrip("abcdefghijklmnopqrstuvwxyz"))
