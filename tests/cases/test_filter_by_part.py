"""Lists kept elsewhere are narrowed by who has a part around a child, or around its brothers and sisters."""

from datetime import date

import grpc
import pytest
from permanence.cases.v1 import cases_service_pb2 as pb

from rulebook.facts import BodyId, SubjectKind
from services.cases.app.case_data import (
    CaseData,
    InvolvementRow,
    MemberRow,
    PersonRow,
    RestrictionRow,
    SubjectKey,
    SubjectRow,
)
from services.cases.domain.names import body_subject_id
from services.cases.domain.restriction import RestrictionKind
from tests.cases.conftest import DEMO, Cases

BEGAN, YESTERDAY = date(2026, 1, 5), date(2026, 3, 15)
BOTH, OFFICER_ONLY, NOBODY, CLOSED = (SubjectKey(SubjectKind.CHILD, one) for one in ("1", "2", "3", "4"))
GROUP = SubjectKey(SubjectKind.SIBLING_GROUP, "family")
CHILDREN = (BOTH, OFFICER_ONLY, NOBODY, CLOSED)


class Filtered:
    """Who is left of the children and a body, by their source ids."""

    def __init__(self, cases: Cases, names: dict[str, str], people: dict[str, str]) -> None:
        self._cases, self._names, self.people = cases, names, people
        self.subjects = list(names.values())

    async def __call__(self, role: str = "business-support", **wanted: object) -> str:
        request = pb.FilterSubjectsRequest(parent="councils/demo", subjects=list(self._names.values()), **wanted)
        reply = await self._cases.ask("FilterSubjects", request, role)
        assert isinstance(reply, pb.FilterSubjectsResponse)
        return "".join(key for key, name in self._names.items() if name in reply.subjects)


@pytest.fixture
async def filtered(cases: Cases) -> Filtered:
    taken = await cases.take_in(
        CaseData(
            subjects=(*(SubjectRow(key) for key in CHILDREN), SubjectRow(GROUP)),
            members=(MemberRow(GROUP, OFFICER_ONLY),),
            people=tuple(PersonRow(key, staff=True) for key in ("RO", "TM", "OLD")),
            involvements=(
                InvolvementRow("i1", BOTH, "RO", "reviewing-officer", BEGAN),
                InvolvementRow("i2", BOTH, "TM", "team-manager", BEGAN),
                InvolvementRow("i3", GROUP, "RO", "reviewing-officer", BEGAN),
                InvolvementRow("i4", NOBODY, "OLD", "reviewing-officer", BEGAN, YESTERDAY),
                InvolvementRow("i5", NOBODY, "TM", "social-worker", BEGAN),  # a part, but not that one
                InvolvementRow("i6", CLOSED, "RO", "reviewing-officer", BEGAN),
            ),
            restrictions=(RestrictionRow("r1", RestrictionKind.RESTRICTED_CASE, CLOSED, BEGAN),),
        )
    )
    names = {key.source_id: f"councils/demo/children/{taken.subjects[key]}" for key in CHILDREN}
    body = body_subject_id(DEMO.council_id, BodyId("tracking-panel"))
    names["B"] = f"councils/demo/bodies/{body}"
    people = {key: f"councils/demo/people/{taken.people[key]}" for key in taken.people}
    return Filtered(cases, names, people)


async def test_those_of_one_officer_of_one_team_and_of_both(filtered: Filtered) -> None:
    officer, manager = filtered.people["RO"], filtered.people["TM"]
    assert await filtered() == "123B"
    assert await filtered(reviewing_officer=officer) == "12"
    assert await filtered(team_manager=manager) == "1"
    assert await filtered(reviewing_officer=officer, team_manager=manager) == "1"
    assert await filtered(reviewing_officer=manager) == ""
    assert await filtered(reviewing_officer=filtered.people["OLD"]) == "", "the part has ended"


async def test_those_for_whom_nobody_is_recorded(filtered: Filtered) -> None:
    assert await filtered(roles_not_recorded=["reviewing-officer"]) == "3"
    assert await filtered(roles_not_recorded=["team-manager"]) == "23"
    assert await filtered(roles_not_recorded=["team-manager", "reviewing-officer"]) == "3"
    assert await filtered(reviewing_officer=filtered.people["RO"], roles_not_recorded=["team-manager"]) == "2"


async def test_a_part_around_a_hidden_case_tells_nothing_of_it(filtered: Filtered) -> None:
    assert await filtered("business-support-manager", reviewing_officer=filtered.people["RO"]) == "124"
    assert await filtered("business-support", reviewing_officer=filtered.people["RO"]) == "12"


async def test_every_fault_is_told_at_once(cases: Cases, filtered: Filtered) -> None:
    request = pb.FilterSubjectsRequest(
        parent="councils/demo",
        subjects=[f"councils/demo/children/{DEMO.council_id}"],
        reviewing_officer="somebody",
        team_manager="councils/demo/people/7",
        roles_not_recorded=["team-manager", "boss"],
    )
    refused = await cases.refused("FilterSubjects", request)
    assert refused.code == grpc.StatusCode.INVALID_ARGUMENT
    fields = {one.field for one in refused.bad.field_violations}
    assert fields == {"reviewing_officer", "team_manager", "roles_not_recorded[1]"}


async def test_a_service_is_told_who_has_which_part_restricted_cases_too(filtered: Filtered, cases: Cases) -> None:
    asked = pb.ListPartsRequest(
        parent="councils/demo", subjects=filtered.subjects, roles=["reviewing-officer", "team-manager"]
    )
    reply = await cases.ask("ListParts", asked, "service-scheduler")
    assert isinstance(reply, pb.ListPartsResponse)
    keys = {name: key for key, name in filtered.people.items()}
    told = [(filtered.subjects.index(one.subject), one.role, keys[one.person]) for one in reply.parts]
    assert told == [
        (0, "reviewing-officer", "RO"),
        (0, "team-manager", "TM"),
        (1, "reviewing-officer", "RO"),
        (3, "reviewing-officer", "RO"),
    ], "through the group too, and not of a part that has ended"
    assert await cases.count("select count(*) from audit_event where action = 'ListParts'") == 1
