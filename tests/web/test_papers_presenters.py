"""Papers, versions and copies in words."""

from datetime import UTC, datetime

from permanence.panels.v1 import member_pb2, paper_pb2
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import papers_service_pb2 as pb

from web.journeys.papers.presenters import item_papers, kept_out_words, member_copies, subject_choices, version_rows
from web.journeys.sittings.presenters import agenda_rows
from web.words import timestamp

START = timestamp(datetime(2026, 3, 10, 10, tzinfo=UTC))
END = timestamp(datetime(2026, 3, 10, 10, 15, tzinfo=UTC))
ANN, BEN = "councils/demo/children/a", "councils/demo/children/b"
SITTING = wire.Sitting(
    name="councils/demo/sittings/s",
    start_time=START,
    end_time=END,
    agenda=[
        wire.AgendaItem(
            name="councils/demo/agendaItems/1", number=1, subjects=[ANN, BEN], references=["C-A", "C-B"],
            start_time=START, end_time=END,
        ),
    ],
)  # fmt: skip


def paper(subject: str, **fields: object) -> paper_pb2.Paper:
    return paper_pb2.Paper(
        name="councils/demo/papers/p",
        subject=subject,
        kind=paper_pb2.PAPER_KIND_SOCIAL_WORK_REPORT,
        receive_time=START,
        size=3 * 1024 * 1024,
        **fields,  # type: ignore[arg-type]
    )


def test_each_subject_of_an_item_has_its_papers_and_what_it_lacks() -> None:
    lacking = paper_pb2.MissingPapers(
        agenda_item=SITTING.agenda[0].name,
        subject=BEN,
        kinds=[paper_pb2.PAPER_KIND_SOCIAL_WORK_REPORT, paper_pb2.PAPER_KIND_PLAN],
    )
    listed = pb.ListPapersResponse(papers=[paper(ANN, late=True, page_numbers="1 to 3")], missing=[lacking])
    ann, ben = item_papers(SITTING, listed)
    (row,) = ann.papers
    assert (row.late, row.pages, row.size, row.words) == (True, "1 to 3", "3.0 MB", "Social worker's report")
    assert (ben.papers, ben.missing) == ((), "social worker's report and care plan or permanence plan")
    (agenda,) = agenda_rows(SITTING, {}, listed)
    assert agenda.papers == ("Papers: 1 paper, 1 late, 2 missing",)
    assert agenda_rows(SITTING, {})[0].papers == ()


def test_of_an_item_that_the_reader_keeps_out_of_that_alone_is_said() -> None:
    listed = pb.ListPapersResponse(kept_out_items=[SITTING.agenda[0].name])
    assert [one.kept_out for one in item_papers(SITTING, listed)] == [True, True]
    assert kept_out_words(listed) == "Papers of 1 item are kept from you"
    (agenda,) = agenda_rows(SITTING, {}, listed)
    assert agenda.kept_out and agenda.papers == ("You keep out of this item",)
    nothing = pb.ListPapersResponse()
    assert kept_out_words(nothing) == "" and not item_papers(SITTING, nothing)[0].kept_out
    assert not agenda_rows(SITTING, {})[0].kept_out, "while nobody knows"


def test_a_version_says_its_pages_and_whether_it_may_go_out() -> None:
    first = paper_pb2.AgendaVersion(version=1, publish_time=START, first_page="1", last_page="9")
    second = paper_pb2.AgendaVersion(version=2, publish_time=START, needs_release=True)
    newest, before = version_rows([second, first])
    assert (newest.title, newest.pages, newest.released) == ("Supplement 1", "No new pages", "Not released yet")
    assert (before.title, before.pages, before.released) == ("First agenda", "Pages 1 to 9", "Needs no release")


def test_whoever_keeps_out_has_a_copy_of_their_own() -> None:
    member = member_pb2.Member(name="councils/demo/members/m", name_for_staff="Kin Made")
    free = member_pb2.Member(name="councils/demo/members/f", name_for_staff="Free Made")
    item = member_pb2.ItemComposition(
        agenda_item=SITTING.agenda[0].name,
        conflicts=[
            member_pb2.Conflict(member=member.name, recused=True),
            member_pb2.Conflict(member=member.name, recused=True),
            member_pb2.Conflict(member=free.name, recused=False),
        ],
    )
    makeup = member_pb2.Composition(
        members=[member_pb2.MemberAtSitting(member=one) for one in (member, free)], items=[item]
    )
    assert member_copies(SITTING, makeup) == [("m", "Kin Made, without item 1")]
    assert subject_choices(SITTING) == [("", "Choose"), ("a", "C-A, item 1"), ("b", "C-B, item 1")]
