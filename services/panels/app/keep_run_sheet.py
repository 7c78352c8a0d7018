"""What is written live while a body sits: read it, save it field by field, note when an item begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, Violation
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.keep_out import OwnConflicts
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, UnitOfWork
from services.panels.app.see_subjects import seen_subjects, visible_subjects
from services.panels.domain.errors import AlreadyRecordedError, SittingCancelledError, SittingNotBegunError
from services.panels.domain.names import item_name, sitting_name
from services.panels.domain.run_sheet import Adjournment, Change, ItemTime, Saved, SheetField, save
from services.panels.domain.sitting import ItemId, Sitting, SittingId, SittingState


@dataclass(frozen=True)
class RunSheet:
    """What the caller may see of a sitting's sheet. `sitting` holds the items with the outcomes that are recorded.

    `kept_out`: items from which the caller keeps out, whose fields are left out; not looked up where none are given.
    """

    sitting: Sitting
    fields: tuple[SheetField, ...]
    times: tuple[ItemTime, ...]
    revision: int
    adjourned: Adjournment | None
    kept_out: frozenset[ItemId] = frozenset()


@dataclass(frozen=True)
class SavedSheet:
    """What came of changes, in their order."""

    saved: tuple[Saved, ...]
    revision: int
    at: datetime


async def get_run_sheet(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, sitting_id: SittingId, after: int
) -> RunSheet:
    """Fields saved after that revision; NotFound where there is no such sitting. Reading words is audited."""
    name = sitting_name(caller.council, sitting_id)
    require(caller, "GetRunSheet", name)
    async with begin(caller) as unit:
        sitting = await unit.sittings.load(sitting_id)
        if sitting is None:
            raise NotFound(name)
        subjects = {subject for item in sitting.items for subject in item.subjects}
        known = await unit.candidates.subjects(sorted(subjects))
        revision = await unit.run_sheets.revision(sitting_id)
        fields = await unit.run_sheets.fields(sitting_id, after) if revision > after else []
        times = await unit.run_sheets.times(sitting_id)
        adjourned = await unit.run_sheets.adjournment(sitting_id)
        if fields or not after:
            await unit.audit(caller, "GetRunSheet", name, ["fields"])
    seen = await visible_subjects(cases, caller, subjects, known)
    shown = tuple(item for item in sitting.items if seen.issuperset(item.subjects))
    items = {item.item_id for item in shown}
    # A page asks for changes every few seconds, and mostly there are none to keep from anybody.
    own = OwnConflicts(begin, people)
    kept_out = await own.items_as_far_as_known(caller, sitting) if fields or not after else frozenset()
    return RunSheet(
        sitting=replace(sitting, items=shown),
        fields=tuple(field for field in fields if field.key.item in items - kept_out),
        times=tuple(time for time in times if time.item in items),
        revision=revision,
        adjourned=adjourned,
        kept_out=kept_out & items,
    )


async def check_writer(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, sitting: SittingId, changes: Sequence[Change]
) -> None:
    """Before the transaction: whether the caller may write, and may see everybody it is about.

    KeepsOutError where they keep out of any of it, as far as that is known.
    """
    require(caller, "SaveRunSheet", sitting_name(caller.council, sitting))
    subjects = {change.key.subject for change in changes}
    unseen = subjects - await seen_subjects(begin, cases, caller, subjects)
    if unseen:
        raise NotFound(min(unseen))
    await OwnConflicts(begin, people).refuse_writing(caller, sitting, {change.key.item for change in changes})


async def save_run_sheet(
    unit: UnitOfWork, caller: Caller, sitting_id: SittingId, changes: Sequence[Change]
) -> SavedSheet:
    """Put the changes into their fields.

    Raises:
        NotFound: no such sitting. InvalidRequest: an item of another sitting, a subject that is not the item's.
        SittingNotBegunError, SittingCancelledError; AlreadyRecordedError for a subject that has its outcome.
    """
    name = sitting_name(caller.council, sitting_id)
    # Locked as recording an outcome locks it: words come either before the outcome or are refused.
    sitting = await unit.sittings.load(sitting_id, lock=True)
    if sitting is None:
        raise NotFound(name)
    refuse_unless_it_sits(sitting, name, unit.now())
    _refuse_wrong_places(sitting, changes)
    revision = await unit.run_sheets.next_revision(sitting_id)
    standing = await unit.run_sheets.standing(changes)
    bases = await unit.run_sheets.bases(changes)
    saved = tuple(
        save(
            standing.get(change.key, SheetField(change.key)),
            bases.get((change.key, change.base_version), ""),
            change,
            revision,
            unit.now(),
            caller.principal_id,
        )
        for change in changes
    )
    await unit.run_sheets.keep(saved)
    for item in dict.fromkeys(one.field.key.item for one in saved if one.steps):
        await unit.run_sheets.begin_item(item, unit.now())
    await unit.audit(caller, "SaveRunSheet", name, sorted({change.key.field for change in changes}))
    return SavedSheet(saved, revision, unit.now())


async def check_item(begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, item_id: ItemId) -> None:
    """Before the transaction: whether the caller may say so, and may see whoever the item is about.

    KeepsOutError where they keep out of it, as far as that is known.
    """
    name = item_name(caller.council, item_id)
    require(caller, "BeginItem", name)
    async with begin(caller) as unit:
        sitting = await unit.sittings.of_item(item_id)
    subjects = {s for item in sitting.items if item.item_id == item_id for s in item.subjects} if sitting else set()
    if sitting is None or not subjects or subjects - await seen_subjects(begin, cases, caller, subjects):
        raise NotFound(name)
    await OwnConflicts(begin, people).refuse_writing(caller, sitting.sitting_id, {item_id})


async def begin_item(unit: UnitOfWork, caller: Caller, item_id: ItemId) -> ItemTime:
    """It begins now; what was noted before stays. SittingNotBegunError, SittingCancelledError."""
    sitting = await unit.sittings.of_item(item_id)
    if sitting is None:
        raise NotFound(item_name(caller.council, item_id))
    refuse_unless_it_sits(sitting, sitting_name(caller.council, sitting.sitting_id), unit.now())
    await unit.run_sheets.begin_item(item_id, unit.now())
    await unit.audit(caller, "BeginItem", item_name(caller.council, item_id))
    noted = await unit.run_sheets.time_of(item_id)
    assert noted is not None
    return noted


def refuse_unless_it_sits(sitting: Sitting, name: str, now: datetime) -> None:
    """SittingCancelledError, SittingNotBegunError; one that is over still takes what was settled."""
    if sitting.state is SittingState.CANCELLED:
        raise SittingCancelledError(sitting=name)
    if not sitting.begun(now):
        raise SittingNotBegunError(sitting=name)


def _refuse_wrong_places(sitting: Sitting, changes: Sequence[Change]) -> None:
    items = {item.item_id: item for item in sitting.items}
    faults = []
    for place, change in enumerate(changes):
        item = items.get(change.key.item)
        if item is None:
            faults.append(Violation(f"changes[{place}].agenda_item", "is not on the agenda of this sitting"))
        elif change.key.subject not in item.subjects:
            faults.append(Violation(f"changes[{place}].subject", "is not a subject of this agenda item"))
        elif any(outcome.subject == change.key.subject for outcome in item.outcomes):
            raise AlreadyRecordedError(subject=change.key.subject)
    if faults:
        raise InvalidRequest(faults)
