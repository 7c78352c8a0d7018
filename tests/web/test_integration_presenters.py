"""Integration health in words."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.notifications.v1 import integration_service_pb2 as pb

from services.notifications.storage import unit_of_work
from web.journeys.integration.presenters import state_rows, work_rows

KINDS = [value for name, value in vars(unit_of_work).items() if name.endswith("LANE")]


def _since() -> Timestamp:
    return Timestamp(seconds=1_773_655_200)  # 16 March 2026, ten o'clock in England


@pytest.mark.parametrize("kind", [*KINDS, "feed", "outbox"])
def test_everything_that_can_wait_has_words_of_its_own(kind: str) -> None:
    health = pb.GetIntegrationHealthResponse(depths=[pb.WorkDepth(kind=kind, waiting=3, oldest_time=_since())])
    title, how = state_rows(health)[0]
    assert len(title.split()) > 2 and title.replace(" ", "-").lower() != kind
    assert how.startswith("3 waiting, the oldest since ")


def test_nothing_that_waits_is_said() -> None:
    assert state_rows(pb.GetIntegrationHealthResponse())[0] == ("Waiting", "Nothing")


def test_what_waits_leads_to_its_meeting_alone() -> None:
    waiting = [
        pb.WaitingWork(kind="meeting", item="councils/demo/meetings/m", reference="M-000007", since_time=_since()),
        pb.WaitingWork(kind="chaser", item="late", since_time=_since(), attempts=2),
    ]
    meeting, chaser = work_rows(waiting)
    assert (meeting.link, meeting.reference, meeting.tries) == ("/meetings/m", "M-000007", "")
    assert (chaser.link, chaser.tries) == ("", "2 tries")
    assert "late" in chaser.title
