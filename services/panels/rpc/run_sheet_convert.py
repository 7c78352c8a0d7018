"""Run sheets: wire to domain and back."""

from permanence.panels.v1 import run_sheet_service_pb2 as wire

from servicekit.validate import Check
from services.panels.app.keep_run_sheet import RunSheet, SavedSheet
from services.panels.domain import names
from services.panels.domain.run_sheet import FIELDS, Change, FieldKey, ItemTime, Saved, SheetField
from services.panels.domain.sitting import ItemId, SittingId
from services.panels.rpc.convert import ITEM, SITTING, check_subject, id_of
from services.panels.rpc.wire_time import instant

_LONG_VALUE = 20_000
_MOST_CHANGES = 200


def read_sheet(request: wire.GetRunSheetRequest, council: str) -> tuple[SittingId, int]:
    """The sitting, and since which revision."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    if request.after_revision < 0:
        check.refuse("after_revision", "must not be negative")
    check.raise_if_any()
    return SittingId(sitting), request.after_revision


def read_changes(request: wire.SaveRunSheetRequest, council: str) -> tuple[SittingId, list[Change]]:
    """Each field once."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    check.require("changes")
    check.uuid("request_id")
    if len(request.changes) > _MOST_CHANGES:
        check.refuse("changes", f"lists {len(request.changes)} changes; at most {_MOST_CHANGES} are allowed")
    changes = [_change(check, f"changes[{place}]", one) for place, one in enumerate(request.changes)]
    seen: set[FieldKey] = set()
    for place, change in enumerate(changes):
        if change.key in seen:
            check.refuse(f"changes[{place}].field", "is changed twice; send its last value alone")
        seen.add(change.key)
    check.raise_if_any()
    return SittingId(sitting), changes


def read_begin_item(request: wire.BeginItemRequest, council: str) -> ItemId:
    """Which item."""
    check = Check(request, council=council)
    item = id_of(check.resource_name("agenda_item", ITEM), "agenda_item")
    check.uuid("request_id")
    check.raise_if_any()
    return ItemId(item)


def read_adjourn(request: wire.AdjournSittingRequest, council: str) -> tuple[SittingId, str]:
    """Which sitting, and why."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    reason = check.text("reason", _LONG_VALUE, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    return SittingId(sitting), reason


def read_resume(request: wire.ResumeSittingRequest, council: str) -> SittingId:
    """Which sitting."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    check.uuid("request_id")
    check.raise_if_any()
    return SittingId(sitting)


def sheet(council: str, one: RunSheet) -> wire.GetRunSheetResponse:
    """With who has an outcome."""
    return wire.GetRunSheetResponse(
        fields=[field(council, written) for written in one.fields],
        item_times=[item_time(council, time) for time in one.times],
        revision=one.revision,
        recorded=[
            wire.RecordedSubject(
                agenda_item=names.item_name(council, item.item_id),
                subject=outcome.subject,
                outcome=names.outcome_name(council, outcome.outcome_id),
            )
            for item in one.sitting.items
            for outcome in item.outcomes
        ],
        adjourn_time=instant(one.adjourned.at if one.adjourned else None),
        adjourn_reason=one.adjourned.reason if one.adjourned else "",
        kept_out_items=[names.item_name(council, i.item_id) for i in one.sitting.items if i.item_id in one.kept_out],
    )


def saved(council: str, one: SavedSheet) -> wire.SaveRunSheetResponse:
    """In the order of the changes."""
    return wire.SaveRunSheetResponse(
        saved=[_saved(council, each) for each in one.saved], revision=one.revision, save_time=instant(one.at)
    )


def field(council: str, one: SheetField) -> wire.SheetField:
    """A field as it stands."""
    return wire.SheetField(
        agenda_item=names.item_name(council, one.key.item),
        subject=one.key.subject,
        field=one.key.field,
        value=one.value,
        version=one.version,
        other=one.other,
        revision=one.revision,
        save_time=instant(one.saved_at),
        saved_by=one.saved_by,
    )


def item_time(council: str, one: ItemTime) -> wire.ItemTime:
    """When an item was heard."""
    return wire.ItemTime(
        agenda_item=names.item_name(council, one.item), begin_time=instant(one.began), end_time=instant(one.ended)
    )


def _saved(council: str, one: Saved) -> wire.SavedField:
    return wire.SavedField(field=field(council, one.field), own_version=one.own_version)


def _change(check: Check, path: str, one: wire.FieldChange) -> Change:
    item = id_of(check.resource_name_text(f"{path}.agenda_item", one.agenda_item, ITEM), "agenda_item")
    check_subject(check, f"{path}.subject", one.subject)
    if one.field not in FIELDS:
        check.refuse(f"{path}.field", "is no field of a run sheet; use one such as reasons or due_1-day")
    if len(one.value) > _LONG_VALUE:
        check.refuse(f"{path}.value", f"is {len(one.value)} characters long; at most {_LONG_VALUE} are allowed")
    if "\0" in one.value:
        check.refuse(f"{path}.value", "holds a control character")
    if one.base_version < 0:
        check.refuse(f"{path}.base_version", "must not be negative")
    return Change(FieldKey(ItemId(item), one.subject, one.field), one.value, one.base_version)
