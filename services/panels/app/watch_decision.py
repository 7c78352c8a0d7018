"""Mark what is late about a decision, and give it to its decision maker once a window has run out."""

from datetime import datetime

from rulebook.counting import london_date
from servicekit.caller import Caller
from services.panels.app.decide import after_window
from services.panels.app.decision_ports import DECISION
from services.panels.app.policy import require
from services.panels.app.ports import Begin, CouncilBodies
from services.panels.domain.decision import DECISION_MAKER, DecisionId, DecisionState
from services.panels.domain.events import DecisionLate
from services.panels.domain.names import decision_name
from services.panels.domain.standing import day_after


async def watch_decision(
    begin: Begin, caller: Caller, council: CouncilBodies, decision_id: DecisionId
) -> tuple[int, datetime | None]:
    """How many of its clocks are newly late, and when to look again; None where nothing runs any more."""
    name = decision_name(caller.council, decision_id)
    require(caller, "WatchClocks", name)
    async with begin(caller) as unit:
        decision = await unit.decisions.load(decision_id, lock=True)
        if decision is None:
            return 0, None
        decision = await after_window(unit, caller, council, decision) or decision
        late = await unit.decisions.mark_late(decision_id, london_date(unit.now()), unit.now())
        if late:
            await unit.audit(caller, "DecisionLate", name, ["due_on"])
        if DECISION in late and decision.open:
            told = DecisionLate(name, decision.subject, decision.meeting, DECISION_MAKER, unit.now())
            await unit.append_event(decision.subject, told)
        ahead = [day_after(one.due) for one in await unit.decisions.tellings(decision_id) if one.told_on is None]
        if decision.due and decision.state is not DecisionState.DECIDED:
            ahead.append(day_after(decision.due))
        if decision.window_until and decision.state is DecisionState.WINDOW_OPEN:
            ahead.append(day_after(decision.window_until))
        return len(late), min((one for one in ahead if one > unit.now()), default=None)
