"""What staff are told meanwhile follows from how things stand; what could not be taken in is moved on by a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from servicekit import lanes
from servicekit.caller import Caller
from servicekit.errors import Unavailable
from servicekit.ids import new_id
from services.notifications.adapters.certificate import certificate_end
from services.notifications.app.integration_health import CAUSES, IntegrationDesk, demand_shown, get_integration_health
from services.notifications.app.move_work_on import Piece, discard_work, retry_work
from services.notifications.app.ports import OfferReader
from services.notifications.domain.brake import HOUR_IS_FULL, SendingStop
from services.notifications.domain.date_question import OfferToAsk
from services.notifications.domain.integration_health import (
    ALL_WELL,
    DATE_OFFER,
    FEED,
    MEETING,
    NOT_READ,
    Failing,
    IntegrationHealth,
    WaitingWork,
    advice,
)
from services.notifications.domain.meeting import Meeting
from services.notifications.domain.refusal import NothingWaitsError
from services.notifications.storage.unit_of_work import REMINDER_LANE
from tests.notifications.test_date_questions import OFFER, Offers
from tests.notifications.world import World, person

NOW = datetime(2026, 3, 24, 10, 30, tzinfo=UTC)
WELL = IntegrationHealth(NOW, (), (), True, None, (("outlook", 0),), 1000, None, True, NOW, True)


OTHERS = " Meetings that are not shown to you are not counted: ask whoever may see them."


def _held(trouble: str, starts_in: timedelta, since: datetime = NOW - timedelta(hours=1)) -> WaitingWork:
    return WaitingWork(Failing(MEETING, "x", since, 3, "StillWaitingError"), (trouble,), "M-1", NOW + starts_in)


def _said(**changes: object) -> tuple[str, ...]:
    return advice(replace(WELL, **changes), CAUSES)


def test_where_all_is_well_there_is_nothing_to_tell() -> None:
    assert _said() == (ALL_WELL,)


def test_outlook_is_away_since_the_first_that_waits_and_meetings_soon_are_counted() -> None:
    waiting = (
        _held(CAUSES.outlook, timedelta(hours=20), NOW - timedelta(minutes=78)),
        _held(CAUSES.outlook, timedelta(hours=47)),
        _held(CAUSES.outlook, timedelta(hours=49)),
        _held(CAUSES.outlook, -timedelta(hours=1)),
    )
    assert _said(waiting=waiting) == (
        "Invitations wait because Outlook does not answer since 09:12."
        " Ring those with a meeting in the next two days: 2 meetings." + OTHERS,
    )


def test_a_day_is_said_where_it_is_another() -> None:
    (said,) = _said(waiting=(_held(CAUSES.mail, timedelta(days=9), NOW - timedelta(days=1)),), mail_answers=False)
    assert said.startswith("Messages wait because the mail server does not answer since 10:30 on 23 March.")
    assert "No meeting that you can see here is within the next two days." in said


def test_whether_anything_is_hidden_is_not_told() -> None:
    (said,) = _said(waiting=(_held(CAUSES.outlook, timedelta(days=9)),))
    assert said.endswith("No meeting that you can see here is within the next two days." + OTHERS)


def test_what_could_not_be_read_is_never_shown_as_nothing() -> None:
    assert _said(all_read=False) == (NOT_READ,)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stop": SendingStop(NOW, "user:x", "A list went wrong.")}, "cancelled meeting until it is started again"),
        ({"waiting": (_held(HOUR_IS_FULL, timedelta(days=9)),)}, "within an hour (1000) have been written to"),
        ({"mail_answers": False}, "The mail server does not answer just now"),
        ({"certificate_end": NOW + timedelta(days=29)}, "runs out on 22 April 2026"),
        ({"certificate_end": NOW - timedelta(days=1)}, "ran out on 23 March 2026"),
        ({"mailbox_read": NOW - timedelta(minutes=16)}, "have not been read since 10:14"),
        ({"waiting": (WaitingWork(Failing(FEED, "x", NOW, 0, "KeyError", "cases"), ("x",)),)}, "1 change from other"),
    ],
)
def test_each_thing_that_is_wrong_is_said(changes: dict[str, object], words: str) -> None:
    (said,) = _said(**changes)
    assert words in said


def test_what_is_far_off_is_not_said() -> None:
    assert _said(certificate_end=NOW + timedelta(days=31), mailbox_read=NOW - timedelta(minutes=14)) == (ALL_WELL,)
    assert _said(mailbox_read=NOW - timedelta(days=1), has_mailbox=False) == (ALL_WELL,)


def _desk(world: World, offers: OfferReader | None = None) -> IntegrationDesk:
    return IntegrationDesk(world.desk, offers or Offers(world), None, None)


async def _fail(world: World, kind: str, item: str) -> None:
    async with world.begin(world.caller) as unit:
        await lanes.wake(unit.tx, kind, item)
    async with world.begin(world.caller) as unit:
        await unit.tx.execute("update lane set attempts = 1, failure = 'KeyError'")


async def test_what_the_caller_may_not_know_of_is_neither_shown_nor_counted(world: World) -> None:
    await _fail(world, MEETING, world.meeting.name)
    await _fail(world, DATE_OFFER, OFFER)
    manager, offers = world.user("business-support-manager"), Offers(world, seen=False)
    world.seen = False
    health = await get_integration_health(_desk(world, offers), manager)
    assert (health.waiting, health.depths, health.all_read) == ((), (), True)
    world.seen = offers.seen = True
    health = await get_integration_health(_desk(world, offers), manager)
    assert {one.failing.item for one in health.waiting} == {world.meeting.name, OFFER}
    assert [(one.kind, one.waiting) for one in health.depths] == [(DATE_OFFER, 1), (MEETING, 1)]
    assert {one.troubles for one in health.waiting} == {
        ("It fails for a reason inside the system (KeyError). Tell whoever looks after it.",)
    }


class _Away:
    """A scheduler that does not answer."""

    async def meeting(self, caller: Caller, name: str) -> Meeting | None:
        raise Unavailable

    async def offer(self, caller: Caller, name: str) -> OfferToAsk | None:
        raise Unavailable

    async def link(self, caller: Caller, offer: str, person: str) -> str:
        raise Unavailable


async def test_while_the_scheduler_is_away_nothing_about_meetings_is_shown(world: World) -> None:
    await _fail(world, MEETING, world.meeting.name)
    await _fail(world, DATE_OFFER, OFFER)
    world.desk = replace(world.desk, meetings=_Away())
    health = await get_integration_health(_desk(world, _Away()), world.user("business-support-manager"))
    assert (health.waiting, health.depths, health.all_read) == ((), (), False)


@pytest.mark.parametrize("kind", [MEETING, DATE_OFFER])
async def test_nobody_moves_on_what_they_may_not_know_of(world: World, kind: str) -> None:
    item = {MEETING: world.meeting.name, DATE_OFFER: OFFER}[kind]
    manager, offers = world.user("business-support-manager"), Offers(world, seen=False)
    await demand_shown(_desk(world), manager, kind, item)
    world.seen = False
    with pytest.raises(NothingWaitsError):
        await demand_shown(_desk(world, offers), manager, kind, item)


async def test_a_person_of_whom_a_lane_is_has_no_name_on_the_page(world: World) -> None:
    await _fail(world, REMINDER_LANE, person("mother"))
    manager = world.user("business-support-manager")
    (shown,) = (await get_integration_health(_desk(world), manager)).waiting
    assert "people/" not in shown.failing.item
    async with world.begin(manager) as unit:
        await retry_work(unit, manager, Piece(REMINDER_LANE, shown.failing.item))
        audited = await unit.tx.fetchval("select object_name from audit_event where action = 'RetryWork'")
        assert audited == person("mother")
        with pytest.raises(NothingWaitsError):
            await retry_work(unit, manager, Piece(REMINDER_LANE, person("mother")))


async def test_when_graphs_notices_run_out_is_told(world: World) -> None:
    manager, desk = world.user("business-support-manager"), _desk(world)
    assert (await get_integration_health(desk, manager)).subscription_end is None
    async with world.begin(manager) as unit:
        await unit.tx.execute(
            "insert into subscription (council_id, resource, id, client_state, asked_at, expires_at)"
            " values ($1, 'users/m/events', 'x', 'y', $2, $2)", world.caller.council_id, NOW,
        )  # fmt: skip
    assert (await get_integration_health(desk, manager)).subscription_end == NOW


async def _park(world: World, aggregate: str) -> None:
    async with world.begin(world.caller) as unit:
        await unit.tx.execute(
            "insert into inbox_parked"
            " (producer, council_id, position, event_id, aggregate, type, error_type, parked_at)"
            " values ('cases', $1, 1, $2, $3, 'CaseEventRecorded', 'KeyError', $4)",
            world.caller.council_id, new_id(), aggregate, unit.now(),
        )  # fmt: skip


async def test_an_event_that_cannot_be_taken_in_is_shown_retried_or_given_up(world: World) -> None:
    child, manager = world.meeting.subjects[0], world.user("business-support-manager")
    await _park(world, child)
    health = await get_integration_health(_desk(world), manager)
    assert [(one.failing.kind, one.failing.producer) for one in health.waiting] == [(FEED, "cases")]
    assert [(one.kind, one.waiting) for one in health.depths] == [(FEED, 1)]
    assert "children/" not in health.waiting[0].failing.item
    piece = Piece(FEED, health.waiting[0].failing.item, "cases")
    async with world.begin(manager) as unit:
        await retry_work(unit, manager, piece)
        released = await unit.tx.fetchval("select released from inbox_parked")
        assert released is True
        assert await discard_work(unit, manager, piece, "The child was recorded twice.") == 0
        with pytest.raises(NothingWaitsError):
            await retry_work(unit, manager, piece)
        said = await unit.tx.fetch("select action, purpose from audit_event")
    assert ("DiscardWork", "The child was recorded twice.") in {(row["action"], row["purpose"]) for row in said}


def test_a_certificates_end_is_read_from_its_file(tmp_path: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    end = datetime(2026, 5, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2026, 1, 1, tzinfo=UTC), end)
    file = tmp_path / "graph.pem"
    file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    assert certificate_end(file) == end
    file.write_text("no certificate")
    with pytest.raises(ValueError):
        certificate_end(file)
