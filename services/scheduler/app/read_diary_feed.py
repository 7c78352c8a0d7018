"""Reads the feed of a secret, for the staff site, which hands it on to somebody's calendar program."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.absence import Away
from services.scheduler.domain.diary_day import DiaryMeeting
from services.scheduler.domain.diary_feed import AHEAD, BACK, digest_of, feed_name


async def read_diary_feed(
    around: Surroundings, caller: Caller, secret: str
) -> tuple[Sequence[DiaryMeeting], Sequence[Away]]:
    """The owner's meetings and absences, by start.

    NotFound, which names the council alone, whatever is wrong with the secret.
    """
    parent = f"councils/{caller.council}"
    demand(caller, "ReadDiaryFeed", parent)
    async with around.begin(caller) as unit:
        feed = await unit.feeds.find(digest_of(secret))
        if feed is None:
            raise NotFound(parent)
        now = unit.now()
        await unit.feeds.note_read(feed.id, now)
        await unit.audit(caller, "ReadDiaryFeed", feed_name(caller.council, feed.id))
        absences = await unit.absences.of(feed.person, now - BACK, now + AHEAD)
        return await unit.taken.in_diary(feed.person, now - BACK, now + AHEAD), [one.away for one in absences]
