"""Reads what has happened in care: episodes, legal statuses, permanence and pre-proceedings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rulebook.care_episodes import Period, Run, unbroken_runs
from rulebook.facts import BECAME_LOOKED_AFTER, CEASED_TO_BE_LOOKED_AFTER, EventType
from services.cases.app.case_data import EventRow, SubjectKey
from services.cases.app.extract import Extract
from services.cases.domain.cell import Faulty, filled, optional_day, past_day
from services.cases.domain.import_finding import Reason, Row

Files = Mapping[str, Sequence[Row]]
ENTERED_CARE: Final = EventType("entered_care")
REVIEW_HELD: Final = EventType("cic_review_held")
# Codes of legal status are those of the SSDA903 guide. Statuses that no rule counts from are left out.
_LEGAL: Final = {
    "C1": "interim_care_order_made",
    "C2": "care_order_made",
    "E1": "placement_order_made",
    "V2": "section_20_began",
    "V3": "short_breaks_began",
    "V4": "short_breaks_began",
    "J1": "remanded",
}
_PERMANENCE: Final = {
    "perm_adm_decision_date": ("adm_decided",),
    "perm_placement_order_date": ("placement_order_made", "authorised_to_place_for_adoption"),
    "perm_placed_for_adoption_date": ("placed_for_adoption",),
}
_ORDERS: Final = {
    "adoption": "adoption_order_made",
    "adoption order": "adoption_order_made",
    "sgo": "sgo_made",
    "special guardianship order": "sgo_made",
    "cao": "child_arrangements_order_made",
    "child arrangements order": "child_arrangements_order_made",
}


@dataclass(frozen=True)
class _Care:
    """One episode as it was read. `stated`: its table says on which day care itself began."""

    child: SubjectKey
    period: str
    start: date
    end: date | None
    stated: bool


def read_care(files: Files, extract: Extract) -> dict[str, SubjectKey]:
    """Events of children, from the dataset's own tables; and whose each period in care is."""
    children = _read_episodes(files["ssd_cla_episodes.csv"], extract)
    for row in files["ssd_legal_status.csv"]:
        _read_legal_status(row, extract)
    for row in files["ssd_permanence.csv"]:
        _read_permanence(row, extract)
    for row in files["ssd_pre_proceedings.csv"]:
        _read_pre_proceedings(row, extract)
    return children


def _read_episodes(rows: Sequence[Row], extract: Extract) -> dict[str, SubjectKey]:
    """Whose each period in care is."""
    episodes: list[_Care] = []
    children: dict[str, SubjectKey] = {}
    seen: set[str] = set()
    for row in rows:
        if not filled(row, extract.report, "clae_cla_episode_id", "clae_person_id"):
            continue
        if row.get("clae_cla_episode_id") in seen:
            extract.report.add(row, Reason.DUPLICATE_ROW, "clae_cla_episode_id", row.get("clae_person_id"))
            continue
        seen.add(row.get("clae_cla_episode_id"))
        episode = _episode(row, extract)
        if episode is not None:
            episodes.append(episode)
            children[episode.period] = episode.child
    for child, periods in _periods(episodes).items():
        _keep_runs(child, periods, extract)
    return children


def _episode(row: Row, extract: Extract) -> _Care | None:
    source_id, report = row.get("clae_person_id"), extract.report
    child = extract.child(source_id)
    if child is None:
        report.add(row, Reason.UNKNOWN_CHILD, "clae_person_id", source_id)
        return None
    if not filled(row, report, "clae_cla_episode_start_date"):
        return None
    start = past_day(row, "clae_cla_episode_start_date", extract.today, report, source_id)
    end = optional_day(row, "clae_cla_episode_ceased_date", report, source_id)
    if start is None or isinstance(end, Faulty):
        return None
    if end is not None and end < start:
        report.add(row, Reason.ENDS_BEFORE_IT_BEGINS, "clae_cla_episode_ceased_date", source_id)
        return None
    if end is not None and end > extract.today:
        report.add(row, Reason.DATE_IN_FUTURE, "clae_cla_episode_ceased_date", source_id)
        end = None
    entered = past_day(row, "clae_entered_care_date", extract.today, report, source_id)
    first = row.get("clae_cla_episode_start_reason").upper() == "S"
    period = row.get("clae_cla_id") or f"{source_id}/{row.get('clae_cla_episode_id')}"
    return _Care(child, period, min(start, entered or start), end, first or entered is not None)


