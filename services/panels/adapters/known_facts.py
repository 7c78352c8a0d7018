"""What cases knows of subjects, by the names under which a form asks for it."""

from collections.abc import Sequence
from datetime import date

from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as wire
from permanence.cases.v1 import subject_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub

from servicekit.caller import Caller
from servicekit.client import Peer
from services.panels.adapters.cases_client import hidden_as_absent
from services.panels.domain.form import Answer

ROLES = ("social-worker", "practice-manager", "team-manager", "reviewing-officer", "carer")


class CasesFacts:
    """As the port says. Of several subjects the first's workers are taken, and each child is named."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

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
        facts.update({f"people.{role}": _who(around.involvements, subjects[0], role) for role in ROLES})
        return facts


def _who(involvements: Sequence[subject_pb2.Involvement], subject: str, role: str) -> str:
    found = (one for one in involvements if one.subject == subject and one.role == role and not _is_set(one.until_date))
    return next((one.display_name for one in found), "")


def _day(value: Date) -> str:
    return date(value.year, value.month, value.day).isoformat() if _is_set(value) else ""


def _is_set(value: Date) -> bool:
    return bool(value.year)
