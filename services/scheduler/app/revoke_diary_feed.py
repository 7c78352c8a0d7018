"""Ends a feed for good."""

from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.policy import may
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.whose_diary import own_person
from services.scheduler.domain.diary_feed import DiaryFeed, feed_name
from services.scheduler.domain.errors import NotOnStaffList


async def prepare_revocation(around: Surroundings, caller: Caller, feed_id: UUID) -> None:
    """NotFound, alike, for a feed that is not there and for one that the caller may not end."""
    name = feed_name(caller.council, feed_id)
    async with around.begin(caller) as unit:
        feed = await unit.feeds.load(feed_id)
    if feed is None or not (may(caller, "EndDiaryFeeds") or await _is_own(around, caller, feed)):
        raise NotFound(name)


async def revoke_diary_feed(unit: UnitOfWork, caller: Caller, feed_id: UUID) -> DiaryFeed:
    """The ended feed. Ending an ended one changes nothing."""
    name = feed_name(caller.council, feed_id)
    feed = await unit.feeds.load(feed_id, lock=True)
    if feed is None:
        raise NotFound(name)
    ended = feed.ended(unit.now())
    if ended.revoked and ended is not feed:
        await unit.feeds.revoke(feed_id, ended.revoked)
        await unit.audit(caller, "RevokeDiaryFeed", name)
    return ended


async def _is_own(around: Surroundings, caller: Caller, feed: DiaryFeed) -> bool:
    if not may(caller, "GetOwnDiary"):
        return False
    try:
        return await own_person(around, caller) == feed.person
    except NotOnStaffList:
        return False