def _periods(episodes: Sequence[_Care]) -> dict[SubjectKey, list[_Care]]:
    """Each child's periods: episodes of one period laid together, whatever lies between them."""
    merged: dict[tuple[SubjectKey, str], _Care] = {}
    for one in episodes:
        other = merged.get((one.child, one.period))
        if other is not None:
            end = None if one.end is None or other.end is None else max(one.end, other.end)
            first = min(one, other, key=lambda episode: (episode.start, not episode.stated))
            one = _Care(one.child, one.period, first.start, end, first.stated)
        merged[one.child, one.period] = one
    found: dict[SubjectKey, list[_Care]] = defaultdict(list)
    for one in merged.values():
        found[one.child].append(one)
    return found


def _keep_runs(child: SubjectKey, periods: Sequence[_Care], extract: Extract) -> None:
    for run in unbroken_runs([Period(one.start, one.end) for one in periods]):
        first = min((one for one in periods if one.start == run.start), key=lambda one: one.period)
        keep_run(extract, child, f"ssd_cla/{first.period}", run, assumed=not first.stated)


def keep_run(extract: Extract, child: SubjectKey, source: str, run: Run, *, assumed: bool) -> None:
    """The facts of one unbroken time in care. `assumed`: nobody stated them; they were worked out."""
    for event in (BECAME_LOOKED_AFTER, ENTERED_CARE):
        extract.add_event(EventRow(child, f"{source}/{event}", event, run.start, assumed=assumed))
    if run.end is not None:
        extract.add_event(EventRow(child, f"{source}/ended", CEASED_TO_BE_LOOKED_AFTER, run.end))


def _read_legal_status(row: Row, extract: Extract) -> None:
    if not filled(row, extract.report, "lega_legal_status_id", "lega_person_id"):
        return
    event = _LEGAL.get(row.get("lega_legal_status").upper()[:2])
    if event is not None:
        source = f"ssd_legal_status/{row.get('lega_legal_status_id')}"
        _keep_past(row, "lega_person_id", "lega_legal_status_start_date", source, (event,), extract)


def _read_permanence(row: Row, extract: Extract) -> None:
    if not filled(row, extract.report, "perm_table_id", "perm_person_id"):
        return
    source = f"ssd_permanence/{row.get('perm_table_id')}"
    for column, events in _PERMANENCE.items():
        _keep_past(row, "perm_person_id", column, source, events, extract)
    order = _ORDERS.get(row.get("perm_permanence_order_type").casefold())
    if order:
        _keep_past(row, "perm_person_id", "perm_permanence_order_date", source, (order,), extract)


def _read_pre_proceedings(row: Row, extract: Extract) -> None:
    if not filled(row, extract.report, "prep_table_id", "prep_person_id"):
        return
    source = f"ssd_pre_proceedings/{row.get('prep_table_id')}"
    _keep_past(row, "prep_person_id", "prep_pre_pro_decision_date", source, ("pre_proceedings_decided",), extract)
    letter = "prep_pre_pro_letter_date"
    started = letter if row.get(letter) else "prep_initial_pre_pro_meeting_date"
    _keep_past(row, "prep_person_id", started, source, ("pre_proceedings_started",), extract)


def _keep_past(row: Row, whose: str, column: str, source: str, events: Sequence[str], extract: Extract) -> None:
    """Facts that happened on the day in `column`, if it is filled."""
    if not row.get(column):
        return
    source_id = row.get(whose)
    child = extract.child(source_id)
    if child is None:
        extract.report.add(row, Reason.UNKNOWN_CHILD, whose, source_id)
        return
    day = past_day(row, column, extract.today, extract.report, source_id)
    if day is None:
        return
    for event in events:
        if (child, f"{source}/{event}") in extract.events:
            extract.report.add(row, Reason.DUPLICATE_ROW, child=source_id)
            return
        extract.add_event(EventRow(child, f"{source}/{event}", EventType(event), day))
