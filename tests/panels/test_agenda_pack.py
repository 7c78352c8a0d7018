"""Agendas that are sent out: page numbers, supplements, and what each audience gets."""

from datetime import date
from io import BytesIO

import asyncpg
import pytest
from permanence.panels.v1 import composition_service_pb2, member_pb2, paper_pb2
from permanence.panels.v1 import panels_service_pb2 as panels_wire
from permanence.panels.v1.paper_pb2 import PACK_AUDIENCE_FAMILY, PACK_AUDIENCE_MEMBER, PACK_AUDIENCE_RESTRICTED
from pypdf import PdfReader

from tests.panels.conftest import BODY, BODY_ID, Panels, at, owner_asks, request_id
from tests.panels.fake_peers import day
from tests.panels.paper_desk import (
    PaperDesk,
    blank_pdf,
    pdf_saying,
    reason_of,
    sitting_with,
    texts_by_label,
)
from tests.panels.quorate import add_member, new_member
from tests.panels.quorate import ask as composition_ask
from tests.panels.test_sittings import outcome
from tests.servicekit.eventually import eventually


async def test_a_pack_of_200_pages_with_two_supplements_has_one_number_for_each_page(panels: Panels) -> None:
    """What the agenda says, what the viewer calls the page and what is printed on it are the same, in every version."""
    desk = PaperDesk(panels)
    sitting, (ann, ben) = await sitting_with(panels, "Ann", "Ben")
    first = await desk.add(ann, pdf_saying(*(f"Ann's report, leaf {leaf}" for leaf in range(1, 121))))
    await desk.add(ben, pdf_saying(*(f"Ben's report, leaf {leaf}" for leaf in range(1, 81))))
    await desk.publish_now(sitting)
    pages = texts_by_label(await desk.pack(sitting, PACK_AUDIENCE_MEMBER))
    numbered = [label for label in pages if not label.startswith("Agenda")]
    assert numbered == [str(number) for number in range(1, 201)]
    assert "1 to 120" in pages["Agenda 1"] and "121 to 200" in pages["Agenda 1"]

    await desk.add(ben, pdf_saying("Ben's plan"), kind=paper_pb2.PAPER_KIND_PLAN)
    second = await desk.publish_now(sitting)
    assert (second.version, second.first_page, second.last_page) == (2, "201", "201")
    await desk.add(ann, pdf_saying("Ann's report again, leaf 1", "Ann's report again, leaf 2"), replaces=first.name)
    await desk.publish_now(sitting)
    newest, before, _ = await desk.versions(sitting)
    assert list(before.changes) == ["C-Ben: care plan or permanence plan added, page 201."]
    assert list(newest.changes) == [
        "C-Ann: social worker's report replaced: read pages 202 to 203 instead of 1 to 120."
    ]

    pages = texts_by_label(await desk.pack(sitting, PACK_AUDIENCE_MEMBER))
    numbered = [label for label in pages if not label.startswith("Agenda")]
    assert numbered == [str(number) for number in range(121, 204)]
    assert all(pages[label].split()[-1] == label for label in numbered)
    assert "Agenda 1 of" in pages["Agenda 1"]
    assert "leaf 80" in pages["200"] and "Ben's plan" in pages["201"] and "again, leaf 2" in pages["203"]
    listed = {one.kind: one.page_numbers for one in (await desk.listed(sitting)).papers if one.subject == ben}
    assert listed == {
        paper_pb2.PAPER_KIND_SOCIAL_WORK_REPORT: "121 to 200", paper_pb2.PAPER_KIND_PLAN: "201",
    }  # fmt: skip


async def test_a_supplement_tells_what_came_what_went_and_what_moved(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann, _, _) = await sitting_with(panels, "Ann", "Ben", "Cleo")
    meeting = (await desk.sitting(sitting)).meeting
    paper = await desk.add(ann, blank_pdf(3))
    await desk.publish_now(sitting)
    assert await reason_of(desk.publish_now(sitting)) == "NOTHING_CHANGED"
    await desk.withdraw(paper.name)
    dan = panels.cases.add_child("demo", "Dan Example", "C-Dan")
    panels.cases.add_clock(dan, date(2026, 3, 20))
    await panels.sitting_with(meeting, 4)
    stands = await desk.sitting(sitting)
    await desk.defer(stands.agenda[1], stands.etag)

    async def arranged() -> bool:
        agenda = (await desk.sitting(sitting)).agenda
        return [item.references[0] for item in agenda] == ["C-Ann", "C-Cleo", "C-Dan"]

    await eventually(arranged)
    stands = await desk.sitting(sitting)
    names = [item.name for item in stands.agenda]
    order = panels_wire.OrderAgendaRequest(
        sitting=sitting, etag=stands.etag, agenda_items=[names[1], names[0], names[2]], request_id=request_id()
    )
    await panels.call("OrderAgenda", order, "panel-chair")
    await desk.publish_now(sitting)
    told = list((await desk.versions(sitting))[0].changes)
    assert "C-Dan: added to the agenda." in told
    assert "C-Ben: taken off the agenda." in told
    assert "C-Ann: social worker's report taken back; pages 1 to 3 no longer count." in told
    assert [line for line in told if "moved to another place" in line] in (
        ["C-Ann: moved to another place on the agenda."],
        ["C-Cleo: moved to another place on the agenda."],
    )
    assert len(told) == 4


