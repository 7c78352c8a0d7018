"""What a manager is shown of the mailbox to which people answer: what waits there, and since when it cannot be read."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from permanence.notifications.v1 import integration_service_pb2 as rpc

from servicekit.caller import acting_as
from services.notifications.app.integration_health import CAUSES, IntegrationDesk, get_integration_health
from services.notifications.app.read_mail import read_mail
from services.notifications.domain.delivery_fault import Unreachable
from services.notifications.domain.integration_health import ALL_WELL, EmailedAnswers, advice
from services.notifications.domain.invitation import message_id
from services.notifications.rpc.integration_servicer import IntegrationServicer
from tests.notifications.honest_mail import letter
from tests.notifications.hostile_mail import HOSTILE
from tests.notifications.test_date_questions import Offers
from tests.notifications.test_integration_health import NOW, WELL, _Away
from tests.notifications.test_mail_replies import HOST, Mailbox, told
from tests.notifications.test_mail_replies import mailbox as _mailbox  # noqa: F401 - a fixture
from tests.notifications.world import MAIL_FROM, World

BOX = EmailedAnswers(MAIL_FROM, NOW, None)


@pytest.fixture(name="mailbox")
def _the_mailbox(_mailbox: Mailbox) -> Mailbox:  # noqa: F811 - a fixture is named like its function
    return _mailbox


def _desk(world: World) -> IntegrationDesk:
    return IntegrationDesk(world.desk, Offers(world), None, None)


async def _emailed(world: World) -> EmailedAnswers | None:
    return (await get_integration_health(_desk(world), world.user("business-support-manager"))).emailed


async def _a_letter_and_a_riddle(world: World, mailbox: Mailbox) -> tuple[datetime, datetime]:
    """One message that is about the meeting, and one of which nobody knows; when each came."""
    one = await told(world)
    first, second = mailbox.received_at, mailbox.received_at + timedelta(minutes=10)
    mailbox.put(letter(one.told_address, In_Reply_To=f"<{message_id(one, one.sequence, HOST)}>").as_bytes())
    await read_mail(world.desk, world.caller)
    mailbox.received_at = second
    mailbox.put(HOSTILE["two UIDs"][0]())
    await read_mail(world.desk, world.caller)
    return first, second


async def test_what_waits_is_counted_until_somebody_opened_it(world: World, mailbox: Mailbox) -> None:
    first, second = await _a_letter_and_a_riddle(world, mailbox)
    now = world.clock.now()
    assert await _emailed(world) == EmailedAnswers(MAIL_FROM, now, None, 2, first)
    mailbox.opened.add(1)
    await read_mail(world.desk, world.caller)
    assert await _emailed(world) == EmailedAnswers(MAIL_FROM, now, None, 1, second)


async def test_what_is_about_a_meeting_that_the_reader_may_not_know_of_is_not_counted(
    world: World, mailbox: Mailbox
) -> None:
    _, second = await _a_letter_and_a_riddle(world, mailbox)
    world.seen = False
    found = await _emailed(world)
    assert found is not None and (found.set_aside, found.oldest) == (1, second)


async def test_while_the_scheduler_is_away_it_is_said_that_not_all_is_shown(world: World, mailbox: Mailbox) -> None:
    await _a_letter_and_a_riddle(world, mailbox)
    world.desk = replace(world.desk, meetings=_Away())
    health = await get_integration_health(_desk(world), world.user("business-support-manager"))
    assert health.emailed is not None and health.emailed.set_aside == 1 and not health.all_read


async def test_since_when_it_cannot_be_read_is_kept_until_it_can(world: World, mailbox: Mailbox) -> None:
    read = world.clock.now()
    await read_mail(world.desk, world.caller)
    mailbox.fails = 2
    for _ in range(2):
        world.clock.instant += timedelta(minutes=1)
        with pytest.raises(Unreachable):
            await read_mail(world.desk, world.caller)
    assert await _emailed(world) == EmailedAnswers(MAIL_FROM, read, read + timedelta(minutes=1))
    await read_mail(world.desk, world.caller)
    assert await _emailed(world) == EmailedAnswers(MAIL_FROM, world.clock.now(), None)


async def test_it_goes_over_the_wire(world: World, mailbox: Mailbox) -> None:
    first, _ = await _a_letter_and_a_riddle(world, mailbox)
    mailbox.fails = 1
    with pytest.raises(Unreachable):
        await read_mail(world.desk, world.caller)
    servicer, request = IntegrationServicer(_desk(world), world.begin), rpc.GetIntegrationHealthRequest()
    request.parent = "councils/north"
    with acting_as(world.user("business-support-manager")):
        found = (await servicer.GetIntegrationHealth(request, None)).emailed_answers  # type: ignore[arg-type]  # not used
    assert (found.address, found.set_aside) == (MAIL_FROM, 2)
    times = (found.read_time, found.failing_since_time, found.oldest_set_aside_time)
    now = world.clock.now().replace(tzinfo=None)
    assert [one.ToDatetime() for one in times] == [now, now, first.replace(tzinfo=None)]


async def test_a_council_without_a_mailbox_is_told_nothing_of_one(world: World) -> None:
    assert await _emailed(world) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"failing_since": NOW - timedelta(hours=1)}, "The reply mailbox cannot be read since 09:30. Somebody who"),
        ({"read_at": NOW - timedelta(minutes=16)}, "The reply mailbox has not been read since 10:14. Somebody who"),
        ({"set_aside": 1, "oldest": NOW}, "1 e-mail that people sent waits for somebody to read it since 10:30."),
        ({"set_aside": 3, "oldest": NOW}, "3 e-mails that people sent wait for somebody to read them, the first since"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(changes: dict[str, object], words: str) -> None:
    (said,) = advice(replace(WELL, emailed=replace(BOX, **changes)), CAUSES)
    assert words in said and MAIL_FROM in said


def test_a_mailbox_that_is_well_is_not_spoken_of() -> None:
    assert advice(replace(WELL, emailed=BOX), CAUSES) == (ALL_WELL,)
