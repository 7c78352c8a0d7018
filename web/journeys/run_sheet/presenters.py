"""The run sheet as people read it: a part for each subject of each item, and how long each item took."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import run_sheet_service_pb2 as pb
from permanence.panels.v1.member_pb2 import Composition, ItemComposition

from web.agenda import OUTCOME_WORDS, outcome_of, reference_of
from web.desk import key_of
from web.journeys.run_sheet.sheet_form import filled, note_of, written
from web.outcome_form import OutcomeForm
from web.outcome_words import BY_ITSELF, Recorded, event_words, recorded
from web.quorum import names_by_member, quorum_words
from web.subjects import called, subject_path
from web.words import clock_time, count_words, london, time_span


@dataclass(frozen=True)
class Part:
    """One subject of one item.

    Attributes:
        place: `p3` for the third part of the page; ids of its fields begin with it.
        key: keys of item and subject, by which the page's script knows it.
        form: None where nothing can be written: an outcome is recorded, the sitting does not sit, or the reader keeps
            out of the item.
        state: the outcome in a word, or how far it is.
    """

    place: str
    key: str
    number: int
    reference: str
    name: str
    planned: str
    reason: str
    path: str
    subject_path: str
    state: str
    saved: str
    form: OutcomeForm | None
    versions: str
    notes: Mapping[str, str]
    automatic: Sequence[str]
    recorded: Recorded | None
    open: bool = False
    began: str = ""
    quorum: str = ""
    kept_out: bool = False

    @property
    def subject(self) -> str:
        """The subject's key."""
        return self.key.rpartition("/")[2]


@dataclass(frozen=True)
class Minutes:
    """How long an item was to take, and took; `actual` is None until it has ended."""

    number: int
    planned: int
    actual: int | None
    words: str


@dataclass(frozen=True)
class Sheet:
    """What a page or an answer about a sitting is made of. `quorum`: words by item, where they were asked for."""

    sitting: wire.Sitting
    body: wire.Body
    read: pb.GetRunSheetResponse
    subjects: Mapping[str, Subject]
    names: Mapping[str, str]
    today: date
    writable: bool
    quorum: Mapping[str, str] = field(default_factory=dict)


def quorum_by_item(composition: Composition) -> dict[str, str]:
    """Whether business may be done on each item, who is wanting and who keeps out; nothing while the list is empty."""
    if not composition.members:
        return {}
    names = names_by_member(composition)
    return {item.agenda_item: _quorum(item, names, bool(composition.unanswered)) for item in composition.items}


def parts_of(sheet: Sheet) -> list[Part]:
    """In the order of the agenda; the first without an outcome lies open."""
    parts = list(_parts(sheet))
    first = next((at for at, part in enumerate(parts) if part.form is not None), -1)
    return [replace(part, open=at == first) for at, part in enumerate(parts)]


def with_form(parts: Iterable[Part], key: str, form: OutcomeForm, versions: str = "") -> list[Part]:
    """One part shown with what was just sent, open, and all others closed."""
    return [
        replace(part, form=form, open=True, versions=versions or part.versions)
        if part.key == key
        else replace(part, open=False)
        for part in parts
    ]


def opened(parts: Sequence[Part], subject: str) -> list[Part]:
    """The part of the subject with that key lies open; as it is where there is none."""
    if subject not in {part.subject for part in parts}:
        return list(parts)
    return [replace(part, open=part.subject == subject) for part in parts]


def new_form(sheet: Sheet, place: str, fields: Iterable[pb.SheetField] = ()) -> OutcomeForm:
    """With what stands on the sheet."""
    sent: Any = filled(fields, f"{place}-")
    return OutcomeForm(sent, today=sheet.today, body=sheet.body, prefix=f"{place}-")


def part_key(item: str, subject: str) -> str:
    """Of names in resource form."""
    return f"{key_of(item)}/{key_of(subject)}"


