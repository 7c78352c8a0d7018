"""Sittings, referrals and outcomes over gRPC on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import date

import asyncpg
import grpc
import pytest
from permanence.cases.v1 import case_events_pb2
from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as wire

from tests.panels.conftest import BODY, BODY_ID, OTHER, Panels, at, owner_asks, request_id
from tests.panels.deciding import sign
from tests.panels.fake_peers import day, instant
from tests.panels.quorate import composition
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal


def refer(*subjects: str, same: str = "") -> wire.ReferSubjectRequest:
    return wire.ReferSubjectRequest(
        parent="councils/demo", body=BODY, subjects=subjects, reason="No plan yet.", request_id=same or request_id()
    )


def outcome(item: panel_pb2.AgendaItem, subject: str = "", **changes: object) -> wire.RecordOutcomeRequest:
    request = wire.RecordOutcomeRequest(
        agenda_item=item.name,
        subject=subject or item.subjects[0],
        kind=panel_pb2.OUTCOME_KIND_ENDORSED,
        reasons="Sound.",
        request_id=request_id(),
    )
    request.MergeFrom(wire.RecordOutcomeRequest(**changes))  # type: ignore[arg-type]
    return request


async def refused(panels: Panels, rpc: str, request: object, *roles: str, oid: str = "") -> Refused:
    return await refusal(lambda: panels.call(rpc, request, *roles, oid=oid))


def references(sitting: panel_pb2.Sitting) -> list[list[str]]:
    return [list(item.references) for item in sitting.agenda]


async def test_bodies_with_their_authority(panels: Panels) -> None:
    reply = await panels.call("ListBodies", wire.ListBodiesRequest(parent="councils/demo"), "social-worker")
    assert isinstance(reply, wire.ListBodiesResponse)
    body = next(one for one in reply.bodies if one.meeting_kind == "tracking_panel")
    assert (body.name, body.authority, body.interval_days) == (BODY, panel_pb2.AUTHORITY_ENDORSES, 14)
    assert "permanence_plan_agreed" not in body.may_record
    assert list(body.may_record) == ["drift_identified", "tracking_meeting_considered"]


async def test_the_agenda_builds_itself_from_clocks_and_families(panels: Panels) -> None:
    first = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 10, 30), body=BODY_ID)
    second = panels.scheduler.book("demo", "tracking_panel", at(24, 10), at(24, 11), body=BODY_ID)
    cases = panels.cases
    ann, ben, cleo, dan, eve = (
        cases.add_child("demo", f"{n} Example", f"C-{n[0]}") for n in ("Ann", "Ben", "Cleo", "Dan", "Eve")
    )
    cases.add_family("demo", [ann, ben])
    cases.add_clock(cleo, date(2026, 3, 5))
    cases.add_clock(ben, date(2026, 3, 20))
    cases.add_clock(ann, date(2026, 4, 1))
    cases.add_clock(dan, date(2026, 3, 23))
    cases.add_clock(eve, date(2026, 5, 1))
    sitting = await _sitting_of_cases(panels, first, [["C-C"], ["C-A", "C-B"]])
    assert sitting.agenda[0].reason == "Late: its date was 5 March 2026."
    assert sitting.agenda[1].due_date == day(date(2026, 3, 20))
    later = await _sitting_of_cases(panels, second, [["C-D"]])
    assert "There was no room on 10 March 2026." in later.agenda[0].reason


async def test_families_are_read_page_by_page_and_not_one_by_one(panels: Panels) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 13), body=BODY_ID)
    cases, expected = panels.cases, []
    for number in range(5):
        pair = [cases.add_child("demo", f"Child {number}{n} Example", f"C-{number}{n}") for n in "ab"]
        cases.add_family("demo", pair)
        cases.add_clock(pair[0], date(2026, 3, 1 + number))
        cases.add_clock(pair[1], date(2026, 3, 20))
        expected.append([f"C-{number}a", f"C-{number}b"])
    await _sitting_of_cases(panels, meeting, expected)
    assert cases.listed >= 3, "five families, two to a page"


async def _sitting_of_cases(panels: Panels, meeting: str, expected: list[list[str]]) -> panel_pb2.Sitting:
    """Once all that was told has been taken in: until then another case may stand where a family will."""

    async def settled() -> bool:
        try:
            return references(await panels.sitting_of(meeting)) == expected
        except LookupError:
            return False

    await eventually(settled)
    return await panels.sitting_of(meeting)


async def test_a_clock_that_ends_leaves_the_agenda(panels: Panels) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    clock = panels.cases.add_clock(child, date(2026, 3, 20))
    await panels.sitting_with(meeting, 1)
    panels.cases.add_clock(child, date(2026, 3, 20), is_open=False, obligation=clock)
    await panels.sitting_with(meeting, 0)


async def test_a_moved_and_a_cancelled_sitting(panels: Panels) -> None:
    first = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    second = panels.scheduler.book("demo", "tracking_panel", at(24, 10), at(24, 12), body=BODY_ID)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    panels.cases.add_clock(child, date(2026, 3, 12))
    await panels.sitting_with(first, 1)
    panels.scheduler.move(first, at(11, 14), at(11, 16))

    async def moved() -> bool:
        return (await panels.sitting_of(first)).agenda[0].start_time.ToJsonString() == "2026-03-11T14:00:00Z"

    await eventually(moved)
    panels.scheduler.cancel(first)
    assert (await panels.sitting_with(second, 1)).agenda[0].reason.startswith("Late")
    assert (await panels.sitting_of(first)).state == panel_pb2.SITTING_STATE_CANCELLED


async def test_siblings_have_outcomes_apart_and_one_is_put_off(panels: Panels) -> None:
    first = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    second = panels.scheduler.book("demo", "tracking_panel", at(24, 10), at(24, 12), body=BODY_ID)
    ann = panels.cases.add_child("demo", "Ann Example", "C-A")
    ben = panels.cases.add_child("demo", "Ben Example", "C-B")
    await panels.sitting_with(first, 0)
    await panels.call("ReferSubject", refer(ann, ben), "team-manager")
    item = (await panels.sitting_with(first, 1)).agenda[0]
    assert list(item.subjects) == [ann, ben]
    assert (
        await refused(panels, "RecordOutcome", outcome(item, ann), "panel-chair")
    ).info.reason == "SITTING_NOT_BEGUN"
    panels.set_time(at(10, 10))
    await panels.call("RecordOutcome", outcome(item, ann, reasons=" For Ann."), "panel-chair")
    put_off = outcome(item, ben, kind=panel_pb2.OUTCOME_KIND_DEFERRED)
    reply = await panels.call("RecordOutcome", put_off, "panel-chair")
    assert isinstance(reply, wire.RecordOutcomeResponse)
    assert list(reply.outcome.case_events) == []
    stands = await panels.sitting_of(first)
    assert [one.subject for one in stands.agenda[0].outcomes] == [ann, ben]
    later = await panels.sitting_with(second, 1)
    assert list(later.agenda[0].subjects) == [ben]
    assert later.agenda[0].source == panel_pb2.AGENDA_SOURCE_DEFERRED
    said = "Put off at the sitting of 10 March 2026. Comes early because it was put off before."
    assert later.agenda[0].reason == said and later.agenda[0].times_put_off == 1


async def test_what_a_tracking_panel_may_not_settle(panels: Panels) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    panels.cases.add_clock(child, date(2026, 3, 12))
    item = (await panels.sitting_with(meeting, 1)).agenda[0]
    panels.set_time(at(10, 10))
    for request in (
        outcome(item, case_events=["permanence_plan_agreed"]),
        outcome(item, kind=panel_pb2.OUTCOME_KIND_DECIDED),
    ):
        answer = await refused(panels, "RecordOutcome", request, "panel-chair")
        assert (answer.code, answer.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NO_AUTHORITY")
    changed = await refused(
        panels, "RecordOutcome", outcome(item, case_events=["permanence_plan_agreed"]), "panel-chair"
    )
    assert "child in care review" in changed.text
    wrong = outcome(
        item,
        case_events=["no_such_event"],
        actions=[panel_pb2.Action(text="", owner_role="wizard", due_date=day(date(2026, 3, 9)))],
    )
    answer = await refused(panels, "RecordOutcome", wrong, "panel-chair")
    fields = {one.field for one in answer.bad.field_violations}
    assert fields == {"case_events[0]", "actions[0].text", "actions[0].owner_role"}
    late = outcome(
        item,
        actions=[panel_pb2.Action(text="x", owner_role="carer", due_date=day(date(2026, 3, 9)))],
        next_date=day(date(2026, 3, 10)),
    )
    answer = await refused(panels, "RecordOutcome", late, "panel-chair")
    assert {one.field for one in answer.bad.field_violations} == {"actions[0].due_date", "next_date"}
    assert (
        await refused(panels, "RecordOutcome", outcome(item), "social-worker")
    ).code is grpc.StatusCode.PERMISSION_DENIED


async def test_an_outcome_is_recorded_once(panels: Panels) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    panels.cases.add_clock(child, date(2026, 3, 12))
    item = (await panels.sitting_with(meeting, 1)).agenda[0]
    panels.set_time(at(10, 10))
    same = outcome(item, actions=[panel_pb2.Action(text="Call", owner_role="carer", due_date=day(date(2026, 3, 11)))])
    answers = await asyncio.gather(*(panels.call("RecordOutcome", same, "panel-chair") for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner_asks(panels, "update outcome set reasons = 'other' where subject = $1", child)
    assert await owner_asks(panels, "select count(*) from outcome") == 1
    again = await refused(panels, "RecordOutcome", outcome(item), "panel-chair")
    assert again.info.reason == "ALREADY_RECORDED"
    listed = await panels.call(
        "ListActions", wire.ListActionsRequest(parent="councils/demo", subject=child), "panel-chair"
    )
    assert isinstance(listed, wire.ListActionsResponse)
    assert [(one.text, one.owner_role, one.done) for one in listed.actions] == [("Call", "carer", False)]


async def test_order_by_hand(panels: Panels) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    for place, name in enumerate("ABC"):
        child = panels.cases.add_child("demo", f"{name} Example", f"C-{name}")
        panels.cases.add_clock(child, date(2026, 3, 11 + place))
    sitting = await panels.sitting_with(meeting, 3)
    assert references(sitting) == [["C-A"], ["C-B"], ["C-C"]]
    names = [item.name for item in sitting.agenda]
    wanted = wire.OrderAgendaRequest(
        sitting=sitting.name, etag=sitting.etag, agenda_items=[names[2], names[0], names[1]], request_id=request_id()
    )
    reply = await panels.call("OrderAgenda", wanted, "panel-chair")
    assert isinstance(reply, wire.OrderAgendaResponse)
    assert all(item.placed_by_hand for item in reply.sitting.agenda)
    assert references(reply.sitting) == [["C-C"], ["C-A"], ["C-B"]]
    assert [item.start_time.ToJsonString()[11:16] for item in reply.sitting.agenda] == ["10:00", "10:15", "10:30"]
    wanted.request_id = request_id()
    stale = await refused(panels, "OrderAgenda", wanted, "panel-chair")
    assert (stale.code, stale.info.reason) == (grpc.StatusCode.ABORTED, "STALE")
    child = panels.cases.add_child("demo", "D Example", "C-D")
    panels.cases.add_clock(child, date(2026, 3, 3))
    rebuilt = await panels.sitting_with(meeting, 4)
    assert references(rebuilt) == [["C-C"], ["C-A"], ["C-B"], ["C-D"]]
    lost = wire.OrderAgendaRequest(
        sitting=rebuilt.name, etag=rebuilt.etag, agenda_items=[names[0], names[0]], request_id=request_id()
    )
    answer = await refused(panels, "OrderAgenda", lost, "panel-chair")
    assert len(answer.bad.field_violations) == 2
    panels.set_time(at(10, 10))
    lost.agenda_items[:] = [item.name for item in rebuilt.agenda]
    lost.etag = (await panels.sitting_of(meeting)).etag
    assert (await refused(panels, "OrderAgenda", lost, "panel-chair")).info.reason == "AGENDA_FROZEN"


async def test_a_hidden_case_looks_like_none(panels: Panels) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    hidden = panels.cases.add_child("demo", "Ann Example", "C-A", restricted=True)
    shown = panels.cases.add_child("demo", "Ben Example", "C-B")
    panels.cases.hidden_from[hidden] = {"oid-social-worker", "outsider"}
    panels.cases.add_clock(hidden, date(2026, 3, 11))
    panels.cases.add_clock(shown, date(2026, 3, 12))
    whole = await panels.sitting_with(meeting, 2)
    seen = await panels.call("GetSitting", wire.GetSittingRequest(name=whole.name), "panel-chair", oid="outsider")
    assert isinstance(seen, wire.GetSittingResponse)
    assert [(item.number, list(item.references)) for item in seen.sitting.agenda] == [(1, ["C-B"])]
    answer = await refused(panels, "ReferSubject", refer(hidden), "social-worker")
    absent = f"councils/demo/children/{request_id()}"
    nobody = await refused(panels, "ReferSubject", refer(absent), "social-worker")
    assert answer.code is nobody.code is grpc.StatusCode.NOT_FOUND
    assert answer.text.replace(hidden, "") == nobody.text.replace(absent, "")
    panels.set_time(at(10, 10))
    record = outcome(whole.agenda[0], hidden)
    assert (
        await refused(panels, "RecordOutcome", record, "panel-chair", oid="outsider")
    ).code is grpc.StatusCode.NOT_FOUND


async def test_refer_once_and_say_every_fault(panels: Panels) -> None:
    panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    same = refer(child)
    first = await panels.call("ReferSubject", same, "social-worker")
    assert await panels.call("ReferSubject", same, "social-worker") == first
    twice = await refused(panels, "ReferSubject", refer(child), "team-manager")
    assert (twice.code, twice.info.reason) == (grpc.StatusCode.ALREADY_EXISTS, "ALREADY_REFERRED")
    bad = wire.ReferSubjectRequest(parent="councils/demo", body="x", subjects=["y", child, child])
    answer = await refused(panels, "ReferSubject", bad, "team-manager")
    fields = {one.field for one in answer.bad.field_violations}
    assert fields == {"body", "subjects[0]", "subjects[2]", "reason", "request_id"}
    assert (
        await refused(panels, "ReferSubject", refer(child), "panel-chair")
    ).code is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize(
    ("rpc", "request_of"),
    [
        ("ListBodies", lambda _: wire.ListBodiesRequest(parent="councils/demo")),
        ("ListSittings", lambda _: wire.ListSittingsRequest(parent="councils/demo")),
        ("GetSitting", lambda s: wire.GetSittingRequest(name=s.name)),
        ("ReferSubject", lambda s: refer(s.agenda[0].subjects[0])),
        (
            "OrderAgenda",
            lambda s: wire.OrderAgendaRequest(
                sitting=s.name, etag=s.etag, agenda_items=[s.agenda[0].name], request_id=request_id()
            ),
        ),
        ("RecordOutcome", lambda s: outcome(s.agenda[0])),
        ("ListActions", lambda _: wire.ListActionsRequest(parent="councils/demo")),
        ("ListMinutes", lambda _: wire.ListMinutesRequest(parent="councils/demo")),
    ],
)
async def test_another_council_finds_nothing(panels: Panels, rpc: str, request_of: object) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    panels.cases.add_clock(child, date(2026, 3, 11))
    sitting = await panels.sitting_with(meeting, 1)
    assert callable(request_of)
    roles = ("business-support", "panel-chair", "team-manager")
    answer = await refusal(lambda: panels.call(rpc, request_of(sitting), *roles, council=OTHER))
    assert answer.code is grpc.StatusCode.NOT_FOUND


async def test_sittings_in_pages(panels: Panels) -> None:
    for start in (10, 24, 17):
        panels.scheduler.book("demo", "tracking_panel", at(start, 10), at(start, 12), body=BODY_ID)
    meeting = panels.scheduler.book("demo", "tracking_panel", at(7, 10, month=4), at(7, 12, month=4), body=BODY_ID)
    await panels.sitting_with(meeting, 0)
    days, token = [], ""
    while True:
        request = wire.ListSittingsRequest(
            parent="councils/demo",
            body=BODY,
            page_size=2,
            page_token=token,
            from_time=instant(at(12, 0)),
        )
        reply = await panels.call("ListSittings", request, "panel-chair")
        assert isinstance(reply, wire.ListSittingsResponse)
        days += [one.start_time.ToJsonString()[5:10] for one in reply.sittings]
        token = reply.next_page_token
        if not token:
            break
    assert days == ["03-17", "03-24", "04-07"]


async def test_what_a_body_settled_is_read_when_the_pack_holds_it_no_more(panels: Panels) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    panels.cases.add_clock(child, date(2026, 3, 12))
    sitting = await panels.sitting_with(meeting, 1)
    panels.set_time(at(10, 11))
    config = panels.running.params.config
    await panels.restart(replace(config, councils=tuple(replace(one, pack="england") for one in config.councils)))
    assert [item.references[0] for item in (await panels.sitting_of(meeting)).agenda] == ["C-A"]
    composed = await composition(panels, sitting.name)
    assert not composed.quorum.met and "rules do not hold" in composed.quorum.missing[0]
    said = await refused(panels, "RecordOutcome", outcome(sitting.agenda[0]), "panel-chair")
    assert said.info.reason == "BODY_GONE"


async def test_signed_minutes_say_what_was_signed(panels: Panels) -> None:
    """An outcome that somebody records after the chair has signed is no part of what the chair read."""
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    panels.cases.add_clock(child, date(2026, 3, 12))
    item = (await panels.sitting_with(meeting, 1)).agenda[0]
    await sign(panels, meeting, child, at(10, 13))
    (minutes,) = await panels.minutes_of(meeting)
    request = wire.RenderMinutesRequest(name=minutes.name, audience=wire.AUDIENCE_FILE)
    before = await panels.call("RenderMinutes", request, "business-support")
    panels.set_time(at(10, 14))
    await panels.call("RecordOutcome", outcome(item), "panel-chair")
    assert await panels.call("RenderMinutes", request, "business-support") == before


async def test_what_was_read_before_a_case_became_restricted_does_not_open_it_again(panels: Panels) -> None:
    """A referral looks at the case first and keeps what it saw; the restriction may be told in between."""
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    await panels.sitting_with(meeting, 0)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    kind = panels.cases.subjects[child].kind
    panels.cases.feed.tell(
        child, case_events_pb2.SubjectChanged(subject=child, kind=kind, reference="C-A", restricted=True)
    )

    async def restricted() -> bool:
        sql = "select coalesce(bool_or(restricted), false) from known_subject where subject = $1"
        return bool(await owner_asks(panels, sql, child))

    await eventually(restricted)
    await panels.call("ReferSubject", refer(child), "social-worker")
    assert await restricted()
