"""Lists the feeds of somebody's diary that are in use, or those of whoever has left."""

from collections.abc import Sequence

from servicekit.caller import Caller
from services.scheduler.app.policy import demand, may
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.whose_diary import own_or
from services.scheduler.domain.diary_feed import DiaryFeed

_AT_ONCE = 200


async def list_diary_feeds(around: Surroundings, caller: Caller, person: str) -> Sequence[DiaryFeed]:
    """The newest first. Whoever may end somebody's feeds finds them after that person left the list of staff too."""
    if person and may(caller, "EndDiaryFeeds"):
        async with around.begin(caller) as unit:
            left = await unit.feeds.in_use(person)
            await unit.audit(caller, "ListDiaryFeeds", person)
        if left:
            return left
    whose, _ = await own_or(around, caller, person, "EndDiaryFeeds")
    async with around.begin(caller) as unit:
        await unit.audit(caller, "ListDiaryFeeds", whose)
        return await unit.feeds.in_use(whose)


async def list_leavers_feeds(around: Surroundings, caller: Caller) -> Sequence[DiaryFeed]:
    """Those in use of people whom cases does not know as the council's own staff any more, by person."""
    parent = f"councils/{caller.council}"
    demand(caller, "EndDiaryFeeds", parent, may_know=True)
    async with around.begin(caller) as unit:
        found = await unit.feeds.all_in_use()
        await unit.audit(caller, "ListDiaryFeeds", parent)
    people, staff = sorted({one.person for one in found}), set[str]()
    for place in range(0, len(people), _AT_ONCE):
        staff |= set(await around.cases.staff(caller, people=people[place : place + _AT_ONCE]))
    return [one for one in found if one.person not in staff]