async def test_what_is_sent_out_is_what_was_looked_at(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann")
    etag = (await desk.sitting(sitting)).etag
    await desk.add(ann, blank_pdf(1))
    assert await reason_of(desk.publish(sitting, etag)) == "STALE"
    assert await reason_of(desk.pack(sitting, PACK_AUDIENCE_MEMBER)) == "NOT_SENT_OUT"
    panels.set_time(at(10, 12))
    assert await reason_of(desk.publish_now(sitting)) == "AGENDA_FROZEN"


async def test_five_readers_of_one_sitting_and_no_word_in_the_wrong_pack(panels: Panels) -> None:
    """Ann's case is restricted, Ben has a restricted paper and one for his family, Cleo has a paper for hers."""
    desk = PaperDesk(panels)
    sitting, (ann, ben, cleo) = await sitting_with(panels, "Ann", "Ben", "Cleo", restricted=("Ann",))
    panels.cases.hidden_from[ann] = {"oid-business-support", "oid-team-manager"}
    await desk.add(ann, pdf_saying("Annwords"))
    await desk.add(ben, pdf_saying("Benwords"))
    await desk.add(ben, pdf_saying("Bensecret"), kind=paper_pb2.PAPER_KIND_MEDICAL_REPORT, restricted=True)
    await desk.add(ben, pdf_saying("Benfamily"), kind=paper_pb2.PAPER_KIND_CHILDS_VIEWS, for_family=True)
    await desk.add(cleo, pdf_saying("Cleowords"), kind=paper_pb2.PAPER_KIND_FAMILY_PLAN, for_family=True)
    version = await desk.publish_now(sitting)
    assert version.needs_release
    assert await reason_of(desk.pack(sitting, PACK_AUDIENCE_RESTRICTED)) == "NOT_RELEASED"
    assert await reason_of(desk.pack(sitting, PACK_AUDIENCE_FAMILY, subject=ben)) == "NOT_RELEASED"
    await desk.release(sitting, 1)

    words = {"Annwords", "Benwords", "Bensecret", "Benfamily", "Cleowords", "C-Ann", "C-Ben", "C-Cleo"}
    open_words = {"Benwords", "Benfamily", "Cleowords", "C-Ben", "C-Cleo"}
    chair = await desk.pack(sitting, PACK_AUDIENCE_RESTRICTED)
    assert _found(chair, words) == words
    for role in ("business-support", "team-manager", "panel-chair"):
        assert _found(await desk.pack(sitting, PACK_AUDIENCE_MEMBER, role), words) == open_words, role
    assert await reason_of(desk.pack(sitting, PACK_AUDIENCE_RESTRICTED, "business-support")) == "NOT_FOUND"
    bens = await desk.pack(sitting, PACK_AUDIENCE_FAMILY, "business-support", subject=ben)
    cleos = await desk.pack(sitting, PACK_AUDIENCE_FAMILY, "business-support", subject=cleo)
    assert _found(bens, words) == {"Benfamily"}
    assert _found(cleos, words) == {"Cleowords"}
    assert await reason_of(desk.pack(sitting, PACK_AUDIENCE_FAMILY, "business-support", subject=ann)) == "NOT_FOUND"


async def test_a_member_who_keeps_out_gets_no_page_of_the_item_and_is_told_why(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann, ben) = await sitting_with(panels, "Ann", "Ben")
    await desk.add(ann, pdf_saying("Annwords"))
    await desk.add(ben, pdf_saying("Benwords"))
    await desk.publish_now(sitting)
    kin, other = [
        await add_member(panels, new_member(name, ["member"], body=BODY)) for name in ("Kin Made", "Oth Made")
    ]
    declared = composition_service_pb2.DeclareConflictRequest(
        agenda_item=(await desk.sitting(sitting)).agenda[0].name,
        member=kin.name,
        ground=member_pb2.CONFLICT_GROUND_PERSONAL,
        words="A neighbour.",
        request_id=request_id(),
    )
    await composition_ask(panels, "DeclareConflict", declared, "business-support")
    words = {"Annwords", "Benwords"}
    kept_out = await desk.pack(sitting, PACK_AUDIENCE_MEMBER, member=kin.name)
    assert _found(kept_out, words) == {"Benwords"}
    front = texts_by_label(kept_out)["Agenda 1"]
    assert "You take no part in C-Ann" in front
    assert _found(await desk.pack(sitting, PACK_AUDIENCE_MEMBER, member=other.name), words) == words
    stands = await desk.sitting(sitting)
    await desk.defer(stands.agenda[0], stands.etag)
    kept_out = await desk.pack(sitting, PACK_AUDIENCE_MEMBER, member=kin.name)
    assert _found(kept_out, words) == {"Benwords"}, "the agenda as it was sent out counts, whatever became of it since"
    stranger = kin.name.rpartition("/")[0] + "/00000000-0000-4000-8000-000000000001"
    assert await reason_of(desk.pack(sitting, PACK_AUDIENCE_MEMBER, member=stranger)) == "NOT_FOUND"


async def test_pages_of_the_open_part_leave_no_gap_that_tells_of_the_restricted_one(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann, ben) = await sitting_with(panels, "Ann", "Ben", restricted=("Ann",))
    await desk.add(ann, blank_pdf(4))
    await desk.add(ben, blank_pdf(2), restricted=True)
    await desk.add(ben, blank_pdf(3))
    await desk.publish_now(sitting)
    await desk.release(sitting, 1)
    member = PdfReader(BytesIO(await desk.pack(sitting, PACK_AUDIENCE_MEMBER))).page_labels
    assert [label for label in member if "Agenda" not in label] == ["1", "2", "3"]
    chair = PdfReader(BytesIO(await desk.pack(sitting, PACK_AUDIENCE_RESTRICTED))).page_labels
    assert [label for label in chair if "Agenda" not in label] == ["1", "2", "3", *(f"R{n}" for n in range(1, 7))]
    (version,) = await desk.versions(sitting, "business-support")
    assert (version.first_page, version.last_page) == ("1", "3")


async def test_nobody_releases_what_they_prepared_and_each_version_needs_it_anew(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann")
    await desk.add(ann, blank_pdf(1), "panel-chair", oid="sender", restricted=True)
    etag = (await desk.sitting(sitting)).etag
    await desk.publish(sitting, etag, "panel-chair", oid="publisher")
    for oid in ("sender", "publisher"):
        assert await reason_of(desk.release(sitting, 1, "panel-chair", oid=oid)) == "RELEASE_BY_ANOTHER"
    await desk.release(sitting, 1, "panel-chair", oid="second")
    assert await reason_of(desk.release(sitting, 1, "panel-chair", oid="third")) == "RELEASED_ALREADY"
    await desk.add(ann, blank_pdf(1))
    await desk.publish_now(sitting)
    assert await reason_of(desk.pack(sitting, PACK_AUDIENCE_RESTRICTED)) == "NOT_RELEASED"
    assert await reason_of(desk.release(sitting, 1)) == "STALE"


@pytest.mark.parametrize(
    "pages", [["Ben lives at 12 Mill Road."], ["Zed Hidden was there."], ["Zed\nHidden came by."]], ids=len
)
async def test_a_familys_paper_that_tells_too_much_is_refused(panels: Panels, pages: list[str]) -> None:
    desk = PaperDesk(panels)
    sitting, (ben,) = await sitting_with(panels, "Ben")
    panels.cases.hide_person("demo", ben, "Zed Hidden")
    await desk.add(ben, pdf_saying(*pages), for_family=True)
    await desk.publish_now(sitting)
    await desk.release(sitting, 1)
    assert await reason_of(desk.pack(sitting, PACK_AUDIENCE_FAMILY, subject=ben)) == "NOT_FOR_FAMILY"


async def test_a_familys_paper_that_no_machine_can_read_is_refused(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ben,) = await sitting_with(panels, "Ben")
    await desk.add(ben, blank_pdf(1), for_family=True)
    await desk.publish_now(sitting)
    await desk.release(sitting, 1)
    assert await reason_of(desk.pack(sitting, PACK_AUDIENCE_FAMILY, subject=ben)) == "NOT_FOR_FAMILY"


async def test_matters_arising_come_first(panels: Panels) -> None:
    desk = PaperDesk(panels)
    first, (ann,) = await sitting_with(panels, "Ann")
    panels.set_time(at(10, 10))
    item = (await desk.sitting(first)).agenda[0]
    asked = outcome(item, ann)
    action = asked.actions.add(text="Visit the school", owner_role="social-worker")
    action.due_date.CopyFrom(day(date(2026, 3, 20)))
    await panels.call("RecordOutcome", asked, "panel-chair")
    kin = await add_member(panels, new_member("Kin Made", ["member"], body=BODY))
    declared = composition_service_pb2.DeclareConflictRequest(
        agenda_item=item.name,
        member=kin.name,
        ground=member_pb2.CONFLICT_GROUND_PERSONAL,
        words="A neighbour.",
        request_id=request_id(),
    )
    await composition_ask(panels, "DeclareConflict", declared, "business-support")
    later = panels.scheduler.book("demo", "tracking_panel", at(24, 10), at(24, 12), body=BODY_ID)
    sitting = await panels.sitting_with(later, 0)
    (arising,) = sitting.matters_arising
    assert (arising.reference, arising.text, arising.done) == ("C-Ann", "Visit the school", False)
    await desk.publish_now(sitting.name)
    front = texts_by_label(await desk.pack(sitting.name, PACK_AUDIENCE_MEMBER))["Agenda 1"]
    assert front.index("Visit the school") < front.index("Nothing is on this agenda")
    assert _found(await desk.pack(sitting.name, PACK_AUDIENCE_MEMBER, member=kin.name), {"Visit the school"}) == set()


async def test_matters_that_nobody_could_look_up_are_not_left_out_silently(panels: Panels) -> None:
    desk = PaperDesk(panels)
    first, (ann, zoe) = await sitting_with(panels, "Ann", "Zoe", restricted=("Zoe",))
    panels.set_time(at(10, 10))
    texts = {ann: "Visit the school", zoe: "Ask the aunt"}
    for item in (await desk.sitting(first)).agenda:
        asked = outcome(item, item.subjects[0])
        action = asked.actions.add(text=texts[item.subjects[0]], owner_role="social-worker")
        action.due_date.CopyFrom(day(date(2026, 3, 20)))
        await panels.call("RecordOutcome", asked, "panel-chair")
    later = panels.scheduler.book("demo", "tracking_panel", at(24, 10), at(24, 12), body=BODY_ID)
    sitting = await panels.sitting_with(later, 0)
    assert {one.text for one in sitting.matters_arising} == set(texts.values())
    assert not sitting.matters_arising_incomplete
    await desk.publish_now(sitting.name)

    panels.cases.nobody_answers_for_subjects = True
    away = await panels.sitting_of(later)
    assert [one.text for one in away.matters_arising] == ["Visit the school"] and away.matters_arising_incomplete
    front = texts_by_label(await desk.pack(sitting.name, PACK_AUDIENCE_MEMBER))["Agenda 1"]
    assert "Visit the school" in front and "there may be more" in " ".join(front.split())

    panels.cases.nobody_answers_for_subjects = False
    again = await panels.sitting_of(later)
    assert len(again.matters_arising) == 2 and not again.matters_arising_incomplete


def _found(pdf: bytes, words: set[str]) -> set[str]:
    """Which of the words stand anywhere in the decoded file: on pages, in bookmarks, in any stream or string."""
    reader = PdfReader(BytesIO(pdf))
    texts = [page.extract_text() for page in reader.pages] + [str(reader.outline), str(reader.metadata)]
    for number in range(len(reader.xref_objStm) + max(reader.xref[0]) + 1):
        found = reader.get_object(number)
        data = found.get_data() if hasattr(found, "get_data") else b""
        texts.append(f"{found} {data.decode('latin-1')}")
    everything = " ".join(texts)
    return {word for word in words if word in everything}


async def test_nobody_releases_what_they_may_not_see(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann", restricted=("Ann",))
    await desk.add(ann, blank_pdf(1))
    await desk.publish_now(sitting)
    panels.cases.hidden_from[ann] = {"oid-shut-out"}
    assert await reason_of(desk.release(sitting, 1, "panel-chair", oid="oid-shut-out")) == "NOT_ALL_SEEN"
    await desk.release(sitting, 1)


async def test_putting_off_again_with_the_same_request_says_the_same(panels: Panels) -> None:
    """The item is gone by then, and whoever lost the first answer is not told that it never was."""
    desk = PaperDesk(panels)
    sitting, _ = await sitting_with(panels, "Ann", "Ben")
    stands = await desk.sitting(sitting)
    request = panels_wire.DeferItemRequest(
        agenda_item=stands.agenda[0].name, etag=stands.etag, reason="The report is late.", request_id=request_id()
    )
    first = await panels.call("DeferItem", request, "business-support")
    assert await panels.call("DeferItem", request, "business-support") == first
    assert await reason_of(panels.call("DeferItem", request, "business-support", oid="other")) == "NOT_FOUND"


async def test_a_paper_stays_as_it_came(panels: Panels) -> None:
    desk = PaperDesk(panels)
    _, (ann,) = await sitting_with(panels, "Ann")
    await desk.add(ann, blank_pdf(1))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await owner_asks(panels, "update paper_content set original = '\\x00'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="stay"):
        await owner_asks(panels, "update paper set subject = 'somebody else'")
