"""What Graph's statuses and codes mean."""

from datetime import UTC, datetime

import pytest

from services.notifications.adapters.graph_error import GraphAnswer, fault_of, raise_unless, reason_of, seconds_of
from services.notifications.domain.delivery_fault import (
    ChangedMeanwhile,
    DeliveryFault,
    Gone,
    OutcomeUnknown,
    Refused,
    Unreachable,
)

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "code", "fault"),
    [
        (400, "ErrorInvalidRequest", Refused),
        (403, "ErrorAccessDenied", Refused),
        (302, None, Refused),
        (404, "ErrorItemNotFound", Gone),
        (404, "ErrorInvalidUser", Refused),
        (404, None, Refused),
        (409, "ErrorIrresolvableConflict", ChangedMeanwhile),
        (412, "ErrorIrresolvableConflict", ChangedMeanwhile),
        (429, "ApplicationThrottled", Unreachable),
        (503, "ServiceUnavailable", Unreachable),
        (503, "ConcurrentItemSave", OutcomeUnknown),
        (409, "ConcurrentItemSave", OutcomeUnknown),
        (500, None, OutcomeUnknown),
        (504, "UnknownError", OutcomeUnknown),
        (507, None, OutcomeUnknown),
    ],
)
def test_meaning(status: int, code: str | None, fault: type[DeliveryFault]) -> None:
    answer = GraphAnswer(status, {"error": {"code": code, "message": "carer-1@example.org"}}, 3.0)
    found = fault_of(answer)
    assert type(found) is fault and "@" not in str(found)
    assert not isinstance(found, Unreachable) or found.retry_after == 3.0
    with pytest.raises(fault):
        raise_unless(answer, 200)


def test_an_unexpected_success_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        raise_unless(GraphAnswer(202), 200)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ErrorAccessDenied", "ERROR_ACCESS_DENIED"),
        ("SyncStateNotFound", "SYNC_STATE_NOT_FOUND"),
        ("RequestBroker--ParseUri", "REQUEST_BROKER_PARSE_URI"),
        ("invalid_client", "INVALID_CLIENT"),
        ("Mail to carer-1@example.org failed", "OTHERWISE"),
        ("x" * 65, "OTHERWISE"),
        (None, "OTHERWISE"),
        ({}, "OTHERWISE"),
    ],
)
def test_reason_is_a_code_or_nothing(code: object, reason: str) -> None:
    assert reason_of(code, "OTHERWISE") == reason


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        ("Mon, 16 Mar 2026 09:00:30 GMT", 30.0),
        ("Mon, 16 Mar 2026 08:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header, NOW) == seconds


def test_sync_state() -> None:
    assert GraphAnswer(410).sync_state_is_gone
    assert GraphAnswer(400, {"error": {"code": "syncStateNotFound"}}).sync_state_is_gone
    assert not GraphAnswer(400).sync_state_is_gone
