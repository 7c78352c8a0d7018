"""What this person can do with this meeting now. The services decide; this only spares people what cannot work."""

from dataclasses import dataclass
from datetime import datetime

from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Meeting

from servicekit.caller import Caller
from web.roles import ACCEPTERS, ARRANGERS, PREPARERS, may
from web.words import london

MOVERS = ARRANGERS | frozenset({"reviewing-officer"})
ANSWER_TAKERS = ARRANGERS
_CHAIR = frozenset({"panel-chair"})


@dataclass(frozen=True)
class Doors:
    """Buttons of the meeting's page."""

    look: bool = False
    release: bool = False
    move: bool = False
    cancel: bool = False
    answer: bool = False
    held: bool = False
    minutes: bool = False

    @property
    def any(self) -> bool:
        """Whether there is a button at all."""
        return self.look or self.move or self.cancel or self.held or self.minutes


def doors_of(meeting: Meeting, caller: Caller, now: datetime) -> Doors:
    """By role and by where the meeting stands."""
    if meeting.state == meeting_pb2.MEETING_STATE_HELD:
        return Doors(minutes=True)
    if meeting.state != meeting_pb2.MEETING_STATE_BOOKED:
        return Doors()
    if meeting.part_of:  # it follows its sitting's agenda, and is moved, called off and held with it
        return Doors(
            look=may(caller, PREPARERS), release=may_release(meeting, caller), answer=may(caller, ANSWER_TAKERS)
        )
    return Doors(
        look=may(caller, PREPARERS),
        release=may_release(meeting, caller),
        move=may(caller, MOVERS),
        cancel=may(caller, ARRANGERS),
        answer=may(caller, ANSWER_TAKERS),
        held=may_record_held(meeting, caller) and london(meeting.start_time) <= now,
    )


def may_release(meeting: Meeting, caller: Caller) -> bool:
    """What waits for release is of a restricted case: a manager or the chair lets it go, never who set the time."""
    set_it = meeting.booked_by in (caller.principal_id, caller.name_for_log)
    return may(caller, ACCEPTERS | _CHAIR) and not set_it


def may_record_held(meeting: Meeting, caller: Caller) -> bool:
    """The chair of a panel for its own sittings, arrangers for every meeting."""
    return may(caller, ARRANGERS) or (bool(meeting.body) and may(caller, _CHAIR))
