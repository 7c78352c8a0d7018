"""Reads restrictions.csv and case_events.csv, this product's own files beside the dataset's tables."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from rulebook.facts import OBLIGATION_MET, EventType, FactKind, RuleId, SubjectKind
from rulebook.plan_state import PLAN_EVENTS
from rulebook.vocabulary import attribute_meaning, vocabulary
from services.cases.app.case_data import EventRow, ListingRow, RestrictionRow, SubjectKey
from services.cases.app.extract import Extract
from services.cases.domain.case_event import PPM_HELD
from services.cases.domain.cell import filled, instant_on, known_day, one_of
from services.cases.domain.import_finding import Reason, Row
from services.cases.domain.restriction import RestrictionKind

_KINDS: Final = {kind.value: kind for kind in RestrictionKind}
_SUBJECTS: Final = {kind.value: kind for kind in SubjectKind}
_PAIRS: Final = (RestrictionKind.MUST_NOT_MEET, RestrictionKind.MUST_NOT_KNOW)
_YES_NO: Final = {"yes": True, "no": False}


def read_restrictions(rows: Sequence[Row], extract: Extract) -> None:
    """Restrictions, and who is listed for a restricted case.

    What protects somebody is read in the strict way where a cell cannot be read: in force, and by order of a court.
    """
    for row in rows:
        if not filled(row, extract.report, "restriction_id", "kind", "subject_source_id", "subject_kind"):
            continue
        kind = one_of(row, "kind", _KINDS, extract.report, Reason.UNKNOWN_RESTRICTION)
        subject = _subject(row, extract)
        if kind is None or subject is None:
            continue
        if kind is RestrictionKind.RESTRICTED_CASE:
            extract.closed[subject] = None
        if row.get("restriction_id") in extract.restrictions:
            extract.report.add(row, Reason.DUPLICATE_ROW, "restriction_id")
        elif kind is RestrictionKind.RESTRICTED_CASE and row.get("person_source_id"):
            _read_listing(row, subject, extract)
        else:
            _read_restriction(row, kind, subject, extract)


def _subject(row: Row, extract: Extract) -> SubjectKey | None:
    kind = one_of(row, "subject_kind", _SUBJECTS, extract.report, Reason.BAD_VALUE)
    if kind is None:
        return None
    source_id = row.get("subject_source_id")
    found = extract.subject(kind, source_id)
    if found is None:
        of_child = kind in (SubjectKind.CHILD, SubjectKind.UNBORN_CHILD)
        reason = Reason.UNKNOWN_CHILD if of_child else Reason.UNKNOWN_SUBJECT
        extract.report.add(row, reason, "subject_source_id", source_id if of_child else "")
    return found


def _read_listing(row: Row, subject: SubjectKey, extract: Extract) -> None:
    worker = row.get("person_source_id")
    first, last = known_day(row, "from", extract.report), known_day(row, "until", extract.report)
    if not extract.is_staff(worker):
        extract.report.add(row, Reason.UNKNOWN_WORKER, "person_source_id")
        return
    sign_in = extract.sign_in_of(worker)
    if sign_in is None:
        extract.report.add(row, Reason.UNKNOWN_SIGN_IN, "person_source_id")
    elif (first or date.min) <= extract.today <= (last or date.max) and bool(last) == bool(row.get("until")):
        extract.listings[ListingRow(subject, sign_in)] = None


def _read_restriction(row: Row, kind: RestrictionKind, subject: SubjectKey, extract: Extract) -> None:
    person, other = row.get("person_source_id"), row.get("other_person_source_id")
    if kind in _PAIRS and not filled(row, extract.report, "person_source_id", "other_person_source_id"):
        return
    unknown = [
        column
        for column, name in (("person_source_id", person), ("other_person_source_id", other))
        if name and not extract.has_person(name)
    ]
    for column in unknown:
        extract.report.add(row, Reason.UNKNOWN_PERSON, column)
    if unknown and kind in _PAIRS:
        return
    first, last = known_day(row, "from", extract.report), known_day(row, "until", extract.report)
    if first and last and last < first:
        extract.report.add(row, Reason.ENDS_BEFORE_IT_BEGINS, "until")
        first, last = min(first, last), None
    court = one_of(row, "court_ordered", _YES_NO, extract.report, Reason.BAD_VALUE)
    home = subject if kind is RestrictionKind.CONFIDENTIAL_ADDRESS else None
    source_id = row.get("restriction_id")
    extract.restrictions[source_id] = RestrictionRow(
        source_id,
        kind,
        subject,
        first or date.min,
        last,
        # An address kept from somebody unknown is kept from everybody outside, which includes them.
        person_source_id=person if person and "person_source_id" not in unknown else None,
        other_person_source_id=other if other and not unknown else None,
        other_subject=home if home and home.kind is SubjectKind.CARER_HOUSEHOLD else None,
        court_ordered=bool(court) or (court is None and bool(row.get("court_ordered"))),
    )


def read_case_events(rows: Sequence[Row], extract: Extract) -> None:
    """Dated facts that no table of the dataset holds."""
    seen: set[str] = set()
    for row in rows:
        if not filled(row, extract.report, "event_id", "subject_source_id", "subject_kind", "type", "on"):
            continue
        if row.get("event_id") in seen:
            extract.report.add(row, Reason.DUPLICATE_ROW, "event_id")
            continue
        seen.add(row.get("event_id"))
        event = _event(row, extract)
        if event is not None:
            extract.add_event(event)


def _event(row: Row, extract: Extract) -> EventRow | None:
    report, name = extract.report, EventType(row.get("type"))
    meaning = vocabulary().get(name)
    if meaning is None:
        report.add(row, Reason.UNKNOWN_EVENT, "type")
        return None
    subject, on = _subject(row, extract), known_day(row, "on", report)
    if subject is None or on is None:
        return None
    child = subject.source_id if subject.collection == SubjectKind.CHILD.value else ""
    if meaning.kind is not FactKind.PLANNED and on > extract.today:
        report.add(row, Reason.DATE_IN_FUTURE, "on", child)
        return None
    rule = RuleId(row.get("rule"))
    if name == OBLIGATION_MET and not filled(row, report, "rule"):
        return None
    if rule and (name != OBLIGATION_MET or rule not in extract.known.rules):
        report.add(row, Reason.UNKNOWN_RULE, "rule", child)
        return None
    at = instant_on(row, "at", on, report) if name == PPM_HELD else None
    if row.get("at") and name != PPM_HELD:
        report.add(row, Reason.BAD_VALUE, "at", child)
    plan = attribute_meaning("plan").value_of(row.get("plan")) if row.get("plan") else ""
    if plan and (name not in PLAN_EVENTS or plan not in attribute_meaning("plan").values):
        # Without it the fact would count for the plan that is pursued: nobody said so.
        report.add(row, Reason.BAD_VALUE, "plan", child)
        return None
    return EventRow(subject, f"case_events/{row.get('event_id')}", name, on, at=at, rule_id=rule or None, plan=plan)
