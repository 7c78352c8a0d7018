"""Minutes over gRPC on PostgreSQL: drafts, names, signature, clocks, delivery; and what the database refuses."""

import asyncpg
import grpc
import pytest
from permanence.cases.v1 import subject_pb2
from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as wire

from servicekit.audit import verify
from servicekit.postgres import OUTSIDE_TENANCY as KIT_OUTSIDE_TENANCY
from servicekit.postgres import connect_database
from servicekit.tenancy import tables_without_policy
from services.panels.storage.unit_of_work import OUTSIDE_TENANCY
from tests.panels.conftest import DEMO, OTHER, Panels, at, owner_asks, request_id
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal


def draft(meeting: str, subject: str, text: str, etag: str = "") -> wire.DraftMinutesRequest:
    return wire.DraftMinutesRequest(meeting=meeting, subject=subject, text=text, etag=etag, request_id=request_id())


async def drafted(panels: Panels, request: wire.DraftMinutesRequest) -> panel_pb2.Minutes:
    reply = await panels.call("DraftMinutes", request, "business-support")
    assert isinstance(reply, wire.DraftMinutesResponse)
    return reply.minutes


async def refused(panels: Panels, rpc: str, request: object, *roles: str, oid: str = "") -> Refused:
    return await refusal(lambda: panels.call(rpc, request, *roles, oid=oid))


def sign(minutes: panel_pb2.Minutes) -> wire.SignMinutesRequest:
    return wire.SignMinutesRequest(name=minutes.name, etag=minutes.etag, request_id=request_id())


class Meeting:
    """A held permanence planning meeting of two sisters."""

    def __init__(self, panels: Panels) -> None:
        self.ann = panels.cases.add_child("demo", "Ann Example", "C-A")
        self.bea = panels.cases.add_child("demo", "Bea Example", "C-B")
        self.name = panels.scheduler.book("demo", "ppm", at(3, 10), at(3, 11, 30), subjects=(self.ann, self.bea))
        panels.set_time(at(3, 12))
        panels.scheduler.hold(self.name, at(3, 11, 45))


@pytest.fixture
async def meeting(panels: Panels) -> Meeting:
    held = Meeting(panels)

    async def opened() -> bool:
        return len(await panels.minutes_of(held.name)) == 2

    await eventually(opened)
    return held


async def test_each_child_has_minutes_of_their_own(panels: Panels, meeting: Meeting) -> None:
    foreign = await refused(
        panels, "DraftMinutes", draft(meeting.name, meeting.ann, "Ann and Bea."), "business-support"
    )
    assert (foreign.code, foreign.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "FOREIGN_NAME")
    assert "Bea" not in foreign.everything
    minutes = await drafted(panels, draft(meeting.name, meeting.ann, "Ann is well."))
    assert minutes.sign_due_time.ToJsonString() == "2026-03-05T11:45:00Z"
    assert minutes.file_due_time.ToJsonString() == "2026-03-06T11:45:00Z"
    await drafted(panels, draft(meeting.name, meeting.bea, "Bea is well."))
    listed = await panels.minutes_of(meeting.name)
    assert {one.subject for one in listed} == {meeting.ann, meeting.bea}
    assert not any(one.text for one in listed)


async def test_a_passage_of_the_sisters_minutes_is_noticed_until_it_is_confirmed(
    panels: Panels, meeting: Meeting
) -> None:
    passage = "She has lived with the same carers since she was two and calls their house her home."
    await drafted(panels, draft(meeting.name, meeting.bea, passage))
    pasted = draft(meeting.name, meeting.ann, f"Much was said.\n{passage}")
    answer = await refused(panels, "DraftMinutes", pasted, "business-support")
    assert (answer.code, answer.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "FOREIGN_PASSAGE")
    pasted.passages_confirmed, pasted.request_id = True, request_id()
    assert (await drafted(panels, pasted)).text.endswith(passage)


async def test_drafts_need_the_current_etag(panels: Panels, meeting: Meeting) -> None:
    first = await drafted(panels, draft(meeting.name, meeting.ann, "One."))
    stale = await refused(panels, "DraftMinutes", draft(meeting.name, meeting.ann, "Two."), "business-support")
    assert (stale.code, stale.info.reason) == (grpc.StatusCode.ABORTED, "STALE")
    second = await drafted(panels, draft(meeting.name, meeting.ann, "Two.", first.etag))
    old = await refused(panels, "SignMinutes", sign(first), "team-manager")
    assert old.info.reason == "STALE", "what is signed is what was read"
    assert second.text == "Two."


