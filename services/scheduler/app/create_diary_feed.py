"""Makes a private feed of the caller's own meetings."""

from servicekit.caller import Caller
from servicekit.ids import new_id
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.whose_diary import own_person
from services.scheduler.domain.diary_feed import LASTS, MOST_FEEDS, DiaryFeed, digest_of, feed_name
from services.scheduler.domain.errors import TooManyFeeds


async def prepare_feed(around: Surroundings, caller: Caller) -> str:
    """Whose feed it will be: the caller's, and nobody else's. NotOnStaffList."""
    return await own_person(around, caller)


async def create_diary_feed(unit: UnitOfWork, caller: Caller, person: str, secret: str) -> DiaryFeed:
    """Keep the feed with the digest of its secret. TooManyFeeds where as many as allowed are in use."""
    await unit.feeds.lock_person(person)
    if len(await unit.feeds.in_use(person)) >= MOST_FEEDS:
        raise TooManyFeeds(most=str(MOST_FEEDS))
    now = unit.now()
    feed = DiaryFeed(new_id(), person, now, now + LASTS)
    await unit.feeds.insert(feed, digest_of(secret))
    await unit.audit(caller, "CreateDiaryFeed", feed_name(caller.council, feed.id))
    return feed
