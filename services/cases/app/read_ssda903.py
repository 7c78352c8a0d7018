"""Reads a yearly SSDA903 return: who was in care and when, and which reviews were held. It holds nothing else we use.

Form: DfE's guide to the SSDA903 collection; dates are DD/MM/YYYY. A return closes an episode and opens the next
whenever legal status or placement changes, so care is counted from the earliest start of its unbroken run of episodes.
Nobody stated that day: the facts are marked as assumed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from rulebook.care_episodes import Period, unbroken_runs
from rulebook.facts import AttributeValue, SubjectKind
from services.cases.app.case_data import EventRow, ReviewRow, SubjectKey, SubjectRow
from services.cases.app.extract import Extract
from services.cases.app.read_ssd_care import REVIEW_HELD, keep_run
from services.cases.domain.cell import Faulty, filled, known_day, optional_day, parsed_date
from services.cases.domain.csv_table import TableSpec
from services.cases.domain.import_finding import Reason, Row
from services.cases.domain.placement_code import attributes_of
from services.cases.domain.review_code import LegalSpell, participation, under_short_breaks

READ: Final = {
    "header.csv": TableSpec(("child",), ("dob",)),
    "episodes.csv": TableSpec(("child", "decom", "dec"), ("rne", "ls", "place")),
    "reviews.csv": TableSpec(("child", "review"), ("review_code",)),
}
NEEDED: Final = ("header.csv", "episodes.csv")
# Further modules of the return: right to be there, of no use here.
PASSED_OVER: Final = frozenset(
    f"{name}.csv"
    for name in (
        "ad1",
        "care_leavers",
        "missing",
        "oc2",
        "oc3",
        "placed_for_adoption",
        "previous_permanence",
        "prev_perm",
        "sbpfa",
        "should_be_placed_for_adoption",
        "social_worker",
        "uasc",
    )
)
Files = Mapping[str, Sequence[Row]]


def read_return(files: Files, extract: Extract) -> None:
    """Children, their times in care and their reviews. `extract.today` is the day as of which the return stands."""
    _read_header(files["header.csv"], extract, _placements(files["episodes.csv"]))
    care = _read_episodes(files["episodes.csv"], extract)
    _read_reviews(files["reviews.csv"], extract, care)


def _placements(rows: Sequence[Row]) -> dict[str, Mapping[str, AttributeValue]]:
    """What is known of where each child lives: from the episode that is open; of several the one that began last."""
    ongoing = sorted(
        (row for row in rows if not row.get("dec")), key=lambda row: parsed_date(row.get("decom")) or date.min
    )
    return {row.get("child"): attributes_of(row.get("place")) for row in ongoing}


def _read_header(rows: Sequence[Row], extract: Extract, placements: Mapping[str, Mapping[str, AttributeValue]]) -> None:
    seen: set[str] = set()
    for row in rows:
        if not filled(row, extract.report, "child"):
            continue
        child = row.get("child")
        if child in seen:
            extract.report.add(row, Reason.DUPLICATE_CHILD, "child", child)
            continue
        seen.add(child)
        born = known_day(row, "dob", extract.report, child)
        if born is not None and born > extract.today:
            extract.report.add(row, Reason.DATE_IN_FUTURE, "dob", child)
            born = None
        key = SubjectKey(SubjectKind.CHILD, child)
        if not extract.known.subjects.get(key):  # a return knows no names: it must not take away the one we have
            extract.add_subject(SubjectRow(key, born_on=born, attributes=placements.get(child, {})))


def _read_episodes(rows: Sequence[Row], extract: Extract) -> dict[SubjectKey, list[LegalSpell]]:
    """Whose care the return tells of, by which legal status; children whose every episode is faulty are among them."""
    periods: dict[SubjectKey, list[Period]] = defaultdict(list)
    named: dict[SubjectKey, list[LegalSpell]] = {}
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        if not filled(row, extract.report, "child", "decom"):
            continue
        identity = (row.get("child"), row.get("decom"), row.get("dec"))
        child = extract.child(row.get("child"))
        if child is None:
            extract.report.add(row, Reason.UNKNOWN_CHILD, "child", row.get("child"))
        elif identity in seen:
            extract.report.add(row, Reason.DUPLICATE_ROW, child=child.source_id)
        else:
            seen.add(identity)
            period = _period(row, extract, child.source_id)
            statuses = named.setdefault(child, [])
            if period is not None:
                periods[child].append(period)
                statuses.append(LegalSpell(row.get("ls"), period.start, period.end))
    for child, found in periods.items():
        for number, run in enumerate(unbroken_runs(found), 1):
            keep_run(extract, child, f"ssda903/{number}", run, assumed=True)
    return named


def _period(row: Row, extract: Extract, child: str) -> Period | None:
    """One episode; an end after the day of the return is not known yet on that day."""
    start, end = known_day(row, "decom", extract.report, child), optional_day(row, "dec", extract.report, child)
    if start is None or isinstance(end, Faulty):
        return None
    if end is not None and end < start:
        extract.report.add(row, Reason.ENDS_BEFORE_IT_BEGINS, "dec", child)
        return None
    if start > extract.today:
        extract.report.add(row, Reason.AFTER_AS_OF_DAY, "decom", child)
        return None
    return Period(start, end if end is None or end <= extract.today else None, row.get("rne"))


def _read_reviews(rows: Sequence[Row], extract: Extract, care: Mapping[SubjectKey, Sequence[LegalSpell]]) -> None:
    for row in rows:
        if not filled(row, extract.report, "child", "review"):
            continue
        source_id = row.get("child")
        child = extract.child(source_id)
        if child is None or child not in care:
            extract.report.add(row, Reason.REVIEW_WITHOUT_EPISODE, "child", source_id)
            continue
        day = known_day(row, "review", extract.report, source_id)
        if day is None:
            continue
        source = f"ssda903/review/{day.isoformat()}"
        if day > extract.today:
            extract.report.add(row, Reason.AFTER_AS_OF_DAY, "review", source_id)
        elif (child, source) in extract.events:
            extract.report.add(row, Reason.DUPLICATE_ROW, child=source_id)
        else:
            extract.add_event(EventRow(child, source, REVIEW_HELD, day))
            extract.add_review(_review(row, child, source, day, care[child], extract))


def _review(
    row: Row, child: SubjectKey, source: str, day: date, statuses: Sequence[LegalSpell], extract: Extract
) -> ReviewRow:
    code = participation(row, "review_code", extract.report, child.source_id)
    return ReviewRow(child, source, held_on=day, participation=code, short_breaks=under_short_breaks(statuses, day))
