"""Who comes to a sitting for one item is told its time alone, and another time only where that counts."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from permanence.cases.v1 import subject_pb2
from permanence.panels.v1 import item_people_service_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as panels_wire
from permanence.panels.v1.item_people_service_pb2_grpc import ItemPeopleServiceStub

from services.panels.domain.body import BodyUuid
from services.panels.domain.item_people import Comer, ItemPeople, ItemTime, to_be_told
from services.panels.domain.sitting import AgendaItem, AgendaSource, ItemId, SittingId
from tests.panels.conftest import BODY_ID, Panels, at, request_id
from tests.panels.fake_peers import instant
from tests.panels.paper_desk import PaperDesk, reason_of, sitting_with
from tests.servicekit.eventually import eventually

TEN = at(10, 10)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def stands_around(panels: Panels, child: str, role: str) -> str:
    """Somebody with that part; their resource name."""
    person = f"councils/demo/people/{uuid4()}"
    panels.cases.involvements.append(subject_pb2.Involvement(subject=child, person=person, role=role))
    return person


async def ask(panels: Panels, rpc: str, request: Any, *roles: str, oid: str = "") -> Any:
    method = getattr(ItemPeopleServiceStub(panels.channel), rpc)
    return await method(request, metadata=panels.metadata(*(roles or ("business-support",)), oid=oid), timeout=20)


async def set_people(
    panels: Panels, item: str, *people: tuple[str, str], etag: str = "0", **who: str
) -> wire.ItemPeople:
    comers = [wire.Comer(person=person, role=role) for person, role in people]
    request = wire.SetItemPeopleRequest(agenda_item=item, people=comers, etag=etag, request_id=request_id())
    found: wire.ItemPeople = (await ask(panels, "SetItemPeople", request, **who)).item_people
    return found


async def get_people(panels: Panels, item: str) -> wire.GetItemPeopleResponse:
    found: wire.GetItemPeopleResponse = await ask(panels, "GetItemPeople", wire.GetItemPeopleRequest(agenda_item=item))
    return found


async def told(panels: Panels, *expected: tuple[tuple[str, ...], datetime]) -> None:
    """Once they are expected so."""

    async def so() -> bool:
        return panels.scheduler.parts.times() == sorted(expected, key=lambda one: one[1])

    await eventually(so)


async def test_nobody_is_invited_before_the_agenda_is_sent_out_and_then_each_to_their_own_item(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann, ben) = await sitting_with(panels, "Ann", "Ben")
    worker, carer = stands_around(panels, ann, "social-worker"), stands_around(panels, ben, "carer")
    first, second = (await desk.sitting(sitting)).agenda
    usual = await get_people(panels, first.name)
    assert [(one.person, one.role) for one in usual.suggested] == [(worker, "social-worker")] and not usual.sent_out
    kept = await set_people(panels, first.name, (worker, "social-worker"), oid="oid-preparer")
    assert kept.etag == "1" and not kept.HasField("asked_start_time")
    await set_people(panels, second.name, (carer, "carer"))
    assert not panels.scheduler.parts.said

    await desk.publish_now(sitting)
    await told(panels, ((worker,), TEN), ((carer,), TEN + minutes(15)))
    of_ann = next(one for one in panels.scheduler.parts.said if one.subjects == [ann])
    assert (of_ann.part_id, of_ann.prepared_by) == (first.name.rpartition("/")[2], "oid-preparer")
    assert of_ann.end_time == instant(TEN + minutes(15))

    async def is_shown() -> bool:
        found = (await get_people(panels, second.name)).item_people
        return found.asked_start_time == instant(TEN + minutes(15)) and bool(found.meeting)

    await eventually(is_shown)
    assert [item.comers for item in (await desk.sitting(sitting)).agenda] == [1, 1]


async def test_only_those_whose_time_changes_are_told_and_whoever_is_put_off_is_called_off(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, children = await sitting_with(panels, "Ann", "Ben", "Cleo")
    agenda = (await desk.sitting(sitting)).agenda
    people = [stands_around(panels, child, "social-worker") for child in children]
    for item, person in zip(agenda, people, strict=True):
        await set_people(panels, item.name, (person, "social-worker"))
    await desk.publish_now(sitting)
    await told(panels, *[((person,), TEN + minutes(15 * place)) for place, person in enumerate(people)])
    parts = panels.scheduler.parts
    parts.said.clear()

    stands = await desk.sitting(sitting)
    order = panels_wire.OrderAgendaRequest(
        sitting=sitting, etag=stands.etag, request_id=request_id(),
        agenda_items=[agenda[0].name, agenda[2].name, agenda[1].name],
    )  # fmt: skip
    await panels.call("OrderAgenda", order, "business-support")
    # Cleo's worker comes a quarter of an hour earlier; Ben's waits that long, which is less than the pack's number.
    await told(panels, ((people[0],), TEN), ((people[1],), TEN + minutes(15)), ((people[2],), TEN + minutes(15)))
    assert [list(one.subjects) for one in parts.said] == [[children[2]]]

    stands = await desk.sitting(sitting)
    await desk.defer(stands.agenda[1], stands.etag)
    await told(panels, ((people[0],), TEN), ((people[1],), TEN + minutes(15)))
    assert [(list(one.subjects), len(one.attendees)) for one in parts.said] == [([children[2]], 1), ([children[2]], 0)]


async def test_who_comes_can_be_changed_until_the_sitting_begins(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann")
    worker, aunt = stands_around(panels, ann, "social-worker"), stands_around(panels, ann, "family-member")
    (item,) = (await desk.sitting(sitting)).agenda
    await desk.publish_now(sitting)
    await set_people(panels, item.name, (worker, "social-worker"), (aunt, "family-member"))
    await told(panels, (tuple(sorted((worker, aunt))), TEN))
    assert await reason_of(set_people(panels, item.name, (worker, "social-worker"))) == "STALE"
    await set_people(panels, item.name, (worker, "social-worker"), etag="1")
    await told(panels, ((worker,), TEN))
    await set_people(panels, item.name, etag="2")
    await told(panels)
    panels.set_time(at(10, 10))
    assert await reason_of(set_people(panels, item.name, etag="3")) == "AGENDA_FROZEN"


async def test_only_somebody_with_a_part_around_the_subject_is_asked_by_whoever_sees_it(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann, ben) = await sitting_with(panels, "Ann", "Ben", restricted=("Ben",))
    worker = stands_around(panels, ann, "social-worker")
    agenda = (await desk.sitting(sitting)).agenda
    of_ann = next(one.name for one in agenda if list(one.subjects) == [ann])
    of_ben = next(one.name for one in agenda if list(one.subjects) == [ben])
    assert await reason_of(set_people(panels, of_ann, (worker, "carer"))) == "INVALID_REQUEST"
    assert await reason_of(set_people(panels, of_ben, (worker, "social-worker"))) == "INVALID_REQUEST"
    panels.cases.hidden_from[ben] = {"oid-outsider"}
    assert await reason_of(set_people(panels, of_ben, oid="oid-outsider")) == "NOT_FOUND"
    request = wire.GetItemPeopleRequest(agenda_item=of_ann)
    assert await reason_of(ask(panels, "GetItemPeople", request, "social-worker")) == "PERMISSION_DENIED"
    panels.cases.nobody_answers_for_people = True
    assert await reason_of(get_people(panels, of_ann)) == "UNAVAILABLE"


async def test_two_who_must_not_meet_are_said_to_be_not_invited(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann")
    worker = stands_around(panels, ann, "social-worker")
    (item,) = (await desk.sitting(sitting)).agenda
    panels.scheduler.parts.refuses = "MUST_NOT_MEET"
    await set_people(panels, item.name, (worker, "social-worker"))
    await desk.publish_now(sitting)

    async def troubled() -> bool:
        return [one.comers_trouble for one in (await desk.sitting(sitting)).agenda] == ["MUST_NOT_MEET"]

    await eventually(troubled)
    found = (await get_people(panels, item.name)).item_people
    assert found.trouble == "MUST_NOT_MEET" and not found.HasField("asked_start_time")
    panels.scheduler.parts.refuses = ""
    await set_people(panels, item.name, (worker, "social-worker"), etag="1")
    await told(panels, ((worker,), TEN))


async def test_while_the_scheduler_is_away_nothing_is_lost(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann")
    worker = stands_around(panels, ann, "social-worker")
    (item,) = (await desk.sitting(sitting)).agenda
    panels.scheduler.parts.away = True
    await set_people(panels, item.name, (worker, "social-worker"))
    await desk.publish_now(sitting)
    assert not (await get_people(panels, item.name)).item_people.HasField("asked_start_time")
    panels.scheduler.parts.away = False
    await told(panels, ((worker,), TEN))


async def test_who_was_asked_before_is_suggested_again(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann")
    aunt = stands_around(panels, ann, "family-member")
    stands = await desk.sitting(sitting)
    await set_people(panels, stands.agenda[0].name, (aunt, "family-member"))
    later = panels.scheduler.book("demo", "tracking_panel", at(24, 10), at(24, 12), body=BODY_ID)
    await desk.defer(stands.agenda[0], stands.etag)
    moved = await panels.sitting_with(later, 1)
    usual = await get_people(panels, moved.agenda[0].name)
    assert not usual.item_people.people and [one.person for one in usual.suggested] == [aunt]


COMER = Comer("councils/demo/people/1", "carer")
ITEM = AgendaItem(
    ItemId(uuid4()), 1, ("councils/demo/children/1",), ("C-1",), AgendaSource.REFERRAL, "", TEN, TEN + minutes(15)
)


def kept_at(start: datetime | None, *people: Comer) -> ItemPeople:
    told_time = ItemTime(ITEM.subjects, (COMER,), start, start + minutes(15)) if start else None
    return ItemPeople(
        ITEM.item_id, SittingId(uuid4()), BodyUuid(uuid4()), ITEM.subjects, people or (COMER,), 1, "x", told_time
    )


@pytest.mark.parametrize(
    ("told_at", "again"),
    [
        (None, True),
        (TEN, False),
        (TEN - minutes(19), False),  # they wait for 19 minutes
        (TEN - minutes(20), True),
        (TEN + minutes(1), True),  # they would come a minute after it began
    ],
)
def test_when_somebody_is_told_another_time(told_at: datetime | None, again: bool) -> None:
    kept = kept_at(told_at)
    wanted = to_be_told(kept, ITEM, 20)
    assert wanted == (ItemTime(ITEM.subjects, (COMER,), TEN, ITEM.end) if again else kept.told)
    assert to_be_told(kept, None, 20) is None


def test_another_person_is_told_whatever_the_time() -> None:
    other = Comer("councils/demo/people/2", "social-worker")
    wanted = to_be_told(kept_at(TEN - minutes(5), COMER, other), ITEM, 20)
    assert wanted is not None and wanted.people == (COMER, other) and wanted.start == TEN
