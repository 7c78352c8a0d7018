"""Requests about actions and escalations, wire to domain: every violation of a request at once."""

from permanence.panels.v1 import actions_service_pb2 as wire

from servicekit.validate import Check
from services.panels.app.check_waiting import Asked
from services.panels.app.escalate import RaiseEscalation, StepEscalation
from services.panels.app.follow_up_action import AssignAction, ChaseActions, CloseAction
from services.panels.app.see_outstanding import OutstandingKind
from services.panels.domain.escalation import EscalationId
from services.panels.domain.minutes import ClockKind
from services.panels.rpc.convert import MINUTES, PARENT, check_subject, id_of

ACTION = "councils/{council}/actions/{action}"
ESCALATION = "councils/{council}/escalations/{escalation}"
PERSON = "councils/{council}/people/{person}"
REVIEWING_OFFICERS = "reviewing-officer"
_REASON = 2_000
_WORDS = 20_000
_MOST_CHASED = 200
_MOST_THINGS = 500
_THINGS = {"actions": ACTION, "minutes": MINUTES, "decisions": "councils/{council}/decisions/{decision}"}
_SINGULAR = {"actions": "action", "minutes": "minutes", "decisions": "decision"}


def read_kinds(request: wire.ListOutstandingRequest, council: str) -> frozenset[OutstandingKind]:
    """All where none is named."""
    check = Check(request, council=council)
    check.resource_name("parent", PARENT)
    names = [wire.OutstandingKind.Name(one).removeprefix("OUTSTANDING_KIND_") for one in request.kinds]
    if "UNSPECIFIED" in names:
        check.refuse("kinds", "names a kind that is not one; leave it empty for all")
    check.raise_if_any()
    return frozenset(OutstandingKind[name] for name in names) or frozenset(OutstandingKind)


def read_close(request: wire.CloseActionRequest, council: str) -> CloseAction:
    """Done, or a reason."""
    check = Check(request, council=council)
    action = id_of(check.resource_name("name", ACTION), "action")
    check.require("etag")
    check.uuid("request_id")
    reason = check.text("cancel_reason", _REASON)
    check.raise_if_any()
    return CloseAction(action, request.etag, reason)


def read_assign(request: wire.AssignActionRequest, council: str) -> AssignAction:
    """To a person."""
    check = Check(request, council=council)
    action = id_of(check.resource_name("name", ACTION), "action")
    check.resource_name("person", PERSON)
    check.require("etag")
    check.uuid("request_id")
    check.raise_if_any()
    return AssignAction(action, request.etag, request.person)


def read_chase(request: wire.ChaseActionsRequest, council: str) -> ChaseActions:
    """At least one action."""
    check = Check(request, council=council)
    check.resource_name("parent", PARENT)
    check.require("actions")
    check.uuid("request_id")
    if len(request.actions) > _MOST_CHASED:
        check.refuse("actions", f"names {len(request.actions)} actions; at most {_MOST_CHASED} are allowed")
    parts = [check.resource_name_text(f"actions[{place}]", name, ACTION) for place, name in enumerate(request.actions)]
    check.raise_if_any()
    return ChaseActions(tuple(id_of(part, "action") for part in parts))


def read_waiting(request: wire.CheckWaitingRequest, council: str) -> list[Asked]:
    """At least one thing."""
    check = Check(request, council=council)
    check.resource_name("parent", PARENT)
    check.require("things")
    if len(request.things) > _MOST_THINGS:
        check.refuse("things", f"names {len(request.things)} things; at most {_MOST_THINGS} are allowed")
    read = [_read_thing(check, f"things[{place}]", one) for place, one in enumerate(request.things)]
    check.raise_if_any()
    return read


def _read_thing(check: Check, path: str, one: wire.WaitingThing) -> Asked:
    collection = one.name.split("/")[2] if one.name.count("/") == 3 else ""
    part = check.resource_name_text(f"{path}.name", one.name, _THINGS.get(collection, ACTION))
    clocks = {clock.value: clock for clock in ClockKind}
    if (one.clock in clocks) != (collection == "minutes"):
        check.refuse(f"{path}.clock", f"must be one of {', '.join(clocks)} with minutes, and empty otherwise")
    return Asked(one.name, collection, id_of(part, _SINGULAR.get(collection, "action")), clocks.get(one.clock))


def read_raise(request: wire.RaiseEscalationRequest, council: str) -> RaiseEscalation:
    """The reviewing officer's procedure where none is named."""
    check = Check(request, council=council)
    check.resource_name("parent", PARENT)
    check_subject(check, "subject", request.subject)
    grounds = check.text("grounds", _WORDS, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    return RaiseEscalation(request.subject, request.kind or REVIEWING_OFFICERS, grounds)


def read_step(request: wire.AdvanceEscalationRequest | wire.CloseEscalationRequest, council: str) -> StepEscalation:
    """Why it goes on, or what came of it."""
    check = Check(request, council=council)
    escalation = id_of(check.resource_name("name", ESCALATION), "escalation")
    check.require("etag")
    check.uuid("request_id")
    field = "words" if isinstance(request, wire.AdvanceEscalationRequest) else "result"
    words = check.text(field, _WORDS, required=True)
    check.raise_if_any()
    return StepEscalation(EscalationId(escalation), request.etag, words)
