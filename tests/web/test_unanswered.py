"""What the case system has not acknowledged, as the page of what leaves shows it."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.panels.v1 import minutes_service_pb2 as pb

from web.journeys.integration.presenters import unanswered_rows

NAME = "councils/demo/minutes/01a214cb-f959-77dd-817a-c6ebdb329a52"


def at(day: int) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime(2026, 3, day, 11, 45, tzinfo=UTC))
    return stamp


def test_a_delivery_says_what_it_is_since_when_and_whether_it_is_late() -> None:
    first = pb.UnacknowledgedDelivery(minutes=NAME, delivery_time=at(4), file_due_time=at(6))
    second = pb.UnacknowledgedDelivery(
        minutes=NAME, supplement=2, delivery_time=at(5), chase_time=at(6), file_due_time=at(9)
    )
    one, other = unanswered_rows([first, second], datetime(2026, 3, 7, tzinfo=UTC))
    assert (one.title, one.reminded, one.overdue) == ("Signed minutes", "Not yet", True)
    assert (other.title, other.overdue) == ("Supplement 2 to minutes", False)
    assert other.reminded.startswith("Friday 6 March 2026")
    assert one.link == other.link == "/minutes/01a214cb-f959-77dd-817a-c6ebdb329a52"
    assert one.since.startswith("Wednesday 4 March 2026")
