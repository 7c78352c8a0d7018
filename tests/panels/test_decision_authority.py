"""What each body of each pack may record, and its decision maker: nobody's act counts beyond their authority."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from rulebook.due import Within
from rulebook.pack import Pack, load_pack, pack_names
from rulebook.rule import MeetingKindId
from rulebook.vocabulary import vocabulary
from services.panels.app.decide import settled_events
from services.panels.domain.body import Authority, Body, OutcomeKind, outcome_kinds
from services.panels.domain.errors import NoAuthorityError
from services.panels.domain.outcome import case_events_of
from services.panels.domain.standing_bodies import standing_bodies

COUNCIL = UUID(int=7)
# What only a review, a court or a case's own workers settle: no panel, and no decision maker.
OF_OTHERS = frozenset(
    {
        "permanence_plan_agreed",
        "permanence_plan_established",
        "permanence_plan_confirmed",
        "adoption_agreed_at_review",
        "long_term_fostering_agreed_at_review",
        "care_order_made",
        "placement_order_made",
        "permanence_obtained",
        "cic_review_held",
    }
)
# What follows for the case from each body of the law, and from whom: the panel's word, then the decision maker's.
CASES = {
    "fostering-panel": (
        "fostering_panel_recommended",
        {
            "adm_decided",
            "foster_carer_approved",
            "connected_carer_approved",
            "temporary_approval_extended",
            "carer_approval_ended",
        },
    ),
    "adoption-panel": ("panel_considered", {"adm_decided"}),
}


def every_body() -> Iterator[tuple[str, Body]]:
    for name in pack_names():
        for body in standing_bodies(COUNCIL, load_pack(name)).values():
            yield name, body


BODIES = sorted(every_body(), key=lambda one: (one[0], one[1].key))
IDS = [f"{pack}-{body.key}" for pack, body in BODIES]


def allowed(body: Body, kind: OutcomeKind, event: str) -> bool:
    try:
        case_events_of(body, kind, [event])
    except NoAuthorityError:
        return False
    return True


@pytest.mark.parametrize(("pack", "body"), BODIES, ids=IDS)
def test_a_body_records_that_it_considered_and_no_more_than_its_pack_says(pack: str, body: Body) -> None:
    for kind in outcome_kinds(body.authority) - {OutcomeKind.DEFERRED}:
        assert body.considered_event in case_events_of(body, kind, [])
        may = {event for event in vocabulary() if allowed(body, kind, event)}
        if kind is OutcomeKind.RECOMMENDED:
            assert may == {body.considered_event}, "a recommendation settles nothing by itself"
        else:
            assert may == set(body.may_record)
        assert not may & OF_OTHERS


@pytest.mark.parametrize(("pack", "body"), BODIES, ids=IDS)
def test_a_recommendation_has_a_decision_maker_with_a_clock_and_nobody_else_has(pack: str, body: Body) -> None:
    rules = load_pack(pack).decisions.get(MeetingKindId(body.meeting_kind))
    if body.authority is not Authority.RECOMMENDS:
        assert rules is None, "who decides or endorses has nobody behind them"
        return
    assert rules is not None
    assert rules.rule or rules.working_days
    assert rules.escalate_to, "what is late is somebody's to see"
    assert rules.told, "somebody is told"
    decided = {rules.decided_event} if rules.decided_event else set()
    may = {event for event in vocabulary() if event in decided or _may(rules.may_record, event)}
    assert not may & OF_OTHERS
    if body.key in CASES:
        considered, settled = CASES[body.key]
        assert (body.considered_event, may) == (considered, settled)


def _may(may_record: frozenset[str], event: str) -> bool:
    return event in may_record


@pytest.mark.parametrize("event", sorted(OF_OTHERS))
@pytest.mark.parametrize("kind", ["fostering_panel", "adoption_panel"])
def test_a_decision_maker_settles_nothing_that_is_a_review_s_or_a_court_s(kind: str, event: str) -> None:
    rules = load_pack("england").decisions[MeetingKindId(kind)]
    with pytest.raises(NoAuthorityError) as refused:
        settled_events(rules, (event,))
    assert "child in care review" in refused.value.message.format_map(refused.value.metadata)


def packs() -> list[Pack]:
    return [load_pack(name) for name in pack_names()]


@pytest.mark.parametrize("pack", packs(), ids=lambda pack: pack.id)
def test_a_pack_s_decisions_and_escalations_hang_together(pack: Pack) -> None:
    for kind, rules in pack.decisions.items():
        assert kind in pack.meeting_kinds
        if rules.rule:
            anchors = pack.by_id[rules.rule].anchor.events
            starts = {rules.minutes_event} if rules.minutes_event else {"fostering_panel_recommended"}
            assert starts & set(anchors), "its clock is the one that cases runs from the same fact"
        for told in rules.told:
            assert (told.rule is None) != (told.working_days == 0), "one of the two"
    for rules_of in pack.escalations.values():
        whole = pack.by_id[rules_of.closed_rule].due
        assert isinstance(whole, Within)
        assert sum(stage.working_days for stage in rules_of.stages) <= whole.amount
        assert rules_of.raised_event in pack.by_id[rules_of.closed_rule].anchor.events
        assert set(rules_of.answers) <= set(pack.by_id)
