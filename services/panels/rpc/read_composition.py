"""Wire to domain for CompositionService: every violation of a request at once."""

from collections.abc import Iterable
from datetime import date

from permanence.panels.v1 import composition_service_pb2 as wire
from permanence.panels.v1 import member_pb2

from servicekit.validate import Check
from services.panels.app.keep_members import AddMember, Standing
from services.panels.app.record_attendance import RecordAttendance
from services.panels.app.settle_conflict import SettleConflict
from services.panels.domain.attendance import Presence
from services.panels.domain.body import BodyUuid
from services.panels.domain.conflict import ConflictGround
from services.panels.domain.member import MemberId
from services.panels.domain.member_roles import MEMBER_ROLES
from services.panels.domain.sitting import ItemId, SittingId
from services.panels.rpc import convert

MEMBER = "councils/{council}/members/{member}"
PERSON = "councils/{council}/people/{person}"
_NAME = 200
_WORDS = 2_000


def read_add_member(request: wire.AddMemberRequest, council: str) -> AddMember:
    """As what they sit, and since when."""
    check = Check(request, council=council)
    body = convert.id_of(check.resource_name("body", convert.BODY), "body")
    check.resource_name("person", PERSON, required=False)
    name = check.text("name_for_staff", _NAME, required=True)
    standing = _standing(check, request.roles)
    first = check.date("from_date")
    check.uuid("request_id")
    check.raise_if_any()
    assert first is not None, "a required day"
    return AddMember(BodyUuid(body), request.person, name, standing, first)


def read_change_member(request: wire.ChangeMemberRequest, council: str) -> tuple[MemberId, str, Standing]:
    """Which, the etag last read, and what they are from now on."""
    check = Check(request, council=council)
    member = convert.id_of(check.resource_name("name", MEMBER), "member")
    check.require("etag")
    standing = _standing(check, request.roles)
    check.uuid("request_id")
    check.raise_if_any()
    return MemberId(member), request.etag, standing


def read_end_membership(request: wire.EndMembershipRequest, council: str) -> tuple[MemberId, str, date]:
    """Which, the etag last read, and the last day."""
    check = Check(request, council=council)
    member = convert.id_of(check.resource_name("name", MEMBER), "member")
    check.require("etag")
    until = check.date("until_date")
    check.uuid("request_id")
    check.raise_if_any()
    assert until is not None, "a required day"
    return MemberId(member), request.etag, until


def read_attendance(request: wire.RecordAttendanceRequest, council: str) -> RecordAttendance:
    """Who, where, and since when."""
    check = Check(request, council=council)
    sitting = convert.id_of(check.resource_name("sitting", convert.SITTING), "sitting")
    member = convert.id_of(check.resource_name("member", MEMBER), "member")
    number = check.enum("presence")
    at = check.instant("at_time", required=False)
    check.uuid("request_id")
    check.raise_if_any()
    name = member_pb2.Presence.Name(member_pb2.Presence.ValueType(number)).removeprefix("PRESENCE_")
    return RecordAttendance(SittingId(sitting), MemberId(member), Presence[name], at)


def read_declared(request: wire.DeclareConflictRequest, council: str) -> SettleConflict:
    """What the conflict is."""
    return _conflict(Check(request, council=council), "words", request.ground)


def read_set_aside(request: wire.SetConflictAsideRequest, council: str) -> SettleConflict:
    """Why it is set aside."""
    return _conflict(Check(request, council=council), "reason", request.ground)


def _conflict(check: Check, text: str, number: member_pb2.ConflictGround.ValueType) -> SettleConflict:
    item = convert.id_of(check.resource_name("agenda_item", convert.ITEM), "agenda_item")
    member = convert.id_of(check.resource_name("member", MEMBER), "member")
    check.enum("ground")
    words = check.text(text, _WORDS, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    name = member_pb2.ConflictGround.Name(number).removeprefix("CONFLICT_GROUND_")
    return SettleConflict(ItemId(item), MemberId(member), ConflictGround[name], words)


def _standing(check: Check, roles: Iterable[str]) -> Standing:
    check.require("roles")
    for place, role in enumerate(roles):
        if role not in MEMBER_ROLES:
            check.refuse(f"roles[{place}]", f"must be one of: {', '.join(MEMBER_ROLES)}")
    since = check.date("experienced_since", required=False)
    return Standing(frozenset(roles), since, check.text("evidence", _WORDS))
