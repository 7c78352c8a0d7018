"""What cases tells, as this service understands it."""

from datetime import date
from typing import Final

from google.protobuf.any_pb2 import Any as AnyMessage
from google.type.date_pb2 import Date
from permanence.cases.v1 import case_events_pb2 as told
from permanence.cases.v1 import obligation_pb2, subject_pb2

from services.panels.app.follow_cases import ToldObligation
from services.panels.app.ports import KnownSubject

TYPES: Final = (told.ObligationChanged.DESCRIPTOR.full_name, told.SubjectChanged.DESCRIPTOR.full_name)


def read_fact(fact: AnyMessage) -> ToldObligation | KnownSubject | None:
    """None for a fact that this version does not know."""
    if fact.Is(told.ObligationChanged.DESCRIPTOR):
        obligation = told.ObligationChanged()
        fact.Unpack(obligation)
        return _obligation(obligation)
    if fact.Is(told.SubjectChanged.DESCRIPTOR):
        subject = told.SubjectChanged()
        fact.Unpack(subject)
        is_family = subject.kind == subject_pb2.SUBJECT_KIND_SIBLING_GROUP
        return KnownSubject(subject.subject, subject.reference, subject.restricted, is_family)
    return None


def _obligation(told_of: told.ObligationChanged) -> ToldObligation:
    days = [_day(told_of.statutory_due_date)] if told_of.HasField("statutory_due_date") else []
    days += [_day(told_of.local_due_date)] if told_of.HasField("local_due_date") else []
    return ToldObligation(
        obligation=told_of.obligation,
        subject=told_of.subject,
        meeting_kind=told_of.meeting_kind,
        due=min(days, default=None),
        is_open=told_of.state == obligation_pb2.OBLIGATION_STATE_OPEN,
    )


def _day(value: Date) -> date:
    return date(value.year, value.month, value.day)
