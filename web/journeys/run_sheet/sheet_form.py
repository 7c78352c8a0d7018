"""One subject's form of a run sheet: its fields as the service keeps them, and each with the version it began from."""

from collections.abc import Iterable, Mapping
from typing import Any

from multidict import MultiDict
from permanence.panels.v1 import run_sheet_service_pb2 as pb

from web.form import DateField
from web.outcome_form import OutcomeForm
from web.outcome_words import event_words, kind_words

# Of the form, and no words of anybody's.
_NOT_KEPT = frozenset({"request_id", "authority", "offered"})
_MANY = "events"


def values_of(form: OutcomeForm) -> dict[str, str]:
    """Every field of the form as it is kept, empty ones too; a date is three fields."""
    values: dict[str, str] = {}
    for field in form:
        name = field.short_name
        if isinstance(field, DateField):
            values |= {f"{name}-{part}": text for part, text in field.parts.items()}
        elif name == _MANY:
            values[name] = " ".join(sorted(field.data or []))
        elif name not in _NOT_KEPT:
            values[name] = field.data or ""
    return values


def filled(fields: Iterable[pb.SheetField], prefix: str) -> MultiDict[str]:
    """What a browser would send of a form with these values."""
    sent: MultiDict[str] = MultiDict()
    for field in fields:
        for value in field.value.split() if field.field == _MANY else [field.value]:
            sent.add(prefix + field.field, value)
    return sent


def written(versions: Mapping[str, int]) -> str:
    """Versions for a hidden field: `kind=1 reasons=3`."""
    return " ".join(f"{field}={version}" for field, version in sorted(versions.items()))


def read_versions(text: str) -> dict[str, int]:
    """As `written` wrote them; what is not like it is left out."""
    pairs = (pair.partition("=") for pair in text.split())
    return {field: int(version) for field, _, version in pairs if version.isascii() and version.isdigit()}


def changes_of(form: OutcomeForm, versions: Mapping[str, int], item: str, subject: str) -> list[pb.FieldChange]:
    """All that could have been changed: the service finds what was. A field that was always empty says nothing."""
    return [
        pb.FieldChange(agenda_item=item, subject=subject, field=field, value=value, base_version=versions.get(field, 0))
        for field, value in values_of(form).items()
        if value or field in versions
    ]


def value_words(form: OutcomeForm, field: str, value: str) -> str:
    """A value as its field shows it."""
    if field == "kind":
        return kind_words(value)
    if field == _MANY:
        return ", ".join(event_words(one) for one in value.split()) or "nothing"
    choices: Iterable[Any] = getattr(form[field], "choices", None) or () if field in form else ()
    return next((str(one[1]) for one in choices if one[0] == value), value)


def label_of(form: OutcomeForm, field: str) -> str:
    """The words that stand over a field."""
    name, _, part = field.partition("-")
    words = form[name].label.text if name in form else name
    return f"{words}, {part}" if part else words


def note_of(form: OutcomeForm, field: pb.SheetField, sent: str | None = None) -> str:
    """What whoever looks must know of a field: that two chose at once, or wrote at once. Empty where nobody did.

    `sent`: what this reader had just sent for it.
    """
    label = label_of(form, field.field)
    if field.other:
        stands, other = (value_words(form, field.field, value) for value in (field.value, field.other))
        return f"Two answers came at once for “{label}”: “{stands}” stands, and “{other}” was given too. Choose again."
    if sent is not None and field.value != sent:
        return f"Somebody else wrote into “{label}” at the same time. Both are kept: read it through."
    return ""
