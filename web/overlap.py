"""Somebody is taken at the time that is wanted: who may book it all the same, and what the others read. Pure."""

from permanence.scheduler.v1.meeting_pb2 import ApprovedOverlap

from servicekit.caller import Caller
from web.desk import Refused
from web.roles import ACCEPTERS, may

# What no approval gives twice: in one room those could meet who must not.
_NEVER_TWICE = frozenset({"room", "interpreter", "time", ""})
ASK_A_MANAGER = "Or ask a team manager or a business support manager: they may book it all the same, with a reason"
NO_REASON = "Say why it is booked all the same, or choose another time"


def a_person_is_taken(refusal: Refused) -> bool:
    """Whether nothing is taken but people, whom some may take twice; never a room or an interpreter."""
    return refusal.reason == "TIME_TAKEN" and _NEVER_TWICE.isdisjoint(_taken(refusal))


def may_take_twice(refusal: Refused, caller: Caller) -> bool:
    """Whether this caller may, with a reason. The service decides; this only spares the others the question."""
    return a_person_is_taken(refusal) and may(caller, ACCEPTERS)


def taken_twice_words(refusal: Refused, done: str) -> str:
    """For those who may: what is taken, and what they can do. `done`: what was not (booked, moved)."""
    have = "has" if len(_taken(refusal)) == 1 else "have"
    return (
        f"The {spoken(refusal)} {have} something else then. Nothing was {done}. "
        "You may do it all the same, with a reason, or choose another time"
    )


def spoken(refusal: Refused) -> str:
    """What is taken: `chair`, or `chair and the reviewing officer`."""
    return " and the ".join(_taken(refusal)).replace("-", " ").replace("_", " ")


def _taken(refusal: Refused) -> list[str]:
    return refusal.metadata.get("taken", "").split(", ")


def overlap_words(overlap: ApprovedOverlap | None, by: str) -> str:
    """`Somebody is taken twice then. Approved by Dana Fox: …`; empty where nobody is."""
    return f"Somebody is taken twice then. Approved by {by}: {overlap.reason}" if overlap else ""
