"""DiaryService: somebody's own days, and the private feeds of them.

A feed's secret is made here, told once and never kept, not even with a response that is kept for its repeat.
"""

from permanence.scheduler.v1 import diary_service_pb2 as wire
from permanence.scheduler.v1.diary_service_pb2_grpc import DiaryServiceServicer

from servicekit.caller import current_caller
from servicekit.idempotency import once
from services.scheduler.app.create_diary_feed import create_diary_feed, prepare_feed
from services.scheduler.app.get_diary import get_diary
from services.scheduler.app.list_diary_feeds import list_diary_feeds, list_leavers_feeds
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.read_diary_feed import read_diary_feed
from services.scheduler.app.revoke_diary_feed import prepare_revocation, revoke_diary_feed
from services.scheduler.domain.diary_feed import new_secret
from services.scheduler.rpc import convert
from services.scheduler.rpc import diary_message as show
from services.scheduler.rpc.scheduler_servicer import BeginOnWire, Context, WireUnit

_MOST_DAYS = 31
_LONGEST_TOKEN = 200


class DiaryServicer(DiaryServiceServicer):
    """Thin: conversion, once-only, and the use case."""

    def __init__(self, around: Surroundings, begin: BeginOnWire) -> None:
        self._around = around
        self._begin = begin

    async def GetDiary(self, request: wire.GetDiaryRequest, context: Context) -> wire.GetDiaryResponse:
        """Days of one person."""
        caller = current_caller()
        check = convert.checked(request, caller)
        check.resource_name("person", convert.PERSON, required=False)
        first, last = check.date("from_date"), check.date("until_date")
        if first and last and not 0 <= (last - first).days < _MOST_DAYS:
            check.refuse("until_date", f"must be the first day or at most {_MOST_DAYS - 1} days after it")
        check.raise_if_any()
        assert first is not None and last is not None
        diary = await get_diary(self._around, caller, request.person, first, last)
        return wire.GetDiaryResponse(diary=show.diary_message(caller.council, diary))

    async def CreateDiaryFeed(
        self, request: wire.CreateDiaryFeedRequest, context: Context
    ) -> wire.CreateDiaryFeedResponse:
        """A new feed and, the first time, its secret."""
        caller = current_caller()
        check = convert.checked(request, caller)
        check.uuid("request_id")
        check.raise_if_any()
        person = await prepare_feed(self._around, caller)
        made: list[str] = []

        async def do(unit: WireUnit) -> wire.CreateDiaryFeedResponse:
            secret = new_secret()
            feed = await create_diary_feed(unit, caller, person, secret)
            made.append(secret)
            return wire.CreateDiaryFeedResponse(diary_feed=show.feed_message(caller.council, feed))

        reply = await once(self._begin, caller, request, wire.CreateDiaryFeedResponse, do)
        reply.token = made[0] if made else ""
        return reply

    async def ListDiaryFeeds(
        self, request: wire.ListDiaryFeedsRequest, context: Context
    ) -> wire.ListDiaryFeedsResponse:
        """Those in use."""
        caller = current_caller()
        check = convert.checked(request, caller)
        check.resource_name("person", convert.PERSON, required=False)
        if request.of_leavers and request.person:
            check.refuse("person", "must be empty where the feeds of all who have left are asked for")
        check.raise_if_any()
        if request.of_leavers:
            feeds = await list_leavers_feeds(self._around, caller)
        else:
            feeds = await list_diary_feeds(self._around, caller, request.person)
        return wire.ListDiaryFeedsResponse(diary_feeds=[show.feed_message(caller.council, one) for one in feeds])

    async def RevokeDiaryFeed(
        self, request: wire.RevokeDiaryFeedRequest, context: Context
    ) -> wire.RevokeDiaryFeedResponse:
        """The ended feed."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        parts = check.resource_name("name", convert.DIARY_FEED)
        check.uuid("request_id")
        check.raise_if_any()
        feed_id = convert.uuid_in(parts, "diary_feed")
        assert feed_id is not None
        await prepare_revocation(self._around, caller, feed_id)

        async def do(unit: WireUnit) -> wire.RevokeDiaryFeedResponse:
            feed = await revoke_diary_feed(unit, caller, feed_id)
            return wire.RevokeDiaryFeedResponse(diary_feed=show.feed_message(caller.council, feed))

        return await once(self._begin, caller, request, wire.RevokeDiaryFeedResponse, do)

    async def ReadDiaryFeed(self, request: wire.ReadDiaryFeedRequest, context: Context) -> wire.ReadDiaryFeedResponse:
        """What stands in the feed of a secret."""
        caller = current_caller()
        check = convert.checked(request, caller)
        token = check.text("token", _LONGEST_TOKEN, required=True)
        check.raise_if_any()
        meetings, absences = await read_diary_feed(self._around, caller, token)
        entries = [*(show.meeting_entry(caller.council, one) for one in meetings), *map(show.away_entry, absences)]
        return wire.ReadDiaryFeedResponse(entries=entries)
