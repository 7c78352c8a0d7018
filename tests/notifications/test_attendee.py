"""A page of one's own without an account: what a link opens, for whom, how long; answers, needs, second factor."""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import uuid4

import grpc
import pytest
from permanence.notifications.v1 import attendee_service_pb2 as rpc
from permanence.notifications.v1 import notification_pb2 as wire

from servicekit.launcher import ServiceDatabase
from services.notifications.adapters.imip_calendar import calendar_object
from services.notifications.app.preview_invitations import preview_invitations
from services.notifications.domain.answer import Answer
from services.notifications.domain.attendee_link import AttendeeLink, token_for
from services.notifications.domain.brake import SendingStop
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.issued_link import MOST_CODES, MOST_LINKS
from services.notifications.domain.mail_draft import MailDraft
from services.notifications.domain.meeting import Channel, Restriction, RestrictionKind
from services.notifications.domain.need import Need
from services.notifications.domain.outlook_event import VIDEO, EventState, new_event
from services.notifications.domain.rendering import WE_WILL_TELL_YOU
from tests.notifications.attendee_page import (
    CODE,
    ELSEWHERE,
    HERE,
    LINK,
    SIGNER,
    AttendeePage,
    attendee_page,
    invitation_bytes,
)
from tests.notifications.test_service import NORTH
from tests.notifications.world import START, World, person

PLACE, TITLE, REFERENCE = "Room 4, Civic Centre", "Permanence planning meeting", "M-2041"
INTERPRETER, ADVOCATE, REMOTE = wire.NEED_INTERPRETER, wire.NEED_ADVOCATE, wire.NEED_REMOTE


@pytest.fixture
async def page(world: World, tables: ServiceDatabase, tmp_path: Path) -> AsyncIterator[AttendeePage]:
    async with attendee_page(world, tables, tmp_path) as found:
        yield found


