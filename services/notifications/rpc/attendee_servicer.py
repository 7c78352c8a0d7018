"""permanence.notifications.v1.AttendeeService."""

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.notifications.v1 import attendee_service_pb2 as rpc
from permanence.notifications.v1 import attendee_service_pb2_grpc as rpc_grpc

from servicekit.caller import current_caller
from servicekit.idempotency import once
from servicekit.validate import Check
from services.notifications.app import confirm_code as codes
from services.notifications.app.answer_by_link import answer_by_link, say_needs
from services.notifications.app.open_link import open_link, read_behind
from services.notifications.app.ports import Desk
from services.notifications.app.read_by_link import calendar_entry, get_more
from services.notifications.app.send_new_link import behind_old_link, renew_link, send_new_link
from services.notifications.domain.issued_link import IssuedLink
from services.notifications.domain.mail_draft import MailDraft
from services.notifications.rpc import attendee_convert as show
from services.notifications.rpc.invitation_servicer import BeginOnce, Context, WorkUnit

CalendarWriter: TypeAlias = Callable[[MailDraft], bytes]


class AttendeeServicer(rpc_grpc.AttendeeServiceServicer):
    """Reads the request, asks, answers. `telephones`: whom to ring, by council id."""

    def __init__(
        self, desk: Desk, begin: BeginOnce, telephones: Mapping[UUID, str], write_calendar: CalendarWriter
    ) -> None:
        self._desk, self._begin = desk, begin
        self._telephones, self._write_calendar = telephones, write_calendar

    async def OpenLink(self, request: rpc.OpenLinkRequest, context: Context) -> rpc.OpenLinkResponse:
        """Date and time."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        presented = show.presented_in(check, request, request.session)
        check.raise_if_any()
        return rpc.OpenLinkResponse(link_sheet=show.sheet_to(await open_link(self._desk, caller, presented)))

    async def Answer(self, request: rpc.AnswerRequest, context: Context) -> rpc.AnswerResponse:
        """What the link shows with the answer."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        presented = show.presented_in(check, request, request.session, needed=True)
        answer = show.answer_in(check)
        check.uuid("request_id")
        check.raise_if_any()
        behind = await read_behind(self._desk, caller, "AnswerByLink", presented.token)

        async def do(unit: WorkUnit) -> rpc.AnswerResponse:
            opened = await answer_by_link(unit, caller, behind, presented, answer)
            return rpc.AnswerResponse(link_sheet=show.sheet_to(opened))

        return await once(self._begin, caller, request, rpc.AnswerResponse, do)

    async def SayNeeds(self, request: rpc.SayNeedsRequest, context: Context) -> rpc.SayNeedsResponse:
        """What the link shows, with the needs kept."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        presented = show.presented_in(check, request, request.session, needed=True)
        said = show.said_in(check, request)
        check.uuid("request_id")
        check.raise_if_any()
        behind = await read_behind(self._desk, caller, "SayNeeds", presented.token)

        async def do(unit: WorkUnit) -> rpc.SayNeedsResponse:
            opened = await say_needs(unit, caller, behind, presented, said)
            return rpc.SayNeedsResponse(link_sheet=show.sheet_to(opened))

        return await once(self._begin, caller, request, rpc.SayNeedsResponse, do)

    async def SendCode(self, request: rpc.SendCodeRequest, context: Context) -> rpc.SendCodeResponse:
        """How the code comes. It is sent after it was kept, and by the first of equal requests alone."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        presented = show.presented_in(check, request, request.session)
        check.uuid("request_id")
        check.raise_if_any()
        behind = await read_behind(self._desk, caller, "SendCode", presented.token)
        made: list[IssuedLink] = []

        async def do(unit: WorkUnit) -> rpc.SendCodeResponse:
            made.append(await codes.make_code(unit, caller, behind, presented))
            way = codes.code_way(self._desk, caller, behind)
            return rpc.SendCodeResponse(code_way=rpc.CodeWay.Value(way.value))

        reply = await once(self._begin, caller, request, rpc.SendCodeResponse, do)
        if made:
            way = await codes.send_code(
                self._desk, caller, behind, made[0], self._telephones.get(caller.council_id, "")
            )
            reply.code_way = rpc.CodeWay.Value(way.value)
        return reply

    async def ConfirmCode(self, request: rpc.ConfirmCodeRequest, context: Context) -> rpc.ConfirmCodeResponse:
        """Whether it was the code."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        presented = show.presented_in(check, request, request.session, needed=True)
        code = show.code_in(check, request)
        check.uuid("request_id")
        check.raise_if_any()
        behind = await read_behind(self._desk, caller, "ConfirmCode", presented.token)

        async def do(unit: WorkUnit) -> rpc.ConfirmCodeResponse:
            result = await codes.confirm_code(unit, caller, behind, presented, code)
            return rpc.ConfirmCodeResponse(code_result=rpc.CodeResult.Value(result.value))

        return await once(self._begin, caller, request, rpc.ConfirmCodeResponse, do)

    async def GetMore(self, request: rpc.GetMoreRequest, context: Context) -> rpc.GetMoreResponse:
        """All that the person may know."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        presented = show.presented_in(check, request, request.session, needed=True)
        check.raise_if_any()
        behind = await read_behind(self._desk, caller, "GetMore", presented.token)
        async with self._begin(caller) as unit:
            opened = await get_more(unit, caller, behind, presented)
        meeting = behind.view.meeting
        return show.more_to(opened, meeting)

    async def GetCalendarFile(
        self, request: rpc.GetCalendarFileRequest, context: Context
    ) -> rpc.GetCalendarFileResponse:
        """An entry for a calendar of one's own."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        presented = show.presented_in(check, request, request.session)
        check.raise_if_any()
        behind = await read_behind(self._desk, caller, "GetCalendarFile", presented.token)
        outside = self._desk.outside[caller.council_id]
        async with self._begin(caller) as unit:
            entry = await calendar_entry(unit, caller, behind, presented, outside)
        return rpc.GetCalendarFileResponse(content=self._write_calendar(entry))

    async def SendNewLink(self, request: rpc.SendNewLinkRequest, context: Context) -> rpc.SendNewLinkResponse:
        """Always the same answer."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        presented = show.presented_in(check, request, "")
        check.uuid("request_id")
        check.raise_if_any()
        behind = await behind_old_link(self._desk, caller, presented.token)
        if behind is None:
            return rpc.SendNewLinkResponse()
        made: list[IssuedLink | None] = []

        async def do(unit: WorkUnit) -> rpc.SendNewLinkResponse:
            made.append(await renew_link(unit, caller, behind))
            return rpc.SendNewLinkResponse()

        reply = await once(self._begin, caller, request, rpc.SendNewLinkResponse, do)
        if made and made[0] is not None:
            await send_new_link(self._desk, caller, behind, made[0], self._telephones.get(caller.council_id, ""))
        return reply

    async def ReadSpokenCode(self, request: rpc.ReadSpokenCodeRequest, context: Context) -> rpc.ReadSpokenCodeResponse:
        """The code that somebody waits for."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        parts = check.resource_name("invitation", "councils/{council}/invitations/{invitation}")
        check.raise_if_any()
        found = await codes.read_spoken_code(self._desk, caller, cast("UUID", parts["invitation"]))
        if found is None:
            return rpc.ReadSpokenCodeResponse()
        until = Timestamp()
        until.FromDatetime(found.expires_at)
        return rpc.ReadSpokenCodeResponse(code=found.code, expire_time=until)
