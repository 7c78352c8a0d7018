"""How a clock stands, in words and in the colour of its tag."""

from collections.abc import Mapping

from permanence.panels.v1 import decision_pb2 as wire

# What asks for somebody now.
PRESSING = frozenset({wire.STANDING_DUE_TODAY, wire.STANDING_LATE, wire.STANDING_ESCALATED})
_STANDING: Mapping[int, tuple[str, str]] = {
    wire.STANDING_NOT_STARTED: ("Not started", "grey"),
    wire.STANDING_RUNNING: ("In time", "blue"),
    wire.STANDING_DUE_TODAY: ("Due today", "yellow"),
    wire.STANDING_LATE: ("Late", "red"),
    wire.STANDING_ESCALATED: ("Late, escalated", "red"),
    wire.STANDING_MET: ("Done in time", "green"),
    wire.STANDING_MET_LATE: ("Done late", "orange"),
}


def standing_words(standing: int) -> tuple[str, str]:
    """Words and colour; a standing that this version does not know is said so."""
    return _STANDING.get(standing, ("Not known", "grey"))
