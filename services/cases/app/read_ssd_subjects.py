"""Reads who the subjects are: ssd_person, ssd_family, and what ssd_disability and ssd_immigration_status add."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from rulebook.facts import AttributeValue, EventType, SubjectKind
from services.cases.app.case_data import EventRow, MemberRow, SubjectKey, SubjectRow
from services.cases.app.extract import Extract
from services.cases.domain.cell import filled, known_day, parsed_date, past_day
from services.cases.domain.import_finding import Reason, Row
from services.cases.domain.placement_code import attributes_of

# Care leavers may be supported up to their 25th birthday (Children Act 1989 s23CZB): whoever is older is no case here.
_OLDEST: Final = timedelta(days=25 * 365.25)
Files = Mapping[str, Sequence[Row]]


def read_subjects(files: Files, extract: Extract) -> None:
    """Children, unborn children and sibling groups."""
    in_care = {row.get("clae_person_id") for row in files["ssd_cla_episodes.csv"]}
    attributes = _attributes(files)
    seen: set[str] = set()
    for row in files["ssd_person.csv"]:
        _read_person(row, extract, seen, in_care, attributes)
    _read_families(files["ssd_family.csv"], extract)


def _read_person(
    row: Row,
    extract: Extract,
    seen: set[str],
    in_care: set[str],
    attributes: Mapping[str, Mapping[str, AttributeValue]],
) -> None:
    if not filled(row, extract.report, "pers_person_id"):
        return
    child, report = row.get("pers_person_id"), extract.report
    if child in seen:
        report.add(row, Reason.DUPLICATE_CHILD, "pers_person_id", child)
        return
    seen.add(child)
    born = past_day(row, "pers_dob", extract.today, report, child)
    expected = known_day(row, "pers_expected_dob", report, child)
    if born is None and expected is None and not row.get("pers_dob"):
        report.add(row, Reason.MISSING_VALUE, "pers_dob", child)
    if born is not None and extract.today - born > _OLDEST and child not in in_care:
        report.add(row, Reason.NOT_A_CHILD, child=child)
        return
    extract.add_subject(_subject(row, born, expected, attributes.get(child, {})))
    _read_death(row, extract, child)


def _subject(
    row: Row, born: date | None, expected: date | None, attributes: Mapping[str, AttributeValue]
) -> SubjectRow:
    kind = SubjectKind.UNBORN_CHILD if expected and not row.get("pers_dob") else SubjectKind.CHILD
    given, family = row.get("pers_forename"), row.get("pers_surname")
    return SubjectRow(
        SubjectKey(kind, row.get("pers_person_id")),
        display_name=" ".join(part for part in (given, family) if part),
        given_names=given,
        family_name=family,
        born_on=born,
        expected_on=expected if kind is SubjectKind.UNBORN_CHILD else None,
        attributes=attributes,
    )


def _read_death(row: Row, extract: Extract, child: str) -> None:
    died, key = past_day(row, "pers_death_date", extract.today, extract.report, child), extract.child(child)
    if died and key:
        extract.add_event(EventRow(key, "ssd_person/died", EventType("died"), died))


def _attributes(files: Files) -> dict[str, dict[str, AttributeValue]]:
    found: dict[str, dict[str, AttributeValue]] = defaultdict(dict)
    for row in files["ssd_disability.csv"]:
        if row.get("disa_disability_code").upper() not in ("", "NONE"):
            found[row.get("disa_person_id")]["disabled_or_complex_needs"] = True
    for row in files["ssd_immigration_status.csv"]:
        if row.get("immi_immigration_status").upper() == "UASC":
            found[row.get("immi_person_id")]["unaccompanied_or_trafficked"] = True
    placements = [row for row in files["ssd_cla_placement.csv"] if not row.get("clap_cla_placement_end_date")]
    # Where two are open, the one that began last is where the child lives.
    for row in sorted(placements, key=lambda one: parsed_date(one.get("clap_cla_placement_start_date")) or date.min):
        child = found[row.get("clap_person_id")]
        for name in ("placement_kind", "long_term_placement"):
            child.pop(name, None)
        child.update(attributes_of(row.get("clap_cla_placement_type")))
    return found


def _read_families(rows: Sequence[Row], extract: Extract) -> None:
    families: dict[str, dict[SubjectKey, None]] = {}
    for row in rows:
        if not filled(row, extract.report, "fami_family_id", "fami_person_id"):
            continue
        child = extract.child(row.get("fami_person_id"))
        if child is None:
            extract.report.add(row, Reason.UNKNOWN_CHILD, "fami_person_id", row.get("fami_person_id"))
        else:
            families.setdefault(row.get("fami_family_id"), {})[child] = None
    for family, children in families.items():
        _keep_family(SubjectKey(SubjectKind.SIBLING_GROUP, family), list(children), extract)


def _keep_family(group: SubjectKey, children: list[SubjectKey], extract: Extract) -> None:
    if len(children) == 1 and group not in extract.known.subjects:
        extract.only_children[group.source_id] = children[0]
        return
    extract.add_subject(SubjectRow(group))
    for child in children:
        extract.members[group, child, date.min] = MemberRow(group, child)
