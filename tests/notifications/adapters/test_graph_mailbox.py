"""Reading the mailbox of answers through Graph: the emulator's, and answers that Graph should not give."""

from base64 import b64encode
from dataclasses import replace

import pytest

from services.notifications.adapters.bounded_message import MOST_BYTES
from services.notifications.adapters.graph_mailbox import GraphMailbox
from services.notifications.adapters.graph_session import GraphSession
from services.notifications.adapters.graph_tokens import AppSecret, GraphTokens, TenantApp
from services.notifications.app.read_mail import read_mail
from services.notifications.app.reply_mailbox import MailCursor, MailPage
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery_fault import Refused, Unreachable
from services.notifications.domain.invitation import uid
from services.notifications.domain.mail_reply import CalendarAnswer, SetAside
from tests.emulators.microsoft_process import OFFICE, SECRET_APP, TENANT, Microsoft, make_directory
from tests.notifications.honest_mail import Said, answer, letter
from tests.notifications.world import SENDER, World

SAID = Said("0b7c1f9e-8d53-4c1e-9b1c-6f0a7d3e5a11@north.example.org", "mother@example.org")


@pytest.fixture
def mailbox(microsoft: Microsoft, session: GraphSession) -> GraphMailbox:
    tokens = GraphTokens(TenantApp(microsoft.url, TENANT, SECRET_APP, AppSecret("made-up"), microsoft.ready["ca"]))
    return GraphMailbox(session, tokens, f"{microsoft.url}/v1.0", OFFICE, "")


def put(microsoft: Microsoft, *messages: bytes, **more: str) -> list[str]:
    """They come in, one after the other; Graph's ids."""
    sent = ({"tenant": TENANT, "mailbox": OFFICE, "mime": b64encode(one).decode(), **more} for one in messages)
    return [str(microsoft.control("POST", "inbox", one)["id"]) for one in sent]


def opened(microsoft: Microsoft) -> list[bool]:
    return [bool(one["isRead"]) for one in microsoft.control("GET", "inbox")["messages"]]


def cursor(page: MailPage) -> MailCursor:
    return MailCursor(page.validity, max((mail.number for mail in page.mails), default=0), page.token)


async def test_messages_are_read_once_in_the_order_in_which_they_came(
    microsoft: Microsoft, mailbox: GraphMailbox
) -> None:
    put(microsoft, answer(replace(SAID, partstat="DECLINED")), received="2026-03-16T09:00:05Z")
    put(microsoft, answer(SAID), received="2026-03-16T09:00:01Z")
    page = await mailbox.read(None)
    read = [one.reply.content.answer for one in page.mails if isinstance(one.reply.content, CalendarAnswer)]
    assert read == [Answer.ACCEPTED, Answer.DECLINED] and not page.more
    numbers = [one.number for one in page.mails]
    assert numbers == sorted(numbers) and page.unread == set(numbers) and max(numbers) < 2**63
    again = await mailbox.read(cursor(page))
    assert (again.mails, again.unread) == ((), page.unread)
    put(microsoft, answer(SAID), received="2026-03-16T08:00:00Z")
    assert len((await mailbox.read(cursor(again))).mails) == 1, "what is moved into the folder is old, and new here"


async def test_only_what_is_marked_counts_as_opened_and_is_not_told_again(
    microsoft: Microsoft, mailbox: GraphMailbox
) -> None:
    put(microsoft, answer(SAID), answer(SAID))
    page = await mailbox.read(None)
    await mailbox.mark_read([])
    assert opened(microsoft) == [False, False]
    await mailbox.mark_read([page.mails[0].number])
    assert sorted(opened(microsoft)) == [False, True]
    after = await mailbox.read(cursor(page))
    assert (after.mails, after.unread) == ((), {page.mails[1].number})


async def test_many_messages_come_in_pages(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    put(microsoft, *[answer(SAID)] * 23)
    page, count = await mailbox.read(None), 0
    while page.more:
        count += len(page.mails)
        page = await mailbox.read(cursor(page))
    assert count + len(page.mails) == 23 and len(page.unread) == 23


async def test_what_graph_has_forgotten_is_read_anew(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    put(microsoft, answer(SAID))
    page = await mailbox.read(None)
    microsoft.control("POST", "faults", {"arm": [{"fault": "sync_state_not_found", "operation": "delta"}]})
    assert [one.number for one in (await mailbox.read(cursor(page))).mails] == [one.number for one in page.mails]


async def test_too_large_a_message_is_not_read_to_its_end(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    put(microsoft, b"x" * (MOST_BYTES + 1), b"x" * 2_900_000, answer(SAID))
    contents = [mail.reply.content for mail in (await mailbox.read(None)).mails]
    assert contents.count(SetAside.TOO_LARGE) == 2 and sum(isinstance(one, CalendarAnswer) for one in contents) == 1


async def test_an_application_without_the_role_for_mail_is_refused(microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    document = make_directory(microsoft.certificate.certificate_pem)
    for app in document["tenants"][0]["apps"]:
        app["mail"] = False
    microsoft.control("PUT", "directory", document)
    with pytest.raises(Refused) as refused:
        await mailbox.read(None)
    assert refused.value.reason == "ERROR_ACCESS_DENIED"


@pytest.mark.parametrize(
    ("fault", "operation"),
    [
        *((fault, one) for fault in ("down", "error") for one in ("delta", "list", "read", "mark")),
        ("lost_reply", "mark"),
    ],
)
async def test_whatever_breaks_is_done_again_later(
    microsoft: Microsoft, mailbox: GraphMailbox, fault: str, operation: str
) -> None:
    put(microsoft, answer(SAID))
    microsoft.fault(fault=fault, operation=operation, times=1, **({"status": 500} if fault == "error" else {}))
    with pytest.raises(Unreachable):
        await mailbox.mark_read([one.number for one in (await mailbox.read(None)).mails])
    page = await mailbox.read(None)
    await mailbox.mark_read([one.number for one in page.mails])
    assert opened(microsoft) == [True]


async def test_answers_are_taken_and_letters_wait(world: World, microsoft: Microsoft, mailbox: GraphMailbox) -> None:
    council = world.caller.council_id
    outside = replace(world.desk.outside[council], sender=replace(SENDER, mailbox=""), calendar=None, mailbox=mailbox)
    world.desk = replace(world.desk, outside={council: outside})
    await world.tell(3)
    one = await world.invitation("mother")
    said = replace(SAID, uid=uid(one, "north.example.org"), sequence=one.sequence, stamp=world.clock.now())
    forged = replace(said, sender="stranger@example.org")
    put(microsoft, answer(said), answer(forged), letter("stranger@example.org", "Buy this!").as_bytes())
    for _ in range(2):
        await read_mail(world.desk, world.caller)
    assert (await world.invitation("mother")).answer is Answer.ACCEPTED
    assert opened(microsoft) == [True, False, False]
    async with world.begin(world.caller) as unit:
        (waits,) = await unit.mail.waiting()
    assert (waits.reason, waits.invitation_id) == (SetAside.FOR_SOMEBODY_ELSE, one.id)
