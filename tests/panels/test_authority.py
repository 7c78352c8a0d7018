"""What a body may settle, what its bodies are, and that each refusal has its status."""

import json
from importlib.resources import files
from uuid import UUID, uuid5

import pytest

from rulebook.body import MemberRole
from rulebook.pack import load_pack
from rulebook.vocabulary import vocabulary
from servicekit.caller import Caller, CallerKind
from services.panels.app.policy import POLICIES
from services.panels.domain import decision_errors, errors, paper_errors, resolution_errors
from services.panels.domain.body import Authority, Body, BodyUuid, OutcomeKind, outcome_kinds
from services.panels.domain.member_roles import MEMBER_ROLES, any_of
from services.panels.domain.outcome import case_events_of
from services.panels.domain.paper import PaperKind
from services.panels.domain.standing_bodies import standing_bodies
from services.panels.rpc.error_table import ERROR_TABLE


def body(authority: Authority, may_record: frozenset[str] = frozenset({"drift_identified"})) -> Body:
    considered = "tracking_meeting_considered"
    every = may_record | {considered}
    return Body(BodyUuid(UUID(int=1)), "b", "B", "k", authority, "service-director", 14, considered, every, 15, "ADM")


ALLOWED = {
    Authority.DECIDES: {OutcomeKind.DECIDED, OutcomeKind.DEFERRED},
    Authority.RECOMMENDS: {OutcomeKind.RECOMMENDED, OutcomeKind.DEFERRED},
    Authority.ENDORSES: {OutcomeKind.ENDORSED, OutcomeKind.CHALLENGED, OutcomeKind.DEFERRED},
}


@pytest.mark.parametrize("authority", Authority)
@pytest.mark.parametrize("kind", OutcomeKind)
def test_each_kind_under_each_authority(authority: Authority, kind: OutcomeKind) -> None:
    assert (kind in outcome_kinds(authority)) == (kind in ALLOWED[authority])
    if kind in ALLOWED[authority]:
        assert bool(case_events_of(body(authority), kind, [])) == (kind is not OutcomeKind.DEFERRED)
    else:
        with pytest.raises(errors.NoAuthorityError):
            case_events_of(body(authority), kind, [])


@pytest.mark.parametrize("event", ["permanence_plan_agreed", "permanence_plan_established", "plan_change_recommended"])
def test_a_tracking_panel_does_not_change_a_plan_and_says_where_that_is_done(event: str) -> None:
    assert event in vocabulary()
    with pytest.raises(errors.NoAuthorityError) as refused:
        case_events_of(body(Authority.ENDORSES), OutcomeKind.ENDORSED, [event])
    words = refused.value.message.format_map(refused.value.metadata)
    assert "child in care review" in words
    assert event in words


def test_a_deferred_item_was_not_considered() -> None:
    assert case_events_of(body(Authority.ENDORSES), OutcomeKind.DEFERRED, ["drift_identified"]) == ("drift_identified",)


def test_bodies_come_from_the_pack() -> None:
    council = UUID(int=77)
    found = standing_bodies(council, load_pack("bcp"))
    panel = found[BodyUuid(uuid5(council, "body:tracking-panel"))]
    assert (panel.authority, panel.meeting_kind, panel.interval_days) == (Authority.ENDORSES, "tracking_panel", 14)
    assert panel.chair_role == "service-director"


@pytest.mark.parametrize("pack", ["dudley", "telford-and-wrekin", "securing-permanence-group"])
def test_every_council_s_tracking_body_can_sit(pack: str) -> None:
    bodies = standing_bodies(UUID(int=77), load_pack(pack)).values()
    (panel,) = (one for one in bodies if "plan-oversight" in one.constitution.matters)
    assert panel.authority is Authority.ENDORSES
    assert panel.may_record == {"tracking_meeting_considered", "drift_identified"} and panel.item_minutes == 15


def test_every_role_that_a_pack_can_name_has_its_words() -> None:
    assert set(MEMBER_ROLES) == {role.value for role in MemberRole}
    assert any_of(["vice-chair", "chair"]) == "the chair or a vice chair"


def test_the_error_table_is_total() -> None:
    own = {
        one
        for module in (errors, decision_errors, paper_errors, resolution_errors)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, errors.PanelsError) and one is not errors.PanelsError
    }
    assert own
    assert own <= set(ERROR_TABLE)
    assert len({one.reason for one in own}) == len(own), "reasons are distinct"
    assert all(one.message for one in own), "each says what to do"


