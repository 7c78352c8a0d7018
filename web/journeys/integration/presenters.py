"""Integration health as a person reads it. No person is named: meetings by their reference."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.notifications.v1 import integration_service_pb2 as pb
from permanence.panels.v1 import minutes_service_pb2 as minutes_pb

from web.desk import key_of
from web.words import count_words, london, long_date, moment

_KINDS = {
    "meeting": "Telling people of a meeting",
    "date-offer": "Asking people about dates",
    "reminder": "Reminding people of meetings",
    "chaser": "Writing to whoever is late with actions, minutes or a decision",
    "feed": "Changes from other parts of the system",
    "outbox": "Changes for other parts of the system",
}
_SOURCES = {"outlook": "Outlook", "mail": "The mail server"}
_MAIL_SERVER = {
    pb.MAIL_SERVER_STATE_ANSWERS: "Answers",
    pb.MAIL_SERVER_STATE_SILENT: "Does not answer",
}


@dataclass(frozen=True)
class WorkRow:
    """Something that waits. `piece` is what the form sends; `link` is the meeting's page, where there is one."""

    piece: str
    title: str
    reference: str
    link: str
    since: str
    troubles: tuple[str, ...]
    tries: str


def work_rows(found: Iterable[pb.WaitingWork]) -> list[WorkRow]:
    """In the order given: the oldest first."""
    return [_row(one) for one in found]


@dataclass(frozen=True)
class UnansweredRow:
    """Minutes that the case system was given and has not acknowledged. `overdue`: they are late in the file."""

    title: str
    link: str
    since: str
    reminded: str
    overdue: bool


def unanswered_rows(found: Iterable[minutes_pb.UnacknowledgedDelivery], now: datetime) -> list[UnansweredRow]:
    """The oldest first; nobody is named."""
    return [
        UnansweredRow(
            title=f"Supplement {one.supplement} to minutes" if one.supplement else "Signed minutes",
            link=f"/minutes/{key_of(one.minutes)}",
            since=_moment(one.delivery_time),
            reminded=_moment(one.chase_time) if one.HasField("chase_time") else "Not yet",
            overdue=london(one.file_due_time) < now,
        )
        for one in found
    ]


def state_rows(health: pb.GetIntegrationHealthResponse) -> list[tuple[str, str]]:
    """What is measured, in words: (what, how it is)."""
    rows = [
        (_title(one.kind), f"{one.waiting} waiting, the oldest since {_moment(one.oldest_time)}")
        for one in health.depths
    ]
    if not rows:
        rows = [("Waiting", "Nothing")]
    for one in health.hourly_mail:
        people = count_words(one.people, "person", "people")
        rows.append((f"{_SOURCES.get(one.source, one.source)}, last hour", f"{people} of at most {one.most:,}"))
    rows.append(("Mail server", _MAIL_SERVER.get(health.mail_server, "None is set up")))
    if health.HasField("mailbox_read_time"):
        rows.append(("Answers in Outlook last read", _moment(health.mailbox_read_time)))
    rows += _emailed(health)
    if health.HasField("certificate_end_time"):
        rows.append(("Certificate for Outlook runs out", _day(health.certificate_end_time)))
    if health.HasField("subscription_end_time"):
        rows.append(("Outlook's change notifications run out", _day(health.subscription_end_time)))
    return rows


def _emailed(health: pb.GetIntegrationHealthResponse) -> list[tuple[str, str]]:
    if not health.HasField("emailed_answers"):
        return []
    answers, rows = health.emailed_answers, list[tuple[str, str]]()
    if answers.HasField("failing_since_time"):
        rows.append(("Reply mailbox", f"Cannot be read since {_moment(answers.failing_since_time)}"))
    if answers.HasField("read_time"):
        rows.append(("Answers by e-mail last read", _moment(answers.read_time)))
    waits = "None"
    if answers.set_aside:
        waits = f"{answers.set_aside}, the first since {_moment(answers.oldest_set_aside_time)}, in {answers.address}"
    return [*rows, ("E-mails for somebody to read", waits)]


def stop_words(health: pb.GetIntegrationHealthResponse) -> str:
    """`Sending is stopped since …: reason`; empty where it is not."""
    if not health.HasField("stop"):
        return ""
    return f"Sending is stopped since {_moment(health.stop.stop_time)}: {health.stop.reason}"


def _row(one: pb.WaitingWork) -> WorkRow:
    meeting = one.kind == "meeting"
    return WorkRow(
        piece="|".join((one.kind, one.producer, one.item)),
        title=_title(one.kind),
        reference=one.reference,
        link=f"/meetings/{key_of(one.item)}" if meeting else "",
        since=_moment(one.since_time),
        troubles=tuple(one.troubles),
        tries=count_words(one.attempts, "try", "tries") if one.attempts else "",
    )


def _title(kind: str) -> str:
    return _KINDS.get(kind, kind.replace("-", " ").capitalize())


def _moment(stamp: Timestamp) -> str:
    return moment(london(stamp))


def _day(stamp: Timestamp) -> str:
    return long_date(london(stamp).date())