async def test_a_meeting_that_is_not_held_has_no_minutes(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    meeting = panels.scheduler.book("demo", "ppm", at(3, 10), at(3, 11), subjects=(child,))
    answer = await refused(panels, "DraftMinutes", draft(meeting, child, "Soon."), "business-support")
    assert answer.info.reason == "MEETING_NOT_HELD"
    panels.scheduler.hold(meeting, at(3, 11), tell=False)
    assert (await drafted(panels, draft(meeting, child, "Now."))).text == "Now.", "asked back: the feed lags behind"
    review = panels.scheduler.book("demo", "team_meeting", at(3, 10), at(3, 11), subjects=(child,))
    panels.scheduler.hold(review, at(3, 11), tell=False)
    elsewhere = await refused(panels, "DraftMinutes", draft(review, child, "Now."), "business-support")
    assert elsewhere.info.reason == "NOT_MINUTED_HERE"
    stranger = panels.cases.add_child("demo", "Zed Other", "C-Z")
    absent = await refused(panels, "DraftMinutes", draft(meeting, stranger, "Now."), "business-support")
    assert absent.code is grpc.StatusCode.NOT_FOUND


async def test_the_chair_alone_signs_and_once(panels: Panels, meeting: Meeting) -> None:
    minutes = await drafted(panels, draft(meeting.name, meeting.ann, "Ann is well."))
    for role in ("business-support", "panel-chair", "social-worker"):
        assert (await refused(panels, "SignMinutes", sign(minutes), role)).code is grpc.StatusCode.PERMISSION_DENIED
    request = sign(minutes)
    signed = await panels.call("SignMinutes", request, "team-manager")
    assert isinstance(signed, wire.SignMinutesResponse)
    assert signed.minutes.signed_by == "oid-team-manager"
    assert await panels.call("SignMinutes", request, "team-manager") == signed
    assert (await refused(panels, "SignMinutes", sign(signed.minutes), "team-manager")).info.reason == "ALREADY_SIGNED"
    edit = draft(meeting.name, meeting.ann, "Other.", signed.minutes.etag)
    assert (await refused(panels, "DraftMinutes", edit, "business-support")).info.reason == "ALREADY_SIGNED"


async def test_nothing_is_not_signed(panels: Panels, meeting: Meeting) -> None:
    empty = (await panels.minutes_of(meeting.name))[0]
    answer = await refused(
        panels,
        "SignMinutes",
        wire.SignMinutesRequest(name=empty.name, etag="0", request_id=request_id()),
        "team-manager",
    )
    assert answer.info.reason == "NOTHING_TO_SIGN"


async def test_clocks_that_run_out_are_marked_once(panels: Panels, meeting: Meeting) -> None:
    minutes = await drafted(panels, draft(meeting.name, meeting.ann, "Ann is well."))
    key = minutes.name.rpartition("/")[2]

    async def late(clock: str) -> bool:
        sql = "select late_at is not null from minutes_clock where minutes_id = $1 and clock = $2"
        return bool(await owner_asks(panels, sql, key, clock))

    assert not await late("sign")
    panels.set_time(at(5, 11, 46))
    await eventually(lambda: late("sign"))
    assert not await late("file")
    await panels.call("SignMinutes", sign(minutes), "team-manager")
    panels.set_time(at(6, 11, 46))
    await eventually(lambda: late("file"))
    sql = "select count(*) from audit_event where action = 'MinutesLate' and object_name = $1"
    assert await owner_asks(panels, sql, minutes.name) == 2


async def test_delivery_outlives_a_neighbour_that_fails_and_a_restart(panels: Panels, meeting: Meeting) -> None:
    minutes = await drafted(panels, draft(meeting.name, meeting.ann, "Ann is well."))
    panels.cases.hidden_from[meeting.ann] = {"service-oid"}
    await panels.call("SignMinutes", sign(minutes), "team-manager")
    key = minutes.name.rpartition("/")[2]

    async def tried() -> bool:
        sql = "select attempts > 0 from lane where kind = 'panels-delivery' and key = $1"
        return bool(await owner_asks(panels, sql, key))

    await eventually(tried)
    folder = panels.delivery / "demo"
    assert not folder.exists()
    await panels.restart()
    panels.cases.hidden_from.clear()

    async def delivered() -> bool:
        states = {one.name: one.state for one in await panels.minutes_of(meeting.name)}
        return states[minutes.name] == panel_pb2.MINUTES_STATE_DELIVERED

    await eventually(delivered)
    assert sorted(path.name for path in folder.iterdir()) == [f"{key}.html", f"{key}.json", f"{key}.pdf"]


async def test_what_was_written_before_a_crash_is_not_written_again(panels: Panels, meeting: Meeting) -> None:
    """Killed between the files and the note of them: the case system has taken them by then and says so."""
    minutes = await drafted(panels, draft(meeting.name, meeting.ann, "Ann is well."))
    folder = panels.delivery / "demo"
    folder.mkdir(parents=True)
    stem = minutes.name.rpartition("/")[2]
    (folder / f"{stem}.ack").touch()
    await panels.call("SignMinutes", sign(minutes), "team-manager")

    async def filed() -> bool:
        states = {one.name: one.state for one in await panels.minutes_of(meeting.name)}
        return states[minutes.name] == panel_pb2.MINUTES_STATE_FILED

    await eventually(filed)
    assert [path.name for path in folder.iterdir()] == [f"{stem}.ack"]


async def test_the_family_copy(panels: Panels, meeting: Meeting) -> None:
    dana = "councils/demo/people/00000000-0000-0000-0000-00000000000d"
    kind = subject_pb2.RESTRICTION_KIND_MUST_NOT_KNOW
    panels.cases.restrictions = [subject_pb2.Restriction(kind=kind, subject=meeting.ann, other=dana)]
    minutes = await drafted(
        panels, draft(meeting.name, meeting.ann, "Ann is well.\nDana Hidden was there.\nStaff only: x")
    )
    family = wire.RenderMinutesRequest(name=minutes.name, audience=wire.AUDIENCE_FAMILY)
    assert (await refused(panels, "RenderMinutes", family, "business-support")).info.reason == "CANNOT_REDACT"
    panels.cases.involvements = [subject_pb2.Involvement(person=dana, subject=meeting.ann, display_name="Dana Hidden")]
    shown = await panels.call("RenderMinutes", family, "business-support")
    assert isinstance(shown, wire.RenderMinutesResponse)
    assert "Ann is well." in shown.html
    assert "Dana" not in shown.html
    assert "Staff" not in shown.html.split("This copy")[0]
    assert shown.file_name == f"minutes-{minutes.name.rpartition('/')[2]}-family.html"
    own = wire.RenderMinutesRequest(name=minutes.name, audience=wire.AUDIENCE_FILE)
    whole = await panels.call("RenderMinutes", own, "business-support")
    assert isinstance(whole, wire.RenderMinutesResponse)
    assert "Dana Hidden was there." in whole.html


async def test_hidden_minutes_look_like_none(panels: Panels, meeting: Meeting) -> None:
    minutes = await drafted(panels, draft(meeting.name, meeting.ann, "Ann is well."))
    panels.cases.hidden_from[meeting.ann] = {"oid-team-manager"}
    requests = {
        "GetMinutes": wire.GetMinutesRequest(name=minutes.name),
        "SignMinutes": sign(minutes),
        "RenderMinutes": wire.RenderMinutesRequest(name=minutes.name, audience=wire.AUDIENCE_FILE),
    }
    absent = f"councils/demo/minutes/{request_id()}"
    none = await refused(panels, "GetMinutes", wire.GetMinutesRequest(name=absent), "team-manager")
    for rpc, request in requests.items():
        answer = await refused(panels, rpc, request, "team-manager")
        assert answer.code is grpc.StatusCode.NOT_FOUND
        assert answer.text.replace(minutes.name, "") == none.text.replace(absent, "")
        other = await refusal(lambda r=rpc, q=request: panels.call(r, q, "team-manager", council=OTHER))  # type: ignore[misc]
        assert other.code is grpc.StatusCode.NOT_FOUND


async def test_a_page_of_minutes_has_no_gap_where_some_are_hidden(panels: Panels, meeting: Meeting) -> None:
    await drafted(panels, draft(meeting.name, meeting.bea, "Bea is well."))
    panels.cases.hidden_from[meeting.ann] = {"oid-social-worker"}
    request = wire.ListMinutesRequest(parent="councils/demo", page_size=1)
    reply = await panels.call("ListMinutes", request, "social-worker")
    assert isinstance(reply, wire.ListMinutesResponse)
    assert ([one.subject for one in reply.minutes], reply.next_page_token) == ([meeting.bea], "")


async def test_a_list_asks_cases_once_about_all_its_children(panels: Panels, meeting: Meeting) -> None:
    await drafted(panels, draft(meeting.name, meeting.ann, "Ann is well."))
    await drafted(panels, draft(meeting.name, meeting.bea, "Bea is well."))
    panels.cases.filtered.clear()
    request = wire.ListMinutesRequest(parent="councils/demo")
    await panels.call("ListMinutes", request, "social-worker")
    assert panels.cases.filtered == [sorted([meeting.ann, meeting.bea])]


async def test_the_database_keeps_what_was_recorded(panels: Panels, meeting: Meeting) -> None:
    minutes = await drafted(panels, draft(meeting.name, meeting.ann, "Ann is well."))
    await panels.call("SignMinutes", sign(minutes), "team-manager")
    key = minutes.name.rpartition("/")[2]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner_asks(panels, "update minutes set text = 'other' where minutes_id = $1", key)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner_asks(panels, "delete from minutes where minutes_id = $1", key)
    for table in ("outcome", "minutes_addendum"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner_asks(panels, f"truncate {table} cascade")


async def test_every_table_stands_behind_the_wall_and_the_trail_is_sound(panels: Panels, meeting: Meeting) -> None:
    await drafted(panels, draft(meeting.name, meeting.ann, "Ann is well."))
    database = await connect_database(panels.database.app_url)
    try:
        async with database.unscoped() as connection:
            assert set(await tables_without_policy(connection)) <= KIT_OUTSIDE_TENANCY | OUTSIDE_TENANCY

        async def sealed() -> bool:
            return (await verify(database, DEMO.council_id)).unsealed == 0

        await eventually(sealed)
        assert (await verify(database, DEMO.council_id)).sound
    finally:
        await database.close()
