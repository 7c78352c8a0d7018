"""Papers of a sitting: what is taken, what is late or missing, and who may read them."""

import asyncio
import zipfile
from io import BytesIO

import docx
import pytest
from permanence.panels.v1 import panel_pb2, panels_service_pb2, paper_pb2
from permanence.panels.v1 import papers_service_pb2 as wire
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.panels.conftest import BODY, BODY_ID, Panels, at, request_id
from tests.panels.paper_desk import PaperDesk, blank_pdf, faults_of, pdf_saying, reason_of, sitting_with
from tests.panels.test_sittings import outcome
from tests.servicekit.serving import Refused, refusal


async def test_a_paper_is_kept_as_it_came_and_listed_with_its_item(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann, ben) = await sitting_with(panels, "Ann", "Ben")
    sent = pdf_saying("About Ben.", "More about Ben.")
    paper = await desk.add(ben, sent)
    assert (paper.pages, paper.format, paper.size) == (2, paper_pb2.PAPER_FORMAT_PDF, len(sent))
    listed = await desk.listed(sitting)
    assert [(one.name, one.item_number) for one in listed.papers] == [(paper.name, 2)]
    content = await desk.read("GetPaper", wire.GetPaperRequest(name=paper.name), "social-worker")
    assert content == sent
    missing = {one.subject: list(one.kinds) for one in listed.missing}
    report, plan = paper_pb2.PAPER_KIND_SOCIAL_WORK_REPORT, paper_pb2.PAPER_KIND_PLAN
    assert missing == {ann: [report, plan], ben: [plan]}


async def test_papers_are_late_from_the_day_after_they_were_due(panels: Panels) -> None:
    """The sitting is on Tuesday 24 March: ten working days before it is Tuesday 10 March."""
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann", sits_on=24)
    panels.set_time(at(10, 23, 59))
    await desk.add(ann, blank_pdf(1))
    panels.set_time(at(11, 0))
    await desk.add(ann, blank_pdf(1), kind=paper_pb2.PAPER_KIND_PLAN)
    listed = await desk.listed(sitting)
    assert [one.late for one in listed.papers] == [False, True]
    assert (listed.due_date.month, listed.due_date.day) == (3, 10)


@pytest.mark.parametrize(
    ("file_name", "content", "field", "words"),
    [
        ("report.docx", blank_pdf(1), "content", "in it is a PDF"),
        ("report.pdf", b"MZ\x90\x00 a program", "content", "neither a PDF nor a Word file"),
        ("report.pdf", b"%PDF-1.7\nnothing follows", "content", "damaged"),
        ("report.pdf", b"", "content", "empty"),
        ("report.exe", blank_pdf(1), "header.file_name", "only PDF and Word"),
        ("report.pdf", blank_pdf(501), "content", "501 pages"),
    ],
)
async def test_what_is_no_paper_is_refused_and_says_what_to_do(
    panels: Panels, file_name: str, content: bytes, field: str, words: str
) -> None:
    desk = PaperDesk(panels)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    faults = await faults_of(desk.add(child, content, file_name=file_name))
    assert words in faults[field]


async def test_fifty_megabytes_are_refused_before_they_are_read_and_while_they_come(panels: Panels) -> None:
    desk = PaperDesk(panels)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    size = 50 * 1024 * 1024
    assert "larger than 25 MB" in (await faults_of(desk.add(child, b"", size=size)))["header.size"]
    assert "larger than 25 MB" in (await faults_of(desk.add(child, bytes(size))))["content"]


async def test_a_word_paper_is_laid_out_for_the_pack_and_one_with_macros_is_refused(panels: Panels) -> None:
    desk = PaperDesk(panels)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    word = docx.Document()
    word.add_heading("What we know", 1)
    word.add_paragraph("Ann likes the garden.")
    with BytesIO() as made:
        word.save(made)
        content = made.getvalue()
    paper = await desk.add(child, content, file_name="Report.DOCX")
    assert (paper.format, paper.pages) == (paper_pb2.PAPER_FORMAT_WORD, 1)
    with BytesIO(content) as packed:
        with zipfile.ZipFile(packed, "a") as parts:
            parts.writestr("word/vbaProject.bin", b"x")
        macros = packed.getvalue()
    assert "macros" in (await faults_of(desk.add(child, macros, file_name="report.docx")))["content"]


async def test_a_pdf_that_acts_by_itself_does_nothing_in_a_pack(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann")
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('x')")}
    )
    writer.add_attachment("hidden.txt", b"hidden words")
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/JS"): TextStringObject("app.beep()")})
    with BytesIO() as made:
        writer.write(made)
        await desk.add(ann, made.getvalue())
    etag = (await desk.sitting(sitting)).etag
    await desk.publish(sitting, etag)
    pack = await desk.pack(sitting, paper_pb2.PACK_AUDIENCE_MEMBER)
    reader = PdfReader(BytesIO(pack))
    assert not {"/Names", "/OpenAction", "/AA"} & set(reader.root_object)
    assert all("/AA" not in page for page in reader.pages)
    assert b"hidden words" not in pack and b"app.alert" not in pack


