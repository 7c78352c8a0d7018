"""What cases knows of subjects, by the names under which a form asks for it."""

from collections.abc import Sequence
from datetime import date

from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as wire
from permanence.cases.v1 import subject_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub

from servicekit.caller import Caller
from servicekit.client import Peer
from servicekit.clock import Clock
from servicekit.errors import NotFound
from services.panels.adapters.cases_client import hidden_as_absent
from services.panels.domain.form import Answer
from services.panels.domain.legal_status import LegalFact, legal_status

_PAGE = 500
ROLES = ("social-worker", "practice-manager", "team-manager", "reviewing-officer", "carer")


class CasesFacts:
    """As the port says. Of several subjects the first's workers are taken, and each child is named."""

    def __init__(self, peer: Peer, clock: Clock) -> None:
        self._peer = peer
        self._clock = clock

    async def of(self, caller: Caller, subjects: Sequence[str]) -> dict[str, Answer]:
        """NotFound for a subject that is hidden."""
        stub = CasesServiceStub(self._peer.channel)
        found = []
        for subject in subjects:
            ask = self._peer.call(stub.GetSubject, wire.GetSubjectRequest(name=subject), caller)
            found.append((await hidden_as_absent(ask, subject)).subject)
        request = wire.ListInvolvementsRequest(parent=f"councils/{caller.council}", subjects=subjects)
        around = await hidden_as_absent(self._peer.call(stub.ListInvolvements, request, caller), subjects[0])
        facts: dict[str, Answer] = {
            "subject.display_name": ", ".join(one.display_name for one in found),
            "subject.reference": ", ".join(one.reference for one in found),
            "subject.birth_date": _day(found[0].birth_date) if len(found) == 1 else "",
            "subject.children": tuple({"name": one.display_name, "birth_date": _day(one.birth_date)} for one in found),
        }
        facts["subject.legal_status"] = await self._legal_status(caller, subjects)
        facts.update({f"people.{role}": _who(around.involvements, subjects[0], role) for role in ROLES})
        return facts

    async def _legal_status(self, caller: Caller, subjects: Sequence[str]) -> str:
        """Empty where it is not known of one of them, or is not the same."""
        try:
            found = {legal_status(await self._facts(caller, subject), self._clock.today()) for subject in subjects}
        except NotFound:  # somebody who reads the case and not its facts
            return ""
        return found.pop() if len(found) == 1 else ""

    async def _facts(self, caller: Caller, subject: str) -> list[LegalFact]:
        stub, found, token = CasesServiceStub(self._peer.channel), [], ""
        while True:
            request = wire.ListCaseEventsRequest(subject=subject, page_size=_PAGE, page_token=token)
            reply = await hidden_as_absent(self._peer.call(stub.ListCaseEvents, request, caller), subject)
            found += [LegalFact(one.type, _date(one.on_date), one.assumed) for one in reply.case_events]
            token = reply.next_page_token
            if not token:
                return found


def _who(involvements: Sequence[subject_pb2.Involvement], subject: str, role: str) -> str:
    found = (one for one in involvements if one.subject == subject and one.role == role and not _is_set(one.until_date))
    return next((one.display_name for one in found), "")


def _day(value: Date) -> str:
    return _date(value).isoformat() if _is_set(value) else ""


def _date(value: Date) -> date:
    return date(value.year, value.month, value.day)


def _is_set(value: Date) -> bool:
    return bool(value.year)
