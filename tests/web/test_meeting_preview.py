"""What a day for a meeting would do, in sentences: what it breaks first, law before ours, each child by reference."""

from datetime import date

import pytest
from permanence.cases.v1 import obligations_service_pb2 as pb
from permanence.cases.v1.obligation_pb2 import BASIS_LOCAL, BASIS_STATUTORY

from web.meeting_preview import preview_told
from web.words import wire_date

ONE, OTHER = "councils/demo/children/1", "councils/demo/children/2"
REFERENCES = {ONE: "NM-0412"}
KEPT, BROKEN, EARLY, UNKNOWN = (
    pb.PREVIEW_VERDICT_KEPT,
    pb.PREVIEW_VERDICT_BROKEN,
    pb.PREVIEW_VERDICT_TOO_EARLY,
    pb.PREVIEW_VERDICT_UNKNOWN,
)
MET, COUNTED, STARTED = (
    pb.PREVIEW_PART_MET_BY_MEETING,
    pb.PREVIEW_PART_COUNTED_TO_MEETING,
    pb.PREVIEW_PART_STARTED_BY_MEETING,
)
DAY, LATER = date(2026, 4, 1), date(2026, 4, 2)


def clock(
    title: str,
    verdict: pb.PreviewVerdict,
    part: pb.PreviewPart = MET,
    before: date | None = None,
    after: date | None = DAY,
    *,
    law: bool = False,
) -> pb.PreviewedClock:
    return pb.PreviewedClock(
        title=title,
        verdict=verdict,
        part=part,
        basis=BASIS_STATUTORY if law else BASIS_LOCAL,
        due_date_before=wire_date(before),
        due_date_after=wire_date(after),
        reason="so it is",
    )


def of(subject: str, *clocks: pb.PreviewedClock) -> pb.SubjectPreview:
    return pb.SubjectPreview(subject=subject, clocks=clocks)


def test_broken_dates_come_before_those_that_it_is_too_early_for_and_law_before_ours() -> None:
    clocks = (
        clock("Review", EARLY, law=True),
        clock("Planning", BROKEN),
        clock("Report", BROKEN, COUNTED, law=True),
        clock("Visit", KEPT),
    )
    found = preview_told([of(ONE, *clocks)], REFERENCES)
    assert found.against == (
        "Report would miss the law's date: so it is.",
        "Planning would miss our date: so it is.",
        "Review would come too early for the law's date: so it is.",
    )
    assert (found.kept, found.follows) == (("Visit would keep our date: so it is.",), ())


def test_what_follows_stands_by_day_with_the_date_it_takes_the_place_of() -> None:
    clocks = (
        clock("Minutes", UNKNOWN, STARTED, after=None),
        clock("Next review", KEPT, STARTED, before=DAY, after=LATER, law=True),
        clock("Report", KEPT, COUNTED, before=DAY),
    )
    found = preview_told([of(ONE, *clocks)], REFERENCES)
    assert found.follows == (
        "Report: by Wednesday 1 April 2026, our date.",
        "Next review: by Thursday 2 April 2026, the law's date, instead of Wednesday 1 April 2026.",
        "Minutes: so it is.",
    )
    assert not found.against and not found.kept


def test_children_are_told_apart_by_reference_and_what_is_the_same_is_said_once() -> None:
    same = clock("Planning", KEPT)
    found = preview_told([of(ONE, same), of(OTHER, clock("Review", BROKEN), same)], {**REFERENCES, OTHER: "NM-0413"})
    assert found.against == ("NM-0413: Review would miss our date: so it is.",)
    assert found.kept == ("NM-0412, NM-0413: Planning would keep our date: so it is.",)
    assert preview_told([of(ONE), of(OTHER, same)], REFERENCES).kept[0].startswith("no reference yet: ")


@pytest.mark.parametrize(
    ("verdict", "part", "misses"),
    [(BROKEN, MET, True), (BROKEN, COUNTED, False), (EARLY, MET, False), (UNKNOWN, MET, False)],
)
def test_only_a_date_that_the_meeting_itself_comes_too_late_for_is_missed_by_it(
    verdict: pb.PreviewVerdict, part: pb.PreviewPart, misses: bool
) -> None:
    assert preview_told([of(ONE, clock("Review", verdict, part))], REFERENCES).misses is misses


def test_what_nobody_can_say_is_neither_kept_nor_missed() -> None:
    found = preview_told([of(ONE, clock("Review", UNKNOWN))], REFERENCES)
    assert found.kept == ("Review may keep or miss our date: so it is.",)
