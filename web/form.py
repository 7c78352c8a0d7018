"""Forms: fields that say in plain words what is wrong, and refusals of services put beside the field they are about."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import wtforms
from aiohttp import web
from multidict import MultiDictProxy
from wtforms.validators import StopValidation, ValidationError

from web.desk import Refused
from web.refusals import words_for

MOST_TEXT = 20_000
FORM_TOKEN = "form_token"  # noqa: S105 - the field's name
# What a form carries for the site's own use, and nobody typed.
_OWN_FIELDS = frozenset({"request_id", "etag", "token", "seen"})
_NOT_TYPED = re.compile(r"councils/[\w./-]+|[\w.=-]{30,}|")
_DIGITS_OF_A_YEAR = 4


@dataclass(frozen=True)
class Fault:
    """One line of the error summary; `href` leads to the field."""

    text: str
    href: str


# How services begin what they say of a field.
_SAID_OF_A_FIELD = frozenset({"is", "are", "has", "was", "must", "may", "lies", "names", "puts"})


class PageForm(wtforms.Form):
    """A form of the site. `request_id` is made with the page, so that sending it twice is sending it once."""

    # Which field a service's field (the beginning of its path) stands for, for refusals.
    wire_fields: Mapping[str, str] = {}

    request_id = wtforms.HiddenField()

    def __init__(self, formdata: Any = None, **values: Any) -> None:
        super().__init__(formdata, **values)
        self.refused: list[Fault] = []
        if not self.request_id.data:
            self.request_id.data = str(uuid4())

    def refuse(self, text: str, field: str = "") -> None:
        """Add a fault that no validator found."""
        if field and field in self:
            self[field].errors = [*self[field].errors, text]
        else:
            self.refused.append(Fault(text, "#main-content"))

    def take(self, refusal: Refused) -> None:
        """Put a service's refusal into words, beside its fields where it names some that are here."""
        named = [(self._field_for(one.field), one.description) for one in refusal.violations]
        for field, description in named:
            if field:
                self.refuse(self._as_sentence(field, description), field)
        if not any(field for field, _ in named):
            self.refuse(words_for(refusal))

    def _as_sentence(self, field: str, description: str) -> str:
        """A service says "must be a day to come" of a field; a person reads what must be."""
        if description.partition(" ")[0] in _SAID_OF_A_FIELD:
            return f"“{self[field].label.text}” {description}"
        return description[:1].upper() + description[1:]

    @property
    def faults(self) -> list[Fault]:
        """Every fault, in the order of the fields."""
        found = list(self.refused)
        for field in self:
            found += [Fault(str(error), f"#{field.id}{_first_part(field)}") for error in field.errors]
        return found

    def _field_for(self, path: str) -> str:
        for wire, field in self.wire_fields.items():
            if path.startswith(wire):
                return field
        return path if path in self and path != "request_id" else ""


def _first_part(field: wtforms.Field) -> str:
    if isinstance(field, DateField):
        return f"-{field.missing_part() or 'day'}"
    return ""


async def posted(request: web.Request) -> MultiDictProxy[Any]:
    """What the browser sent, texts by name. HTTPBadRequest, HTTPUnsupportedMediaType where no form is like it."""
    packed = request.headers.get("Content-Encoding", "identity") != "identity"
    foreign = (request.charset or "utf-8").lower() not in ("utf-8", "utf8")
    if request.content_type.startswith("multipart/") or packed or foreign:  # no form of the site sends such
        raise web.HTTPUnsupportedMediaType
    try:
        return await request.post()
    except (LookupError, ValueError) as error:  # no such encoding, or not in it
        raise web.HTTPBadRequest from error


async def sent_fields(request: web.Request) -> tuple[tuple[str, str], ...]:
    """All that was sent but the form token, to be sent again as it is."""
    fields = await posted(request)
    return tuple((name, value) for name, value in fields.items() if name != FORM_TOKEN and isinstance(value, str))


def typed_of(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What somebody typed or chose of it, each with words for its field."""
    return [
        (_label(name), value) for name, value in fields if name not in _OWN_FIELDS and not _NOT_TYPED.fullmatch(value)
    ]


def _label(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


class DateField(wtforms.Field):
    """A date in three parts, as GOV.UK asks for one: only the part that is wrong is marked, and named."""

    def __init__(self, label: str, validators: Sequence[Any] | None = None, **options: Any) -> None:
        super().__init__(label, list(validators or ()), **options)
        self.parts: dict[str, str] = {"day": "", "month": "", "year": ""}
        self.data: date | None = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the three parts, or show a date that is known."""
        self.process_errors = []
        self.data = data if isinstance(data, date) else None
        if formdata is not None and any(f"{self.name}-{part}" in formdata for part in self.parts):
            names = [f"{self.name}-{part}" for part in self.parts]
            self.raw_data = [formdata.getlist(name)[:1] if name in formdata else [] for name in names]
            self.parts = {
                part: (given[0].strip() if given else "") for part, given in zip(self.parts, self.raw_data, strict=True)
            }
            self.data = self._parsed()
        elif self.data:
            self.parts = {"day": str(self.data.day), "month": str(self.data.month), "year": str(self.data.year)}

    def missing_part(self) -> str:
        """The first part left empty where others are given."""
        return next((part for part, text in self.parts.items() if not text), "") if any(self.parts.values()) else ""

    @property
    def given(self) -> bool:
        """Whether any part was filled in."""
        return any(self.parts.values())

    def _parsed(self) -> date | None:
        parts = [self.parts[part] for part in ("year", "month", "day")]
        plain = all(part.isascii() and part.isdigit() and len(part) <= _DIGITS_OF_A_YEAR for part in parts)
        if not plain or len(parts[0]) != _DIGITS_OF_A_YEAR:
            return None  # int() would also take `1_0`, and a year of two digits is one of the first century
        try:
            return date(*map(int, parts))
        except ValueError:
            return None

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        """Say which part is missing, or that the parts make no date."""
        if not self.given:
            return
        missing = [part for part, text in self.parts.items() if not text]
        if missing:
            raise StopValidation(f"{self.label.text} must include a {' and '.join(missing)}")
        if self.data is None:
            raise StopValidation(f"{self.label.text} must be a real date, such as 27 3 2026")


class LongText(wtforms.TextAreaField):
    """Lines of text. Browsers end lines in two signs, and word processors leave control signs: one newline is kept."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was typed, with plain line ends."""
        super().process_formdata(valuelist)
        typed = (self.data or "").replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
        self.data = "".join(sign for sign in typed if sign in "\n\t" or unicodedata.category(sign) != "Cc")


class Needed:
    """A field that cannot be left empty; the words say what to do."""

    field_flags: Mapping[str, object] = {}

    def __init__(self, words: str) -> None:
        self.words = words

    def __call__(self, form: wtforms.form.BaseForm, field: wtforms.Field) -> None:
        """StopValidation where nothing was given."""
        empty = not field.data or (isinstance(field.data, str) and not field.data.strip())
        if empty and not field.errors:
            raise StopValidation(self.words)


class AtMost:
    """A text no longer than so many characters."""

    field_flags: Mapping[str, object] = {}

    def __init__(self, characters: int = MOST_TEXT) -> None:
        self.characters = characters

    def __call__(self, form: wtforms.form.BaseForm, field: wtforms.Field) -> None:
        """ValidationError where it is longer."""
        if field.data and len(field.data) > self.characters:
            raise ValidationError(f"{field.label.text} must be {self.characters:,} characters or fewer")