def fields_by_part(fields: Iterable[pb.SheetField]) -> dict[str, list[pb.SheetField]]:
    """By `part_key`."""
    found: dict[str, list[pb.SheetField]] = {}
    for one in fields:
        found.setdefault(part_key(one.agenda_item, one.subject), []).append(one)
    return found


def saved_words(fields: Sequence[pb.SheetField]) -> str:
    """`Saved 10:42am`."""
    last = max((london(one.save_time) for one in fields), default=None)
    return f"Saved {clock_time(last)}" if last else "Nothing is written yet"


def minutes_of(sheet: Sheet) -> list[Minutes]:
    """Planned and actual minutes of each item."""
    times = {one.agenda_item: one for one in sheet.read.item_times}
    return [_minutes(item, times.get(item.name)) for item in sheet.sitting.agenda]


def _parts(sheet: Sheet) -> Iterator[Part]:
    by_part = fields_by_part(sheet.read.fields)
    times = {one.agenda_item: one for one in sheet.read.item_times}
    automatic = tuple(event_words(event) for event in sheet.body.may_record if event in BY_ITSELF)
    places = ((item, subject) for item in sheet.sitting.agenda for subject in item.subjects)
    for count, (item, subject) in enumerate(places, 1):
        key, place = part_key(item.name, subject), f"p{count}"
        fields, outcome = by_part.get(key, []), outcome_of(item, subject)
        kept_out = item.name in sheet.read.kept_out_items
        form = new_form(sheet, place, fields) if outcome is None and sheet.writable and not kept_out else None
        known = sheet.subjects.get(subject)
        yield Part(
            place=place,
            key=key,
            number=item.number,
            reference=reference_of(item, subject),
            name=called(known) if known is not None else "",
            planned=time_span(london(item.start_time), london(item.end_time)),
            reason=item.reason,
            path=f"/sittings/{key_of(sheet.sitting.name)}/live/{key_of(item.name)}",
            subject_path=subject_path(subject),
            state="You keep out" if kept_out and outcome is None else _state(outcome, fields),
            saved=saved_words(fields),
            form=form,
            versions=written({one.field: one.version for one in fields}),
            notes={one.field: note for one in fields if form and (note := note_of(form, one))},
            automatic=automatic,
            recorded=recorded(outcome, sheet.names) if outcome else None,
            quorum=sheet.quorum.get(item.name, ""),
            began=clock_time(london(times[item.name].begin_time)) if item.name in times else "",
            kept_out=kept_out,
        )


def _quorum(item: ItemComposition, names: Mapping[str, str], unsure: bool) -> str:
    state = quorum_words(item.quorum)
    count = count_words(len(item.present), "member counts", "members count") if item.present else "no member counts"
    out = sorted({names.get(one.member, "Somebody") for one in item.conflicts if one.recused})
    said = [f"{state.tag[0]}: {count}.", state.missing, *(f"{name} keeps out of this item." for name in out)]
    if unsure:
        said.append("Conflicts of interest cannot be looked up just now.")
    return " ".join(words for words in said if words)


def _state(outcome: wire.Outcome | None, fields: Sequence[pb.SheetField]) -> str:
    if outcome is not None:
        return "Part-heard" if outcome.part_heard else OUTCOME_WORDS.get(outcome.kind, "Recorded")
    return "Being written" if fields else "To be heard"


def _minutes(item: wire.AgendaItem, time: pb.ItemTime | None) -> Minutes:
    planned = _whole(london(item.end_time) - london(item.start_time))
    if time is None:
        return Minutes(item.number, planned, None, "Not begun")
    began = london(time.begin_time)
    if not time.HasField("end_time"):
        return Minutes(item.number, planned, None, f"Began {clock_time(began)}")
    ended: datetime = london(time.end_time)
    return Minutes(item.number, planned, _whole(ended - began), time_span(began, ended))


def _whole(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
