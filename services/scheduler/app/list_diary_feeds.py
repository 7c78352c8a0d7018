"""Lists the feeds of somebody's diary that are in use."""

from collections.abc import Sequence

from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.whose_diary import own_or
from services.scheduler.domain.diary_feed import DiaryFeed


async def list_diary_feeds(around: Surroundings, caller: Caller, person: str) -> Sequence[DiaryFeed]:
    """The newest first."""
    whose, _ = await own_or(around, caller, person, "EndDiaryFeeds")
    async with around.begin(caller) as unit:
        await unit.audit(caller, "ListDiaryFeeds", whose)
        return await unit.feeds.in_use(whose)