async def closed(asked: Awaitable[object]) -> bool:
    """Whether it is answered as every link that opens nothing: same code, same words."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asked
    same = "councils/north" in str(caught.value.details()) and "invitations" not in str(caught.value.details())
    return caught.value.code() is grpc.StatusCode.NOT_FOUND and same


async def code_of(asked: Awaitable[object]) -> grpc.StatusCode:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asked
    code: grpc.StatusCode = caught.value.code()
    return code


async def test_an_invitation_by_mail_has_a_link_and_a_calendar_has_none(page: AttendeePage) -> None:
    message = message_from_bytes(invitation_bytes(page, "mother"), policy=default)
    parts = {part.get_content_type(): part for part in message.walk()}
    plain, web = parts["text/plain"].get_content(), parts["text/html"].get_content()
    url = f"{SIGNER.site}/invitation/north.{page.token('mother')}"
    assert url in plain.splitlines() and f'<a href="{url}">{url}</a>' in web
    for kind in ("text/calendar", "application/ics"):
        content = parts[kind].get_content()
        text = content if isinstance(content, str) else content.decode()
        assert "UID:" in text and "/invitation/" not in text.replace("\r\n ", "").replace("\n ", "")
    assert not any(LINK.search(text) for name in ("chair", "worker") for text in page.mails(name)), (
        "staff have accounts"
    )


async def test_a_new_link_tells_nobody_again_and_ends_no_release(page: AttendeePage) -> None:
    before = len(page.world.mail.accepted)
    token = page.token("mother")
    await page.answer(token)
    page.later(timedelta(hours=1))
    await page.new_link(token)
    assert await page.world.tell()
    assert len(page.world.mail.accepted) == before + 1 and page.token("mother") != token


async def test_opening_shows_date_and_time_alone_and_uses_nothing_up(page: AttendeePage) -> None:
    token = page.token("mother")
    for _ in range(3):
        sheet = await page.open(token)
        assert sheet.state == rpc.LINK_STATE_OPEN and not sheet.ours and sheet.answer == wire.ANSWER_UNSPECIFIED
        assert sheet.start_time.ToDatetime().hour == START.hour and sheet.time_zone == "Europe/London"
        assert not any(text in str(sheet) for text in (PLACE, TITLE, REFERENCE, "planning", "social", "people/"))
    assert (await page.answer(token)).answer == wire.ANSWER_ACCEPTED


async def test_the_first_answer_makes_the_link_one_browsers_for_half_an_hour(page: AttendeePage) -> None:
    token = page.token("mother")
    await page.answer(token)
    assert (await page.open(token, HERE)).ours
    assert await closed(page.open(token)) and await closed(page.open(token, ELSEWHERE))
    assert await closed(page.answer(token, ELSEWHERE, wire.ANSWER_DECLINED))
    page.later(timedelta(minutes=29))
    assert (await page.answer(token, HERE, wire.ANSWER_TENTATIVE)).answer == wire.ANSWER_TENTATIVE
    page.later(timedelta(minutes=1))
    assert await closed(page.open(token, HERE)) and await closed(page.answer(token))
    invitation = await page.world.invitation("mother")
    assert (invitation.answer, invitation.answered_revision) == (Answer.TENTATIVE, 1)
    async with page.world.begin(page.world.caller) as unit:
        logged = await unit.tx.fetch("select source, answer from reply_log order by answer_time")
    assert [tuple(row) for row in logged] == [("page", Answer.ACCEPTED.value), ("page", Answer.TENTATIVE.value)]


async def test_what_opens_nothing_is_answered_alike(page: AttendeePage) -> None:
    mother, world = await page.world.invitation("mother"), page.world
    token = page.token("mother")
    foreign = token_for(b"x" * 32, AttendeeLink(mother.id, 1))
    newer = token_for(SIGNER.key, AttendeeLink(mother.id, 2))
    colleague = token_for(SIGNER.key, AttendeeLink((await world.invitation("chair")).id, 1))
    for wrong in ("a" * 48, foreign, newer, colleague):
        assert await closed(page.open(wrong)), wrong
        assert await closed(page.answer(wrong)), wrong
        assert await closed(page.send_code(wrong)), wrong
    there = world.people.pop("mother")
    assert await closed(page.open(token)), "a part that has ended ends the link"
    world.people["mother"] = replace(there, channel=Channel.TEXT)
    assert await closed(page.open(token)), "the way by which it was sent is not safe any more"
    world.people["mother"] = there
    assert (await page.open(token)).state == rpc.LINK_STATE_OPEN
    page.at(START + timedelta(minutes=90))
    assert await closed(page.open(token)), "the meeting is over"


async def test_a_part_that_ended_leaves_a_dead_link(page: AttendeePage) -> None:
    """Somebody who left the case: told that it is off for them, and the link they still hold opens nothing again."""
    world, token = page.world, page.token("mother")
    del world.people["mother"]
    assert await world.tell()
    assert (await world.invitation("mother")).state is InvitationState.WITHDRAWN
    sent = len(page.mails("mother"))
    for asked in (page.open(token), page.answer(token), page.send_code(token), page.calendar(token)):
        assert await closed(asked)
    await page.new_link(token)
    assert len(page.mails("mother")) == sent, "and no new link is sent to them"


async def test_place_kind_and_roles_need_the_code(page: AttendeePage) -> None:
    token = page.token("mother")
    await page.answer(token)
    assert await code_of(page.more(token)) is grpc.StatusCode.FAILED_PRECONDITION
    assert await page.send_code(token) == rpc.CODE_WAY_EMAIL
    code = page.code("mother")
    assert await page.confirm(token, "000000" if code != "000000" else "111111") == rpc.CODE_RESULT_WRONG
    assert await page.confirm(token, code) == rpc.CODE_RESULT_RIGHT
    more = await page.more(token)
    assert (more.title, more.reference, more.location) == (TITLE, REFERENCE, PLACE)
    assert list(more.others_shown) == ["father", "social worker", "team manager"]
    assert await page.confirm(token, code) == rpc.CODE_RESULT_OVER, "a code works once"
    assert await closed(page.more(token, ELSEWHERE))


async def test_a_code_can_be_the_first_use_and_ends_after_fifteen_minutes(page: AttendeePage) -> None:
    token = page.token("mother")
    await page.send_code(token, "")
    old = page.code("mother")
    page.later(timedelta(minutes=15))
    assert await page.confirm(token, old) == rpc.CODE_RESULT_OVER
    await page.send_code(token, "")
    assert await page.confirm(token, page.code("mother")) == rpc.CODE_RESULT_RIGHT
    assert (await page.more(token)).location == PLACE
    assert await closed(page.open(token, ELSEWHERE))


async def test_five_wrong_codes_end_the_link_and_a_new_one_begins_anew(page: AttendeePage) -> None:
    token = page.token("mother")
    await page.send_code(token, "")
    right = page.code("mother")
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(MOST_CODES):
        assert await page.confirm(token, wrong) == rpc.CODE_RESULT_WRONG
    assert await closed(page.confirm(token, right)) and await closed(page.open(token))
    await page.new_link(token)
    assert page.token("mother") != token and (await page.open(page.token("mother"))).state == rpc.LINK_STATE_OPEN
    for _ in range(MOST_CODES):
        await page.send_code(page.token("mother"))
    assert await closed(page.send_code(page.token("mother")))


async def test_no_code_and_no_secret_is_kept(page: AttendeePage) -> None:
    token = page.token("mother")
    await page.send_code(token)
    code = page.code("mother")
    await page.confirm(token, code)
    await page.spoken("mother")
    async with page.world.begin(page.world.caller) as unit:
        tx = unit.tx
        kept = [
            str(dict(row))
            for table in ("attendee_link", "idempotency", "audit_event", "outbox")
            for row in await tx.fetch(f"select * from {table}")
        ]
    assert len(kept) > 3 and not any(secret in row for row in kept for secret in (code, HERE, token))


async def test_whoever_is_kept_apart_is_promised_the_place(
    world: World, tables: ServiceDatabase, tmp_path: Path
) -> None:
    world.restrictions = (Restriction(RestrictionKind.CONFIDENTIAL_ADDRESS, person("mother"), person("father")),)
    async with attendee_page(world, tables, tmp_path) as page:
        token = page.token("mother")
        await page.send_code(token)
        await page.confirm(token, page.code("mother"))
        more = await page.more(token)
        assert more.location == WE_WILL_TELL_YOU and not more.others_shown and PLACE not in str(more)
        assert "LOCATION:The place will" in (await page.calendar(token, HERE)).replace("\r\n ", "")


async def test_a_moved_meeting_shows_nothing_until_told_and_comes_with_a_link_that_opens(page: AttendeePage) -> None:
    token, world = page.token("mother"), page.world
    await page.answer(token)
    await page.needs(token, INTERPRETER, ADVOCATE, language="Polish")
    world.move(24)
    sheet = await page.open(token, HERE)
    assert sheet.state == rpc.LINK_STATE_CHANGING and not sheet.HasField("start_time")
    assert await code_of(page.answer(token)) is grpc.StatusCode.ABORTED
    assert await world.tell()
    fresh = page.token("mother")
    assert fresh != token and await closed(page.open(token, HERE))
    assert (await page.open(fresh)).start_time.ToDatetime().day == START.day + 1
    one = await world.invitation("mother")
    assert (set(one.needs), one.needs_language) == ({Need.INTERPRETER, Need.ADVOCATE}, "Polish"), "needs survive a move"


async def test_a_repeated_message_has_the_same_link(page: AttendeePage) -> None:
    world, token = page.world, page.token("mother")
    world.move(24)
    world.mail.faults.planned = ["", "", "lost", ""]
    assert await world.tell(tries=3)
    mails = [one for one in world.mail.accepted if one.recipient == "mother@example.org"][1:]
    assert len({getattr(one, "link", "") for one in mails}) == 1 and token in str(mails[0]), "nobody used it: it stays"


async def test_of_a_meeting_that_is_off_every_link_says_so_and_no_more(page: AttendeePage) -> None:
    token = page.token("mother")
    await page.answer(token)
    page.world.cancel()
    assert await page.world.tell()
    for session in (HERE, ELSEWHERE, ""):
        sheet = await page.open(token, session)
        assert sheet.state == rpc.LINK_STATE_OFF and not sheet.HasField("start_time")
    assert await code_of(page.answer(token)) is grpc.StatusCode.ABORTED
    assert not LINK.search(page.mails("mother")[-1]), "a cancellation asks for nothing"


async def test_what_waits_for_release_is_shown_to_nobody(page: AttendeePage) -> None:
    token, world = page.token("mother"), page.world
    world.restricted = True
    world.move(24)
    assert await world.tell()
    assert (await page.open(token)).state == rpc.LINK_STATE_CHANGING


async def test_of_a_case_that_became_restricted_nothing_is_shown_or_sent(page: AttendeePage) -> None:
    """What the person was told is what they would be told; yet nobody has let it go since."""
    token, world = page.token("mother"), page.world
    await page.answer(token)
    world.restricted, before = True, len(world.mail.accepted)
    sheet = await page.open(token, HERE)
    assert sheet.state == rpc.LINK_STATE_CHANGING and not sheet.HasField("start_time")
    assert await code_of(page.send_code(token)) is grpc.StatusCode.ABORTED
    page.later(timedelta(hours=1))
    await page.new_link(token)
    assert len(world.mail.accepted) == before


async def test_a_new_link_is_sent_never_shown_and_not_more_often_than_wanted(page: AttendeePage) -> None:
    token = page.token("mother")
    await page.answer(token)
    before = len(page.world.mail.accepted)
    for wrong in ("a" * 48, token_for(b"x" * 32, AttendeeLink((await page.world.invitation("mother")).id, 1))):
        assert await page.new_link(wrong) == rpc.SendNewLinkResponse()
    assert await page.new_link(token) == rpc.SendNewLinkResponse()
    assert len(page.world.mail.accepted) == before and (await page.open(token, HERE)).ours, "nobody ends it under use"
    page.later(timedelta(minutes=30))
    for _ in range(3):
        assert await page.new_link(token) == rpc.SendNewLinkResponse()
    assert len(page.world.mail.accepted) == before + 1
    fresh = page.token("mother")
    assert await closed(page.open(token, HERE)) and (await page.open(fresh)).answer == wire.ANSWER_ACCEPTED
    assert str(page.world.mail.accepted[-1].subject_line) == f"Your new link · {REFERENCE}"
    page.later(timedelta(minutes=5))
    await page.new_link(token)
    assert page.token("mother") == fresh and len(page.world.mail.accepted) == before + 2, "an unused one is sent again"


async def test_an_old_link_in_a_strangers_hands_ends_the_new_one_not_for_ever(page: AttendeePage) -> None:
    old = page.token("mother")
    await page.answer(old)
    page.later(timedelta(minutes=30))
    await page.new_link(old)
    fresh = page.token("mother")
    await page.send_code(fresh, "")
    page.later(timedelta(minutes=5))
    await page.new_link(old)
    assert await page.confirm(fresh, page.code("mother")) == rpc.CODE_RESULT_RIGHT, "not while a code is on its way"
    page.later(timedelta(minutes=29))
    await page.new_link(old)
    assert (await page.more(fresh)).location == PLACE, "nor while it is somebody's"
    for _ in range(6):
        page.later(timedelta(minutes=5))
        await page.new_link(old)
    links = [text for text in page.mails("mother") if "new link" in text]
    assert len(links) == MOST_LINKS, "and not without end"
    page.later(timedelta(days=1))
    await page.new_link(old)
    assert len([text for text in page.mails("mother") if "new link" in text]) == MOST_LINKS + 1


async def test_needs_are_added_by_the_link_and_replaced_after_the_code(page: AttendeePage) -> None:
    token = page.token("mother")
    await page.needs(token, INTERPRETER, language="Polish")
    await page.needs(token, REMOTE)
    await page.needs(token, INTERPRETER, language="Urdu")
    one = await page.world.invitation("mother")
    assert set(one.needs) == {Need.INTERPRETER, Need.REMOTE} and one.needs_language == "Polish"
    await page.send_code(token)
    await page.confirm(token, page.code("mother"))
    assert list((await page.more(token)).needs) == [INTERPRETER, REMOTE]
    await page.needs(token, INTERPRETER, language="Urdu")
    assert (await page.world.invitation("mother")).needs_language == "Urdu"
    await page.needs(token, ADVOCATE)
    one = await page.world.invitation("mother")
    assert one.needs == (Need.ADVOCATE,) and not one.needs_language
    assert one.needs_time == page.world.clock.now()
    for language, needs in (("", [INTERPRETER]), ("Polish", [ADVOCATE]), ("<b>", [INTERPRETER]), ("", [ADVOCATE] * 2)):
        assert await code_of(page.needs(token, *needs, language=language)) is grpc.StatusCode.INVALID_ARGUMENT


async def test_followers_hear_of_needs_without_a_name(page: AttendeePage) -> None:
    await page.needs(page.token("mother"), INTERPRETER, language="Polish")
    async with page.world.begin(page.world.caller) as unit:
        rows = await unit.tx.fetch("select payload from outbox where type = 'AttendeeNeedsChanged'")
    assert len(rows) == 1 and "NEED_INTERPRETER" in str(rows[0]) and "Robin" not in str(rows[0])


async def test_a_calendar_file_holds_what_may_be_known_at_that_step(page: AttendeePage) -> None:
    token = page.token("mother")
    alone = (await page.calendar(token)).replace("\r\n ", "")
    sent = next(one for one in page.world.mail.accepted if one.recipient == "mother@example.org")
    assert isinstance(sent, MailDraft) and b"ATTENDEE" in calendar_object(sent), "an invitation has one"
    for line in ("METHOD:PUBLISH", "CLASS:PRIVATE", "SUMMARY:Meeting\r\n", "DTSTART;TZID=Europe/London", "SEQUENCE:0"):
        assert line in alone, line
    told = (REFERENCE, sent.uid.partition("@")[0], "LOCATION", PLACE.partition(",")[0])
    assert not any(one in alone for one in told), "enough to answer by e-mail as the person"
    assert _uid_in(alone) == _uid_in(await page.calendar(token)), "and the same entry each time"
    await page.send_code(token)
    await page.confirm(token, page.code("mother"))
    text = (await page.calendar(token, HERE)).replace("\r\n ", "")
    for line in (f"UID:{sent.uid}", f"SEQUENCE:{sent.sequence}", f"SUMMARY:Meeting · {REFERENCE}", f"LOCATION:{PLACE}"):
        assert line.replace(",", "\\,") in text, line
    for entry in (alone, text):
        never = ("ATTENDEE", "Permanence planning", "example.org/", "mother@")
        assert not any(word in entry for word in never)


async def test_the_joining_link_is_shown_after_the_code_and_to_whoever_may_have_it(
    world: World, tables: ServiceDatabase, tmp_path: Path
) -> None:
    link = "https://teams.example.invalid/l/meetup-join/1"
    world.meeting = replace(world.meeting, held_by_video=True)
    event = replace(new_event(uuid4(), world.meeting.name, VIDEO), state=EventState.INVITED, join_url=link)
    async with world.begin(replace(world.caller, council_id=NORTH.council_id)) as unit:
        await unit.events.put(event)
    async with attendee_page(world, tables, tmp_path) as page:
        token = page.token("mother")
        assert link not in await page.calendar(token), "a link alone opens no more than date and time"
        await page.send_code(token)
        await page.confirm(token, page.code("mother"))
        more, entry = await page.more(token), (await page.calendar(token, HERE)).replace("\r\n ", "")
        assert (more.held_by_video, more.joining_link) == (True, link) and link in entry


def _uid_in(entry: str) -> str:
    return next(line for line in entry.splitlines() if line.startswith("UID:"))


async def test_a_code_that_cannot_go_is_read_out_by_business_support(page: AttendeePage) -> None:
    token = page.token("mother")
    assert not (await page.spoken("mother")).code
    page.world.mail.faults.planned = ["refused"]
    assert await page.send_code(token) == rpc.CODE_WAY_SPOKEN
    spoken = await page.spoken("mother", "team-manager")
    assert await page.confirm(token, spoken.code) == rpc.CODE_RESULT_RIGHT
    assert not (await page.spoken("mother")).code
    for role in ("social-worker", "panel-chair", "case-system"):
        assert await code_of(page.spoken("mother", role)) is grpc.StatusCode.NOT_FOUND


async def test_nobody_but_the_site_opens_links(page: AttendeePage) -> None:
    wanted = rpc.OpenLinkRequest(parent="councils/north", link_token=page.token("mother"))
    for roles in (("business-support",), ("team-manager",), ("service-scheduler",), ()):
        asked = page.stub.OpenLink(wanted, metadata=page.as_(*roles))
        assert await code_of(asked) is grpc.StatusCode.PERMISSION_DENIED


async def test_what_leaves_by_the_page_goes_through_the_last_check(page: AttendeePage) -> None:
    page.world.subject_strings = ("North Council",)
    token = page.token("mother")
    assert await page.send_code(token) == rpc.CODE_WAY_SPOKEN
    assert not any(CODE.search(text) for text in page.mails("mother"))


async def test_a_preview_says_that_a_link_goes_and_shows_none(page: AttendeePage) -> None:
    previews = await preview_invitations(page.world.desk, page.world.user("team-manager"), page.world.meeting.name)
    links = {one.person: one.own_link for one in previews.previews}
    assert links == {person(name): name in ("mother", "father") for name in ("chair", "worker", "mother", "father")}
    assert "/invitation/" not in str(previews)
    sent = {one.recipient: one.body_text for one in page.world.mail.accepted}
    shown = {one.rendering.address: one.rendering.body_text for one in previews.previews if one.rendering}
    assert sent == shown, "but for the link it is what was previewed"


async def test_an_event_of_their_own_has_the_link_and_its_own_entry(
    world: World, tables: ServiceDatabase, tmp_path: Path
) -> None:
    async with attendee_page(world, tables, tmp_path, outlook=True) as page:
        own = [kept for kept in world.calendar.live if kept.draft.hide_attendees]
        found = {LINK.findall(kept.draft.body_text)[0] for kept in own}
        assert len(own) == len(found) == 2
        shared = next(kept for kept in world.calendar.live if not kept.draft.hide_attendees)
        assert not LINK.search(shared.draft.body_text)
        calls = world.calendar.calls
        for token in found:
            await page.answer(token)
        assert await world.tell()
        assert world.calendar.calls == calls, "a link that was used changes no event"
        kept = own[0]
        token = LINK.findall(kept.draft.body_text)[0]
        assert "ical-" not in await page.calendar(token, HERE)
        await page.send_code(token)
        await page.confirm(token, page.code(kept.draft.attendees[0].address.partition("@")[0]))
        assert f"UID:ical-{kept.id}" in (await page.calendar(token, HERE)).replace("\r\n ", "")
        world.move(24)
        assert await world.tell()
        fresh = {LINK.findall(one.draft.body_text)[0] for one in world.calendar.live if one.draft.hide_attendees}
        assert not fresh & found


async def test_while_sending_is_stopped_no_code_and_no_link_leaves(page: AttendeePage) -> None:
    token, before = page.token("mother"), len(page.world.mail.accepted)
    async with page.world.begin(page.world.caller) as unit:
        await unit.brakes.set_stop(SendingStop(unit.now(), "user:oid-1", "A wrong template."))
    assert await page.send_code(token) == rpc.CODE_WAY_SPOKEN
    await page.new_link(token)
    assert len(page.world.mail.accepted) == before
