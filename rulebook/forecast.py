"""Which clocks the sittings to come cannot meet: asked before a body's sitting is moved or cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rulebook.obligation import Obligation, ObligationState
from rulebook.rule import MeetingKindId


def unmet_by_sittings(
    obligations: Iterable[Obligation], meeting_kind: MeetingKindId, sittings: Iterable[date], as_of: date
) -> tuple[Obligation, ...]:
    """The open clocks of a meeting kind that no sitting from `as_of` on answers in time, the most pressing first.

    What is late already is among them. A clock that cannot be counted yet is not: nobody knows its day.
    """
    days = [day for day in sittings if day >= as_of]
    running = (one for one in obligations if one.meeting_kind == meeting_kind and one.state is ObligationState.OPEN)
    missed = (one for one in running if one.late_after is not None and not any(d <= one.late_after for d in days))
    return tuple(sorted(missed, key=lambda one: (one.late_after or date.max, one.key)))
