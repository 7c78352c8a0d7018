"""Checking a request's fields, all of them, before anything is done. For `rpc/` only: it speaks protobuf."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import cast
from uuid import UUID

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.unknown_fields import UnknownFieldSet  # type: ignore[import-not-found]
from google.type.date_pb2 import Date

from servicekit.errors import InvalidRequest, NotFound, Violation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_PLACE = re.compile(r"\{(\w+)\}")


class Check:
    """Collects the violations of one request.

    Unknown fields and unknown enum numbers count from the start.
    """

    def __init__(self, request: Message, *, council: str) -> None:
        self._request = request
        self._council = council
        self._violations: list[Violation] = list(_unknown(request, ""))
        self._other_council: str | None = None

    def refuse(self, field: str, description: str) -> None:
        """Add a violation: what is wrong, and what would be right."""
        self._violations.append(Violation(field, description))

    def raise_if_any(self) -> None:
        """InvalidRequest with every violation; NotFound where a name belongs to another council."""
        if self._violations:
            raise InvalidRequest(self._violations)
        if self._other_council is not None:
            raise NotFound(self._other_council)

    def require(self, field: str) -> bool:
        """A violation unless the field is present and not empty."""
        if _is_empty(self._value(field), self._holder(field), field):
            self.refuse(field, "is required")
            return False
        return True

    def text(self, field: str, max_len: int = 200, *, required: bool = False) -> str:
        """Text without control characters, at most max_len characters long, stripped of outer blanks."""
        value = str(self._value(field)).strip()
        if not value and required:
            self.refuse(field, "is required")
        if len(value) > max_len:
            self.refuse(field, f"is {len(value)} characters long; at most {max_len} are allowed")
        if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in value):
            self.refuse(field, "holds a control character")
        return value

    def uuid(self, field: str, *, required: bool = True) -> UUID | None:
        """A UUID in its usual form."""
        value = str(self._value(field))
        if not value and not required:
            return None
        try:
            return UUID(value)
        except ValueError:
            self.refuse(field, "must be a UUID")
            return None

    def resource_name(self, field: str, pattern: str, *, required: bool = True) -> dict[str, UUID | str]:
        """The parts of a resource name.

        `{council}` is a slug; every other part is a UUID. Empty after a violation.
        """
        return self.resource_name_text(field, str(self._value(field)), pattern, required=required)

    def resource_name_text(
        self, field: str, value: str, pattern: str, *, required: bool = True
    ) -> dict[str, UUID | str]:
        """As `resource_name`, for a value that stands in a list or a map; `field` is its path, e.g.

        `subjects[2]`.
        """
        if not value and not required:
            return {}
        parts = _parts(value, pattern)
        if parts is None:
            self.refuse(field, f"must have the form {pattern}" + (" with a UUID" if value else " and is required"))
            return {}
        if parts.get("council", self._council) != self._council:
            self._other_council = self._other_council or value
            return {}
        return parts

    def enum(self, field: str, *, required: bool = True) -> int:
        """The enum's number; 0 (unspecified) is refused where it is required."""
        value = self._value(field)
        number = value if isinstance(value, int) else 0
        if number == 0 and required:
            self.refuse(field, "must be chosen")
        return number

    def date(self, field: str, *, required: bool = True) -> date | None:
        """A whole civil date."""
        if not self._present(field, required):
            return None
        value = cast("Date", self._value(field))
        try:
            return date(value.year, value.month, value.day)
        except ValueError:
            self.refuse(field, "must be a day of the calendar with year, month and day")
            return None

    def instant(self, field: str, *, required: bool = True) -> datetime | None:
        """An instant, aware, UTC."""
        if not self._present(field, required):
            return None
        value = cast("Timestamp", self._value(field))
        try:
            if not 0 <= value.nanos < 1_000_000_000:
                raise ValueError
            return _EPOCH + timedelta(seconds=value.seconds, microseconds=value.nanos // 1000)
        except (OverflowError, ValueError):
            self.refuse(field, "must be an instant between the years 1 and 9999")
            return None

    def page(self) -> tuple[int, str]:
        """page_size and page_token, for `servicekit.page.open_page`."""
        size = self._value("page_size")
        if isinstance(size, int) and size < 0:
            self.refuse("page_size", "must be 0 (for the default) or more")
        return (size if isinstance(size, int) else 0), str(self._value("page_token"))

    def _present(self, field: str, required: bool) -> bool:
        present = self._holder(field).HasField(field.rpartition(".")[2])
        if not present and required:
            self.refuse(field, "is required")
        return present

    def _holder(self, field: str) -> Message:
        holder = self._request
        for part in field.split(".")[:-1]:
            holder = getattr(holder, part)
        return holder

    def _value(self, field: str) -> object:
        value: object = getattr(self._holder(field), field.rpartition(".")[2])
        return value


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """A request may hold hundreds of names of one pattern; there are a dozen patterns, all written in code."""
    return re.compile(_PLACE.sub(r"(?P<\1>[^/]+)", pattern))


def _parts(value: str, pattern: str) -> dict[str, UUID | str] | None:
    match = _expression(pattern).fullmatch(value)
    if match is None:
        return None
    parts: dict[str, UUID | str] = {}
    for name, text in match.groupdict().items():
        try:
            parts[name] = text if name == "council" else UUID(text)
        except ValueError:
            return None
    council = parts.get("council")
    return None if isinstance(council, str) and not _SLUG.fullmatch(council) else parts


def _is_empty(value: object, holder: Message, field: str) -> bool:
    if isinstance(value, Message):
        return not holder.HasField(field.rpartition(".")[2])
    return not value


def _unknown(message: Message, path: str) -> Iterator[Violation]:
    """Fields this version does not know, and enum numbers it has no name for, anywhere in the message."""
    for unknown in UnknownFieldSet(message):
        yield Violation(f"{path}#{unknown.field_number}", "is a field this version does not know")
    for descriptor, value in message.ListFields():
        for name, item in _items(descriptor, value, path):
            if isinstance(item, Message):
                yield from _unknown(item, f"{name}.")
            elif descriptor.enum_type and item not in descriptor.enum_type.values_by_number:
                yield Violation(name, f"{item} is not a value this version knows")


def _items(descriptor: FieldDescriptor, value: object, path: str) -> Iterator[tuple[str, object]]:
    name = f"{path}{descriptor.name}"
    kind = descriptor.message_type
    if kind is not None and kind.GetOptions().map_entry:
        for key, item in cast("dict[object, object]", value).items():
            yield f"{name}[{key}]", item
    elif descriptor.is_repeated:
        for place, item in enumerate(cast("list[object]", value)):
            yield f"{name}[{place}]", item
    else:
        yield name, value
