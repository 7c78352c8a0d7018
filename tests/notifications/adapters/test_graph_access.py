"""Who may ask Graph, and for what: tokens, scopes, tenants, trust."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_session import GraphSession, open_graph_session
from services.notifications.adapters.graph_tokens import AppCertificate, AppSecret, GraphTokens
from services.notifications.domain.delivery_fault import Refused, Unreachable
from tests.emulators.microsoft_process import (
    CERT_APP,
    CHAIR,
    NARROW_APP,
    OFFICE,
    OTHER_APP,
    OTHER_TENANT,
    Microsoft,
)
from tests.notifications.adapters.drafts import calendar_of, draft, key_of, tenant_app

OTHER_OFFICE = "office@second.example"


async def test_expired_token_is_renewed_once(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    await calendar.create(draft())
    microsoft.fault(fault="token_expired")
    await calendar.create(draft())
    microsoft.fault(fault="token_expired", times=2)
    with pytest.raises(Refused) as refused:
        await calendar.create(draft())
    assert refused.value.reason == "INVALID_AUTHENTICATION_TOKEN"
    assert len(microsoft.calendar(OFFICE)) == 2


async def test_outside_the_scope(microsoft: Microsoft, session: GraphSession) -> None:
    narrow = calendar_of(microsoft, session, NARROW_APP)
    await narrow.create(draft())
    for ask in (
        lambda: narrow.create(draft(mailbox=CHAIR)),
        lambda: narrow.find(CHAIR, key_of(draft(), "some-id")),
        lambda: narrow.replies(CHAIR, "", (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))),
    ):
        with pytest.raises(Refused) as refused:
            await ask()
        assert refused.value.reason == "ERROR_ACCESS_DENIED"


async def test_two_tenants(microsoft: Microsoft, session: GraphSession) -> None:
    one = calendar_of(microsoft, session)
    two = calendar_of(microsoft, session, OTHER_APP, AppSecret("other"), OTHER_TENANT)
    shared = draft()
    mine = await one.create(shared)
    theirs = await two.create(replace(shared, mailbox=OTHER_OFFICE))
    assert mine.event_id != theirs.event_id
    assert await two.find(OTHER_OFFICE, key_of(shared, mine.event_id)) == theirs
    with pytest.raises(Refused):
        await two.find(OFFICE, key_of(shared, mine.event_id))
    with pytest.raises(Refused):
        await one.find(OTHER_OFFICE, key_of(shared))


async def test_by_certificate(microsoft: Microsoft, session: GraphSession) -> None:
    held = AppCertificate(microsoft.certificate.certificate_pem, microsoft.certificate.key_pem)
    await calendar_of(microsoft, session, CERT_APP, held).create(draft())
    assert held.private_key_pem not in repr(held)


async def test_one_token_for_many_requests(microsoft: Microsoft) -> None:
    tokens = GraphTokens(tenant_app(microsoft))
    first = await tokens.token()
    assert await asyncio.gather(*(tokens.token() for _ in range(8))) == [first] * 8
    assert await tokens.token(instead_of=first) != first
    tokens.close()


async def test_entra_refuses_or_is_down(microsoft: Microsoft, session: GraphSession) -> None:
    with pytest.raises(Refused) as refused:
        await calendar_of(microsoft, session, credential=AppSecret("wrong")).create(draft())
    assert refused.value.reason.isupper()
    microsoft.fault(fault="entra_down")
    calendar = calendar_of(microsoft, session)
    with pytest.raises(Unreachable):
        await calendar.create(draft())
    microsoft.control("POST", "faults", {"clear": True})
    await calendar.create(draft())


async def test_a_certificate_that_is_not_trusted(microsoft: Microsoft) -> None:
    session = open_graph_session(None)
    try:
        with pytest.raises(Unreachable):
            await calendar_of(microsoft, session).create(draft())
    finally:
        await session.close()
