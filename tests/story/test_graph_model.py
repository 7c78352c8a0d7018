"""What the story asked of Graph is of Microsoft's own model, to the last property."""

import pytest

from emulators.graph.model import faults_of_request
from tests.story.conftest import Played

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.timeout(500)]


def test_every_request_is_of_the_model(played: Played) -> None:
    rows = played.demo.control("requests")["requests"]
    assert {"create", "update", "schedule", "delta"} <= {row["operation"] for row in rows}
    assert [fault for row in rows for fault in faults_of_request(row["path"], row["body"])] == []
