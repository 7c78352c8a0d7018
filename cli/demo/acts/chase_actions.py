"""Act 8: one press chases for what the panel gave to do; whoever it is gets one message, which names nobody."""

from datetime import datetime, time, timedelta

from permanence.notifications.v1 import notification_pb2
from permanence.notifications.v1 import notifications_service_pb2 as told_pb
from permanence.panels.v1 import actions_service_pb2 as pb

from cli.demo.scene import LONDON, Scene, new_request_id
from cli.failure import Failure
from rulebook.working_days import england_and_wales

_NINE = time(9)


async def chase_actions(scene: Scene) -> None:
    """In the morning, for nobody is written to at night. Failure where it could not be sent."""
    scene.narrator.step("Business support chases for what is to be done: one press, one message a person")
    scene.pass_time_to(_next_morning(scene.now))
    actions = await _actions(scene)
    request = pb.ChaseActionsRequest(parent=_parent(scene), actions=actions, request_id=new_request_id())
    reply = await scene.voice("business-support").call(scene.services.actions.ChaseActions, request)
    scene.narrator.seen(f"{len(actions)} actions, {len(reply.chases)} chased")
    states = await _told(scene, actions)
    if states != {notification_pb2.CHASER_STATE_SENT}:
        raise Failure("a chase could not be sent")
    scene.narrator.seen("written to: how many actions wait, since when, where to sign in; no name, no reference")


def _next_morning(now: datetime) -> datetime:
    here = now.astimezone(LONDON)
    day = here.date() if here.time() <= _NINE else here.date() + timedelta(days=1)
    return datetime.combine(england_and_wales().next_working_on_or_after(day), _NINE, tzinfo=LONDON)


def _parent(scene: Scene) -> str:
    return f"councils/{scene.bill.slug}"


async def _actions(scene: Scene) -> list[str]:
    request = pb.ListOutstandingRequest(parent=_parent(scene), kinds=[pb.OUTSTANDING_KIND_ACTION])
    reply = await scene.voice("business-support").call(scene.services.actions.ListOutstanding, request)
    subjects = {subject.name for subject in scene.subjects}
    return [one.name for one in reply.outstanding if one.subject in subjects]


async def _told(scene: Scene, actions: list[str]) -> set[int]:
    """What became of it, once nothing waits."""
    request = told_pb.ListChasersRequest(parent=_parent(scene), things=actions)

    async def over() -> set[int] | None:
        reply = await scene.voice("business-support").call(scene.services.notifications.ListChasers, request)
        states = {int(one.state) for one in reply.chasers}
        waits = notification_pb2.CHASER_STATE_WAITING in states or len(reply.chasers) < len(actions)
        return None if waits else states

    return await scene.until("whoever is chased was written to", over)
