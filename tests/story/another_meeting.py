"""After the story, one more meeting of its children is booked, told, moved and cancelled.

People who must be kept apart come to it, so that some are told by e-mail.
"""

import asyncio
from typing import cast

from permanence.notifications.v1 import notifications_service_pb2
from permanence.scheduler.v1 import scheduler_service_pb2

from cli.connection import Refused
from cli.demo.acts.book_meeting import book, suggest
from cli.demo.acts.change_meeting import move_meeting
from cli.demo.acts.tell_people import release_change
from cli.demo.acts.work_out_clocks import find_subject
from cli.demo.narrate import Narrator
from cli.demo.outlook import Outlook
from cli.demo.people import People, Services, connect
from cli.demo.playbill import Playbill
from cli.demo.scene import Scene, new_request_id
from cli.demo.stage import Stage
from cli.made_council.cast import MadeCouncil
from servicekit.clock import FileClock
from tests.story.demo_process import DemoProcess
from tests.story.mail_reading import kept_mail


def play_another_meeting(demo: DemoProcess, councils: tuple[MadeCouncil, MadeCouncil]) -> str:
    """The meeting's reference, once everybody e-mailed knows that it is off."""
    return asyncio.run(_play(demo, councils))


async def _play(demo: DemoProcess, councils: tuple[MadeCouncil, MadeCouncil]) -> str:
    services = services_of(demo)
    try:
        scene = scene_of(demo, councils, services)
        scene.subjects = [await find_subject(scene, child) for child in scene.bill.cast.child_ids]
        suggested = await suggest(scene, "ppm", scene.subjects)
        scene.meeting = await book(scene, suggested.plan, suggested.slots[0])
        await release_change(scene, scene.meeting)
        await move_meeting(scene)
        await _cancel(scene)
        await scene.until("everybody e-mailed knows that it is off", lambda: _off_by_mail(demo, scene))
        return str(scene.meeting.reference)
    finally:
        await services.close()


def services_of(demo: DemoProcess) -> Services:
    """Stubs of the played demo."""
    return connect(demo.addresses.__getitem__)


def scene_of(demo: DemoProcess, councils: tuple[MadeCouncil, MadeCouncil], services: Services) -> Scene:
    """A scene of it, in which nothing has been arranged."""
    now = FileClock(demo.root / "clock").now()
    bill = Playbill(councils, (), now, "")
    ca = demo.root / "microsoft" / "ca.pem"
    people = [People(demo.authority, ca, made.spec.tenant_id) for made in councils]
    outlook = Outlook(demo.authority, ca, bill.tenant_id, councils[0].organiser)
    stage = cast("Stage", None)  # the stage is the running demo's: no act played here sets it
    return Scene(stage, bill, services, people[0], people[1:], Narrator(), outlook, now)


async def _cancel(scene: Scene) -> None:
    request = scheduler_service_pb2.CancelMeetingRequest(
        name=scene.meeting.name, etag=scene.meeting.etag, reason="It is not needed.", request_id=new_request_id()
    )
    await scene.voice("business-support").call(scene.services.scheduler.CancelMeeting, request)


async def _off_by_mail(demo: DemoProcess, scene: Scene) -> bool | None:
    """The second person lets the cancellation go as well, where it waits for that."""
    await _release_what_waits(scene)
    heard = [mail for mail in kept_mail(demo.root / "mail") if scene.meeting.reference in str(mail.message["Subject"])]
    off = {mail.address for mail in heard if "METHOD:CANCEL" in mail.calendar}
    return True if heard and off == {mail.address for mail in heard} else None


async def _release_what_waits(scene: Scene) -> None:
    manager = scene.voice("business-support-manager")
    service, name = scene.services.notifications, scene.meeting.name
    preview = await manager.call(
        service.PreviewInvitations, notifications_service_pb2.PreviewInvitationsRequest(meeting=name)
    )
    if not preview.release_needed:
        return
    request = notifications_service_pb2.ReleaseInvitationsRequest(
        meeting=name, release_token=preview.release_token, request_id=new_request_id()
    )
    try:
        await manager.call(service.ReleaseInvitations, request)
    except Refused as refused:
        if refused.reason != "STALE":  # written anew between the look and the release: looked at again
            raise
