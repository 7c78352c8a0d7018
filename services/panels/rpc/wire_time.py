"""Instants and civil days on the wire; None stays absent."""

from datetime import date, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date


def instant(value: datetime | None) -> Timestamp | None:
    """An aware instant."""
    if value is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp


def day(value: date | None) -> Date | None:
    """A civil day."""
    return None if value is None else Date(year=value.year, month=value.month, day=value.day)