STAFF = {"business-support", "business-support-manager"}
MAY = {
    "ListBodies": STAFF | {"panel-chair", "team-manager", "social-worker", "reviewing-officer"},
    "GetSitting": STAFF | {"panel-chair", "team-manager", "reviewing-officer"},
    "ReferSubject": STAFF | {"team-manager", "social-worker", "reviewing-officer"},
    "OrderAgenda": STAFF | {"panel-chair"},
    "RecordOutcome": STAFF | {"panel-chair"},
    "DraftMinutes": STAFF | {"panel-chair", "team-manager"},
    "GetMinutes": STAFF | {"panel-chair", "team-manager", "social-worker", "reviewing-officer"},
    "CreateReferralForm": STAFF | {"team-manager", "social-worker", "reviewing-officer"},
    "SubmitReferralForm": STAFF | {"team-manager", "social-worker", "reviewing-officer"},
    "GetReferralForm": STAFF | {"team-manager", "social-worker", "reviewing-officer", "panel-chair"},
    "ReturnReferralForm": STAFF | {"panel-chair"},
    "AddPaper": STAFF | {"panel-chair", "team-manager", "social-worker", "reviewing-officer"},
    "WithdrawPaper": STAFF | {"panel-chair", "team-manager", "social-worker", "reviewing-officer"},
    "GetPaper": STAFF | {"panel-chair", "team-manager", "social-worker", "reviewing-officer"},
    "ListPapers": STAFF | {"panel-chair", "team-manager", "reviewing-officer"},
    "ListAgendaVersions": STAFF | {"panel-chair", "team-manager", "reviewing-officer"},
    "RenderAgendaPack": STAFF | {"panel-chair", "team-manager", "reviewing-officer"},
    "ReadRestrictedPaper": {"business-support-manager", "panel-chair"},
    "DeferItem": STAFF | {"panel-chair"},
    "PublishAgenda": STAFF | {"panel-chair"},
    "ReleaseAgenda": {"business-support-manager", "panel-chair"},
    "ReadFeed": {"service-cases", "service-notifications", "service-scheduler"},
    "DeliverMinutes": {"service-panels"},
}
PERSONAS = sorted(set().union(*MAY.values(), {"case-system"}))


def caller(role: str, council: str = "demo") -> Caller:
    service, client = CallerKind.SERVICE, CallerKind.CLIENT
    kind = service if role.startswith("service-") else client if role == "case-system" else CallerKind.USER
    return Caller(UUID(int=1), council, "p", kind, frozenset({role}))


@pytest.mark.parametrize("role", PERSONAS)
@pytest.mark.parametrize("action", sorted(MAY))
def test_who_may_do_what(action: str, role: str) -> None:
    allowed = POLICIES.may(caller(role), action, {"council": "demo"}, resource_type="Panels")
    assert allowed == (role in MAY[action] or (action == "ReadFeed" and role == "service-panels"))
    assert not POLICIES.may(caller(role), action, {"council": "other"}, resource_type="Panels")


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        ({"feed"}, False),
        ({"restricted-cases"}, False),
        ({"case-system", "feed"}, False),
        ({"feed", "restricted-cases"}, True),
    ],
)
def test_another_system_follows_only_with_the_scope_for_restricted_cases(roles: set[str], allowed: bool) -> None:
    system = Caller(UUID(int=1), "demo", "c", CallerKind.CLIENT, frozenset(roles))
    assert POLICIES.may(system, "ReadFeed", {"council": "demo"}, resource_type="Panels") == allowed


@pytest.mark.parametrize("role", PERSONAS)
@pytest.mark.parametrize(("chair_role", "of_a_body"), [("team-manager", False), ("service-director", True)])
def test_only_who_chairs_signs(role: str, chair_role: str, of_a_body: bool) -> None:
    facts: dict[str, str | bool] = {"council": "demo", "chair_role": chair_role, "of_a_body": of_a_body}
    signs = {"team-manager": not of_a_body, "panel-chair": of_a_body}.get(role, False)
    assert POLICIES.may(caller(role), "SignMinutes", facts, resource_type="Panels") == signs


def test_the_papers_that_a_pack_may_ask_for_are_kinds_of_paper() -> None:
    schema = json.loads((files("rulebook") / "packs" / "pack.schema.json").read_text(encoding="utf-8"))
    may_ask = schema["$defs"]["body"]["properties"]["agenda"]["properties"]["asks_for"]["items"]["enum"]
    assert set(may_ask) == {kind.value for kind in PaperKind} - {"other"}
