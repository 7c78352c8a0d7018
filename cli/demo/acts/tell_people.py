"""Act 5: what each person will read is looked at, a second person releases it, and each gets their own."""

from collections import Counter

from permanence.notifications.v1 import notification_pb2
from permanence.notifications.v1 import notifications_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from cli.connection import Refused
from cli.demo.scene import Scene, new_request_id
from cli.failure import Failure


async def release_invitations(scene: Scene) -> None:
    """Business support prepares, may not release its own booking; the manager releases."""
    scene.narrator.step("Look at exactly what each invitee will read; a second person releases it")
    preview = await previews(scene, scene.meeting)
    for seen in preview.previews:
        scene.narrator.seen(f"{_route(seen.route):<22} subject line: {seen.subject_line}")
    await _own_release_is_refused(scene, preview.release_token)
    await scene.afresh(lambda: _release(scene, scene.meeting))
    scene.narrator.seen("released by the business support manager")
    await everybody_told(scene, scene.meeting)


async def release_change(scene: Scene, meeting: Meeting) -> None:
    """The second person releases what tells people of a change."""
    await scene.afresh(lambda: _release(scene, meeting))
    await everybody_told(scene, meeting)


async def previews(scene: Scene, meeting: Meeting) -> pb.PreviewInvitationsResponse:
    """What people would receive, once it is written for the meeting's current revision."""

    async def written() -> pb.PreviewInvitationsResponse | None:
        try:
            # Looked at first: a preview from before the link was made is not what is released.
            if not await _has_its_link(scene, meeting):
                return None
            reply: pb.PreviewInvitationsResponse = await scene.voice("business-support-manager").call(
                scene.services.notifications.PreviewInvitations, pb.PreviewInvitationsRequest(meeting=meeting.name)
            )
        except Refused as refused:
            if refused.code.name == "NOT_FOUND":  # the booking is on its way through the feed
                return None
            raise
        current = all(p.start_time.ToSeconds() >= meeting.start_time.ToSeconds() for p in reply.previews)
        return reply if reply.previews and current else None

    return await scene.until("the invitations are written", written)


async def _has_its_link(scene: Scene, meeting: Meeting) -> bool:
    """Whether what will be previewed holds the joining link, of a meeting by video: nobody is told before."""
    delivery = await scene.voice("business-support").call(
        scene.services.notifications.GetMeetingDelivery, pb.GetMeetingDeliveryRequest(meeting=meeting.name)
    )
    return not meeting.held_by_video or delivery.joining_link_state == pb.JOINING_LINK_STATE_MADE


async def everybody_told(scene: Scene, meeting: Meeting) -> None:
    """Wait until everybody whom a machine can tell knows the current time; say how, and who is left to a person."""

    async def told() -> list[notification_pb2.Invitation] | None:
        rows = await invitations(scene, meeting)
        by_machine = [row for row in rows if row.route in _BY_MACHINE]
        done = all(
            row.state == notification_pb2.INVITATION_STATE_SENT and row.told_revision == meeting.revision
            for row in by_machine
        )
        return rows if by_machine and done else None

    rows = await scene.until("everybody is told", told)
    routes = Counter(_route(row.route) for row in rows)
    ways = ", ".join(f"{count} {route}" for route, count in sorted(routes.items()))
    scene.narrator.seen(f"told: {sum(row.route in _BY_MACHINE for row in rows)} of {len(rows)} people ({ways})")
    delivery = await scene.voice("business-support").call(
        scene.services.notifications.GetMeetingDelivery, pb.GetMeetingDeliveryRequest(meeting=meeting.name)
    )
    for trouble in delivery.troubles:
        scene.narrator.seen(f"for a person to do: {trouble}")


async def invitations(scene: Scene, meeting: Meeting) -> list[notification_pb2.Invitation]:
    """A meeting's invitations."""
    request = pb.ListInvitationsRequest(parent=scene.parent, meeting=meeting.name, page_size=500)
    reply = await scene.voice("business-support").call(scene.services.notifications.ListInvitations, request)
    return list(reply.invitations)


async def _release(scene: Scene, meeting: Meeting) -> None:
    """What is written now; nothing where it needs no second person."""
    preview = await previews(scene, meeting)
    if not preview.release_needed:
        return
    request = pb.ReleaseInvitationsRequest(
        meeting=meeting.name, release_token=preview.release_token, request_id=new_request_id()
    )
    await scene.voice("business-support-manager").call(scene.services.notifications.ReleaseInvitations, request)


async def _own_release_is_refused(scene: Scene, token: str) -> None:
    request = pb.ReleaseInvitationsRequest(meeting=scene.meeting.name, release_token=token, request_id=new_request_id())
    try:
        await scene.voice("business-support").call(scene.services.notifications.ReleaseInvitations, request)
    except Refused as refused:
        scene.narrator.seen(f"released by whoever booked it: refused, {refused.reason or refused.code.name}")
        return
    raise Failure("whoever booked a restricted meeting released it alone")


_BY_MACHINE = (
    notification_pb2.ROUTE_SHARED_EVENT,
    notification_pb2.ROUTE_OWN_EVENT,
    notification_pb2.ROUTE_EMAIL,
    notification_pb2.ROUTE_TEXT,
    notification_pb2.ROUTE_LETTER,
)
_ROUTES: dict[int, str] = {
    notification_pb2.ROUTE_SHARED_EVENT: "in the shared event",
    notification_pb2.ROUTE_OWN_EVENT: "in an event of one's own",
    notification_pb2.ROUTE_EMAIL: "by e-mail",
    notification_pb2.ROUTE_BY_HAND: "by hand",
    notification_pb2.ROUTE_TEXT: "by text message",
    notification_pb2.ROUTE_LETTER: "by letter",
}


def _route(route: int) -> str:
    return _ROUTES.get(route, "no safe way known")
