"""Minutes: drafted for each child alone, signed by the chair within 48 hours, fetched by the case system within 72."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as pb
from permanence.panels.v1.panel_pb2 import Minutes
from permanence.scheduler.v1.meeting_pb2 import Meeting

from cli.connection import Refused
from cli.demo.scene import Scene, london, new_request_id
from cli.failure import Failure

TEXT = "The plan was gone through with everybody who came.\n\nBoth ways to a permanent home are followed at once."


async def keep_minutes(scene: Scene, meeting: Meeting, chair: str, subjects: Sequence[str]) -> None:
    """Draft, sign and file the minutes of each of the subjects."""
    drafts = [await _draft(scene, meeting, subject) for subject in subjects]
    due = london(drafts[0].sign_due_time)
    scene.pass_time_to(london(meeting.end_time) + timedelta(hours=20))
    for draft in drafts:
        await scene.afresh(partial(_sign, scene, draft.name, chair))
    scene.narrator.seen(f"minutes of {len(drafts)} signed by the chair after 20 hours; due {due:%a %d %b %H:%M}")
    for draft in drafts:
        await _case_system_fetches(scene, draft)
        filed = await _filed(scene, draft)
    scene.narrator.seen(f"filed with the case system {london(filed.file_time):%a %d %b %H:%M}")


async def _draft(scene: Scene, meeting: Meeting, subject: str) -> Minutes:
    request = pb.DraftMinutesRequest(meeting=meeting.name, subject=subject, text=TEXT, request_id=new_request_id())

    async def drafted() -> Minutes | None:
        try:
            reply = await scene.voice("business-support").call(scene.services.panels.DraftMinutes, request)
        except Refused as refused:
            if refused.reason in ("MEETING_NOT_HELD", "NOT_FOUND"):  # the fact is on its way through the feed
                return None
            raise
        minutes: Minutes = reply.minutes
        return minutes

    return await scene.until("the minutes can be drafted", drafted)


async def _sign(scene: Scene, name: str, chair: str) -> None:
    panels, voice = scene.services.panels, scene.voice(chair)
    draft: Minutes = (await voice.call(panels.GetMinutes, pb.GetMinutesRequest(name=name))).minutes
    request = pb.SignMinutesRequest(name=name, etag=draft.etag, request_id=new_request_id())
    await voice.call(panels.SignMinutes, request)


async def _case_system_fetches(scene: Scene, draft: Minutes) -> None:
    """The council's case system: it takes what it finds in its folder and says so."""
    folder = scene.stage.places.minutes
    key = draft.name.rpartition("/")[2]

    async def delivered() -> bool | None:
        return True if list(folder.rglob(f"{key}.html")) else None

    await scene.until("the signed minutes lie in the case system's folder", delivered)
    page = next(folder.rglob(f"{key}.html"))
    page.with_suffix(".ack").touch()


async def _filed(scene: Scene, draft: Minutes) -> Minutes:
    async def filed() -> Minutes | None:
        reply = await scene.voice("business-support").call(
            scene.services.panels.GetMinutes, pb.GetMinutesRequest(name=draft.name)
        )
        minutes: Minutes = reply.minutes
        return minutes if minutes.state == panel_pb2.MINUTES_STATE_FILED else None

    minutes = await scene.until("the case system's acknowledgement is read", filed)
    if minutes.sign_time.ToSeconds() > minutes.sign_due_time.ToSeconds():
        raise Failure("the minutes were signed late")
    return minutes