async def test_a_restricted_paper_is_there_for_few_and_its_sender(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann")
    paper = await desk.add(ann, blank_pdf(1), "social-worker", oid="sender", restricted=True)
    assert [one.name for one in (await desk.listed(sitting, "panel-chair")).papers] == [paper.name]
    assert not (await desk.listed(sitting, "business-support")).papers
    request = wire.GetPaperRequest(name=paper.name)
    assert await reason_of(desk.read("GetPaper", request, "social-worker", oid="other")) == "NOT_FOUND"
    assert await desk.read("GetPaper", request, "social-worker", oid="sender")


async def test_an_item_is_put_off_with_a_reason_that_stands_at_the_next_sitting(panels: Panels) -> None:
    desk = PaperDesk(panels)
    first, (ann, ben) = await sitting_with(panels, "Ann", "Ben")
    second = panels.scheduler.book("demo", "tracking_panel", at(24, 10), at(24, 12), body=BODY_ID)
    await panels.sitting_with(second, 0)
    report = await desk.add(ann, blank_pdf(1))
    stands = await desk.sitting(first)
    assert await reason_of(desk.defer(stands.agenda[0], "0")) == "STALE"
    await desk.defer(stands.agenda[0], stands.etag, "The assessment waits.")
    assert [list(item.subjects) for item in (await desk.sitting(first)).agenda] == [[ben]]
    later = await panels.sitting_with(second, 1)
    (item,) = later.agenda
    assert (list(item.subjects), item.times_put_off) == ([ann], 1)
    assert item.source == panel_pb2.AGENDA_SOURCE_DEFERRED
    assert list(item.put_off_because) == ["10 March 2026: The assessment waits."]
    # Its papers go with the child.
    assert [one.name for one in (await desk.listed(later.name)).papers] == [report.name]
    panels.set_time(at(24, 10))
    assert await reason_of(desk.defer(item, later.etag)) == "AGENDA_FROZEN"
    await panels.call("RecordOutcome", outcome(item, ann), "panel-chair")
    third = panels.scheduler.book("demo", "tracking_panel", at(31, 10), at(31, 12), body=BODY_ID)
    await panels.sitting_with(third, 1)  # Ben, whom nobody heard
    referral = panels_service_pb2.ReferSubjectRequest(
        parent="councils/demo", body=BODY, subjects=[ann], reason="Again.", request_id=request_id()
    )
    await panels.call("ReferSubject", referral, "team-manager")
    again = await panels.sitting_with(third, 2)
    item = next(one for one in again.agenda if ann in one.subjects)
    assert (item.times_put_off, list(item.put_off_because)) == (0, [])
    assert not (await desk.listed(again.name)).papers, "what was settled closed them"


async def test_a_hidden_childs_papers_are_not_there(panels: Panels) -> None:
    desk = PaperDesk(panels)
    child = panels.cases.add_child("demo", "Ann Example", "C-A", restricted=True)
    paper = await desk.add(child, blank_pdf(1))
    panels.cases.hidden_from[child] = {"oid-team-manager"}
    assert await reason_of(desk.read("GetPaper", wire.GetPaperRequest(name=paper.name), "team-manager")) == "NOT_FOUND"
    assert await reason_of(desk.add(child, blank_pdf(1), "team-manager")) == "NOT_FOUND"


async def test_a_paper_is_replaced_once_and_what_was_taken_back_stays_so(panels: Panels) -> None:
    desk = PaperDesk(panels)
    sitting, (ann,) = await sitting_with(panels, "Ann")
    first = await desk.add(ann, blank_pdf(1))
    second = await desk.add(ann, blank_pdf(2), replaces=first.name)
    assert [one.name for one in (await desk.listed(sitting)).papers] == [second.name]
    assert await reason_of(desk.add(ann, blank_pdf(2), replaces=first.name)) == "PAPER_WITHDRAWN"
    await desk.withdraw(second.name)
    assert await reason_of(desk.withdraw(second.name)) == "PAPER_WITHDRAWN"
    # The one before stands again: nothing takes its place any more.
    assert [one.name for one in (await desk.listed(sitting)).papers] == [first.name]


async def test_one_paper_takes_anothers_place_whoever_sends_it_first(panels: Panels) -> None:
    desk = PaperDesk(panels)
    _, (ann,) = await sitting_with(panels, "Ann")
    old = await desk.add(ann, blank_pdf(1))
    sent = [desk.add(ann, blank_pdf(2), replaces=old.name) for _ in range(5)]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    (new,) = [one for one in answers if isinstance(one, paper_pb2.Paper)]
    taken = await asyncio.gather(*(refusal(lambda: desk.withdraw(new.name)) for _ in range(5)), return_exceptions=True)
    said = [one for one in taken if isinstance(one, Refused)]
    assert len(said) == 4 and {one.info.reason for one in said} == {"PAPER_WITHDRAWN"}
