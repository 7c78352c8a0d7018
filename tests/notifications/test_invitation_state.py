"""The states of an invitation: nothing is ever shown as sent that was not let go and confirmed."""

import ast
from pathlib import Path

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from permanence.cases.v1 import subject_pb2
from permanence.notifications.v1 import notification_pb2
from permanence.notifications.v1 import notifications_service_pb2 as rpc

from servicekit.error_table import reason_of, rule_for
from services.notifications.domain import events, refusal
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery import DeliveryState
from services.notifications.domain.invitation_state import (
    Happening,
    ImpossibleStepError,
    InvitationState,
    after,
)
from services.notifications.domain.meeting import Channel, RestrictionKind
from services.notifications.domain.route import Route
from services.notifications.rpc.error_table import ERROR_TABLE

START = InvitationState.DRAFTED


@given(st.lists(st.sampled_from(list(Happening)), max_size=30))
def test_sent_only_after_release_and_confirmation(happenings: list[Happening]) -> None:
    state, seen = START, list[Happening]()
    for happening in happenings:
        try:
            state = after(state, happening)
        except ImpossibleStepError:
            continue
        seen.append(happening)
        if state is InvitationState.SENT:
            assert seen[-1] is Happening.CONFIRMED and Happening.RELEASED in seen
        if state is InvitationState.UNKNOWN:
            assert Happening.IN_DOUBT in seen


@pytest.mark.parametrize("state", list(InvitationState))
def test_what_left_is_never_dropped(state: InvitationState) -> None:
    if state in (InvitationState.SENT, InvitationState.WITHDRAWN):
        with pytest.raises(ImpossibleStepError):
            after(state, Happening.DROPPED)


@pytest.mark.parametrize("state", [InvitationState.UNKNOWN])
@pytest.mark.parametrize("happening", [Happening.WRITTEN, Happening.RELEASED, Happening.NOT_REACHED])
def test_a_doubt_stays_until_somebody_looked(state: InvitationState, happening: Happening) -> None:
    assert after(state, happening) is InvitationState.UNKNOWN


def test_the_words_are_the_wires() -> None:
    for words, wire in (
        (InvitationState, notification_pb2.InvitationState),
        (Route, notification_pb2.Route),
        (Answer, notification_pb2.Answer),
        (DeliveryState, rpc.DeliveryState),
        (Channel, subject_pb2.Channel),
    ):
        skipped = {"INVITATION_STATE_UNSPECIFIED"}
        assert {word.value for word in words} == set(wire.keys()) - skipped  # type: ignore[attr-defined]
    assert {kind.value for kind in RestrictionKind} == set(subject_pb2.RestrictionKind.keys()) - {
        "RESTRICTION_KIND_UNSPECIFIED"
    }


def test_every_refusal_of_the_domain_has_a_rule() -> None:
    folder = Path(events.__file__).parent
    raised = {
        node.name
        for file in folder.glob("*.py")
        # How the outside can fail, and what comes in by mail, reach no caller.
        if file.name not in ("delivery_fault.py", "mail_reply.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    }
    assert raised <= {kind.__name__ for kind in ERROR_TABLE}
    stale = refusal.StalePreviewError(meeting="councils/north/meetings/1")
    rule = rule_for(stale, ERROR_TABLE)
    assert rule is not None and (rule.code, reason_of(stale, rule)) == (grpc.StatusCode.ABORTED, "STALE")
