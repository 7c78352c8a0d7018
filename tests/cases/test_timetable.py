"""From a recorded fact to a date that explains itself, over gRPC on PostgreSQL."""

from datetime import date

import pytest
from permanence.cases.v1 import obligation_pb2

from rulebook.facts import SubjectKind
from services.cases.app.case_data import CaseData, SubjectKey, SubjectRow
from tests.cases.conftest import Cases, civil

CHILD = SubjectKey(SubjectKind.CHILD, "P1")
ENTRY = date(2026, 3, 16)


@pytest.fixture
async def child(cases: Cases) -> str:
    """Resource name of a child of whom nothing has been recorded."""
    taken = await cases.take_in(CaseData(subjects=(SubjectRow(CHILD, "Robin Example", "Robin", "Example"),)))
    return f"councils/demo/children/{taken.subjects[CHILD]}"


async def test_twenty_working_days_step_over_easter(cases: Cases, child: str) -> None:
    await cases.record(child, "became_looked_after", ENTRY)
    recorded = await cases.record(child, "entry_to_care_decided", ENTRY)
    assert "BCP-8-05" in {one.rule_id for one in recorded.changed_obligations}
    clocks = await cases.clocks(child)
    for rule, field in (("reg33-1", "statutory_due_date"), ("BCP-8-05", "local_due_date")):
        clock = clocks[rule]
        assert clock.state == obligation_pb2.OBLIGATION_STATE_OPEN
        assert civil(getattr(clock, field)) == date(2026, 4, 15)
        skipped = {day.reason: civil(day.on_date) for step in clock.explanation.steps for day in step.skipped_days}
        assert skipped == {"Good Friday": date(2026, 4, 3), "Easter Monday": date(2026, 4, 6)}
        assert "Good Friday (3 April)" in clock.explanation.sentence
        assert clock.working_days_left == 20
    assert not clocks["reg33-1"].HasField("local_due_date"), "the two clocks are never merged"
