"""Reads who stands around the subjects: ssd_professionals, ssd_involvements and contacts.csv."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from rulebook.facts import SubjectKind
from services.cases.app.case_data import InvolvementRow, MemberRow, PersonRow, SubjectKey, SubjectRow
from services.cases.app.extract import Extract
from services.cases.domain.cell import Faulty, filled, known_day, one_of, optional_day
from services.cases.domain.import_finding import Reason, Row
from services.cases.domain.person import Channel
from services.cases.domain.unsafe_time import UnsafeTime, read_unsafe_times

Files = Mapping[str, Sequence[Row]]
STAFF: Final = "staff"
CARER: Final = "carer"
_KINDS: Final = {kind: kind for kind in (STAFF, "parent", CARER, "child", "school", "health", "other")}
_WORKERS: Final = {
    role.replace("-", "_"): role
    for role in (
        "social-worker",
        "team-manager",
        "reviewing-officer",
        "service-manager",
        "service-director",
        "business-support",
        "minute-taker",
        "supervising-social-worker",
        "adoption-coordinator",
        "independent-reviewing-manager",
        "family-group-coordinator",
    )
}
_WORKER_ROLES: Final = {
    **_WORKERS,
    "business_support_manager": "business-support",
    "independent_reviewing_officer": "reviewing-officer",
    "iro": "reviewing-officer",
}
_ROLES: Final = {
    **_WORKER_ROLES,
    "mother": "mother",
    "father": "father",
    "parent": "parent",
    "family_member": "family-member",
    "foster_carer": "carer",
    "connected_carer": "carer",
    "adopter": "carer",
    "carer": "carer",
    "designated_teacher": "school",
    "school": "school",
    "health_visitor": "health",
    "nurse_for_children_in_care": "health",
    "health": "health",
    "advocate": "advocate",
    "interpreter": "interpreter",
    "self": "child",
    "child": "child",
}
# What the household is approved for, where the carer's own word for the part says it.
_HOUSEHOLDS: Final = {"foster_carer": "foster", "connected_carer": "connected", "adopter": "adoptive"}
_CHANNELS: Final = {
    "outlook": Channel.OUTLOOK,
    "email": Channel.EMAIL,
    "text": Channel.TEXT,
    "letter": Channel.LETTER,
    "none": Channel.IN_PERSON,
}


def read_people(files: Files, extract: Extract) -> None:
    """Staff, and everybody around a subject."""
    for row in files["ssd_professionals.csv"]:
        _read_professional(row, extract)
    _read_contacts(files["contacts.csv"], extract, _addresses(files, extract.today))
    for row in files["ssd_involvements.csv"]:
        _read_involvement(row, extract)


def _read_professional(row: Row, extract: Extract) -> None:
    if not filled(row, extract.report, "prof_professional_id"):
        return
    source_id = row.get("prof_professional_id")
    if source_id in extract.people:
        extract.report.add(row, Reason.DUPLICATE_ROW, "prof_professional_id")
        return
    before = extract.known.people.get(source_id)
    if before and before.reachable:
        return  # an earlier contacts.csv says more than this table can; a new one replaces it below
    given, _, family = row.get("prof_professional_name").rpartition(" ")
    extract.people[source_id] = PersonRow(source_id, staff=True, given_names=given, family_name=family)


def _read_contacts(rows: Sequence[Row], extract: Extract, addresses: Mapping[str, tuple[str, ...]]) -> None:
    best: dict[str, tuple[date, PersonRow]] = {}
    usable = []
    for row in rows:
        if not filled(row, extract.report, "source_person_id", "kind"):
            continue
        kind = one_of(row, "kind", _KINDS, extract.report, Reason.BAD_VALUE)
        if kind is not None:
            usable.append((row, kind))
            person = _person(row, kind, extract)
            checked = person.verified_on or date.min
            if person.source_id not in best or checked > best[person.source_id][0]:
                best[person.source_id] = (checked, person)
    for source_id, (_, person) in best.items():
        extract.people[source_id] = replace(person, protected_strings=addresses.get(source_id, ()))
    taken: dict[str, int] = defaultdict(int)
    for row, kind in usable:
        _read_part(row, kind, extract, taken)


def _person(row: Row, kind: str, extract: Extract) -> PersonRow:
    channel, unsafe = _channels(row, extract)
    times = _unsafe_times(row, extract)
    staff = kind == STAFF
    lines = [row.get(column) for column in ("address_line_1", "address_line_2", "town", "postcode")]
    return PersonRow(
        row.get("source_person_id"),
        staff=staff,
        principal_id=(row.get("principal_id") or None) if staff else None,
        given_names=row.get("forename"),
        family_name=row.get("surname"),
        organisation=row.get("organisation"),
        email=row.get("email"),
        phone=row.get("phone"),
        postal_lines=tuple(line for line in lines if line),
        channel=None if times is None else channel,
        unsafe_channels=unsafe,
        unsafe_times=times or (),
        verified_on=known_day(row, "verified_on", extract.report),
        interpreter_language=row.get("interpreter_language"),
        access_needs=row.get("access_needs"),
    )


def _channels(row: Row, extract: Extract) -> tuple[Channel | None, tuple[Channel, ...]]:
    """The chosen channel and the unsafe ones. Where the unsafe ones cannot be read, none counts as safe."""
    channel = one_of(row, "channel", _CHANNELS, extract.report, Reason.BAD_VALUE)
    names = [name.strip().casefold() for name in row.get("unsafe_channels").split(";") if name.strip()]
    unsafe = tuple(dict.fromkeys(_CHANNELS[name] for name in names if name in _CHANNELS))
    if any(name not in _CHANNELS for name in names):
        extract.report.add(row, Reason.BAD_VALUE, "unsafe_channels")
        return None, unsafe
    return channel, unsafe


def _unsafe_times(row: Row, extract: Extract) -> tuple[UnsafeTime, ...] | None:
    """None where they cannot be read: no channel counts as safe then."""
    try:
        return read_unsafe_times(row.get("unsafe_times"))
    except ValueError:
        extract.report.add(row, Reason.BAD_VALUE, "unsafe_times")
        return None


def _read_part(row: Row, kind: str, extract: Extract, taken: dict[str, int]) -> None:
    """The part that a contact has around a child or a household; staff without a child have none here."""
    child_id, household = row.get("subject_source_id"), row.get("household_source_id") if kind == CARER else ""
    if not child_id and not household:
        return
    child = extract.child(child_id) if child_id else None
    home = _household(household, row.get("relationship"), extract) if household else None
    if child_id and child is None:
        extract.report.add(row, Reason.UNKNOWN_CHILD, "subject_source_id", child_id)
        return
    role = _role(row, kind, extract, child_id)
    days = _days(row, "from", "until", extract, child_id)
    if role is None or days is None:
        return
    if child and home:
        extract.members[home, child, days[0]] = MemberRow(home, child, *days)
    subject = child or home
    if subject is not None:
        key = f"contacts/{subject.collection}/{subject.source_id}/{row.get('source_person_id')}/{role}"
        taken[key] += 1
        key = key if taken[key] == 1 else f"{key}/{taken[key]}"
        extract.involvements[key] = InvolvementRow(key, subject, row.get("source_person_id"), role, *days)


def _role(row: Row, kind: str, extract: Extract, child: str) -> str | None:
    if not row.get("relationship") and kind in _ROLES:
        return _ROLES[kind]
    if not filled(row, extract.report, "relationship"):
        return None
    return one_of(row, "relationship", _ROLES, extract.report, Reason.UNKNOWN_ROLE, child)


def _household(source_id: str, relationship: str, extract: Extract) -> SubjectKey:
    key = SubjectKey(SubjectKind.CARER_HOUSEHOLD, source_id)
    known, kind = extract.subjects.get(key), _HOUSEHOLDS.get(relationship.casefold())
    if known is None or (kind and not known.attributes):
        extract.add_subject(SubjectRow(key, attributes={"household_kind": kind} if kind else {}))
    return key


def _days(row: Row, begins: str, ends: str, extract: Extract, child: str = "") -> tuple[date, date | None] | None:
    """First and last day; None where one cannot be read or they are the wrong way round. Empty: always, for ever."""
    first = optional_day(row, begins, extract.report, child)
    last = optional_day(row, ends, extract.report, child)
    if isinstance(first, Faulty) or isinstance(last, Faulty):
        return None
    if first and last and last < first:
        extract.report.add(row, Reason.ENDS_BEFORE_IT_BEGINS, ends, child)
        return None
    return first or date.min, last


def _read_involvement(row: Row, extract: Extract) -> None:
    columns = ("invo_involvements_id", "invo_professional_id", "invo_professional_role_id", "invo_person_id")
    if not filled(row, extract.report, *columns, "invo_involvement_start_date"):
        return
    source_id, worker, _, child_id = (row.get(column) for column in columns)
    key = f"ssd_involvements/{source_id}"
    role = one_of(row, "invo_professional_role_id", _WORKER_ROLES, extract.report, Reason.UNKNOWN_ROLE, child_id)
    days = _days(row, "invo_involvement_start_date", "invo_involvement_end_date", extract, child_id)
    child = extract.child(child_id)
    if not extract.is_staff(worker):
        extract.report.add(row, Reason.UNKNOWN_WORKER, "invo_professional_id", child_id)
    elif child is None:
        extract.report.add(row, Reason.UNKNOWN_CHILD, "invo_person_id", child_id)
    elif key in extract.involvements:
        extract.report.add(row, Reason.DUPLICATE_ROW, "invo_involvements_id", child_id)
    elif role is not None and days is not None:
        extract.involvements[key] = InvolvementRow(key, child, worker, role, *days)


def _addresses(files: Files, today: date) -> dict[str, tuple[str, ...]]:
    """Where each child lives now: kept from everybody else like the child's own name."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in files["ssd_address.csv"]:
        ended = row.get("addr_address_end_date")
        if row.get("addr_address_postcode") and (not ended or ended[:10] > today.isoformat()):
            found[row.get("addr_person_id")][row.get("addr_address_postcode")] = None
    for row in files["ssd_cla_placement.csv"]:
        if row.get("clap_cla_placement_postcode") and not row.get("clap_cla_placement_end_date"):
            found[row.get("clap_person_id")][row.get("clap_cla_placement_postcode")] = None
    return {child: tuple(postcodes) for child, postcodes in found.items()}
