"""RPCs that read subjects and the people around them."""

from permanence.cases.v1 import cases_service_pb2 as pb

from servicekit.caller import current_caller
from servicekit.page import next_token
from services.cases.app.filter_subjects import filter_subjects
from services.cases.app.get_subject import get_subject
from services.cases.app.list_involvements import list_involvements
from services.cases.app.list_parts import list_parts
from services.cases.app.list_restrictions import list_restrictions
from services.cases.app.list_subjects import list_subjects
from services.cases.app.look_up_people import look_up_people
from services.cases.app.resolve_recipients import resolve_recipients
from services.cases.rpc import convert, show
from services.cases.rpc.units import Context, Door


class SubjectRpcs:
    """Part of CasesService."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def GetSubject(self, request: pb.GetSubjectRequest, context: Context) -> pb.GetSubjectResponse:
        """One subject."""
        caller = current_caller()
        ref = convert.the_subject(request, "name", caller.council)
        async with self._door.begin(caller) as unit:
            view = await get_subject(unit, ref)
        return pb.GetSubjectResponse(subject=show.subject(view, caller.council))

    async def ListSubjects(self, request: pb.ListSubjectsRequest, context: Context) -> pb.ListSubjectsResponse:
        """A page in the order of references."""
        caller = current_caller()
        wanted, page, bound = convert.list_subjects(request, caller.council)
        async with self._door.begin(caller) as unit:
            found, more = await list_subjects(unit, wanted, page.size)
        token = next_token(bound, (found[-1].subject.reference, str(found[-1].subject.id))) if more else ""
        shown = [show.subject(view, caller.council) for view in found]
        return pb.ListSubjectsResponse(subjects=shown, next_page_token=token)

    async def FilterSubjects(self, request: pb.FilterSubjectsRequest, context: Context) -> pb.FilterSubjectsResponse:
        """Which of many the caller may know of, and are wanted."""
        caller = current_caller()
        refs, wanted = convert.filter_subjects(request, caller.council)
        async with self._door.begin(caller) as unit:
            return pb.FilterSubjectsResponse(subjects=await filter_subjects(unit, refs, wanted))

    async def ListInvolvements(
        self, request: pb.ListInvolvementsRequest, context: Context
    ) -> pb.ListInvolvementsResponse:
        """Who stands around subjects."""
        caller = current_caller()
        refs, on = convert.subjects_on(request, caller.council)
        async with self._door.begin(caller) as unit:
            found = await list_involvements(unit, refs, on, include_ended=request.include_ended)
        return pb.ListInvolvementsResponse(involvements=[show.involvement(one, caller.council) for one in found])

    async def ListParts(self, request: pb.ListPartsRequest, context: Context) -> pb.ListPartsResponse:
        """Who has which part around many subjects."""
        caller = current_caller()
        refs, roles = convert.list_parts(request, caller.council)
        async with self._door.begin(caller) as unit:
            found = await list_parts(unit, refs, roles)
        return pb.ListPartsResponse(parts=[show.part(one, caller.council) for one in found])

    async def ListRestrictions(
        self, request: pb.ListRestrictionsRequest, context: Context
    ) -> pb.ListRestrictionsResponse:
        """What keeps people apart."""
        caller = current_caller()
        refs, on = convert.subjects_on(request, caller.council)
        async with self._door.begin(caller) as unit:
            found = await list_restrictions(unit, refs, on)
        return pb.ListRestrictionsResponse(restrictions=[show.restriction(one, caller.council) for one in found])

    async def ResolveRecipients(
        self, request: pb.ResolveRecipientsRequest, context: Context
    ) -> pb.ResolveRecipientsResponse:
        """How people may be told."""
        caller = current_caller()
        refs, people = convert.resolve_recipients(request, caller.council)
        async with self._door.begin(caller) as unit:
            found = await resolve_recipients(unit, refs, people)
        return show.resolved(found, caller.council)

    async def LookUpPeople(self, request: pb.LookUpPeopleRequest, context: Context) -> pb.LookUpPeopleResponse:
        """People by the case system's ids."""
        caller = current_caller()
        source_ids = convert.look_up_people(request, caller.council)
        async with self._door.begin(caller) as unit:
            found = await look_up_people(unit, source_ids)
        return pb.LookUpPeopleResponse(people=[show.found_person(one, caller.council) for one in found])
