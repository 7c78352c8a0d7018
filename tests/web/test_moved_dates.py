"""Dates that moved by themselves: both of them, and only what somebody meant is confirmed."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from multidict import MultiDict
from permanence.cases.v1 import obligation_pb2 as wire
from permanence.cases.v1.obligations_service_pb2 import MovedObligation
from permanence.cases.v1.subject_pb2 import SUBJECT_KIND_CHILD, Subject

from web.journeys.moved_dates.forms import ConfirmForm
from web.journeys.moved_dates.presenters import moved_rows
from web.moved import cause_words, move_words

ONE, OTHER = ("01a214cb-f959-77dd-817a-c6ebdb329a5" + end for end in "12")
CHILD = f"councils/demo/children/{ONE}"
APRIL_15, APRIL_16 = Date(year=2026, month=4, day=15), Date(year=2026, month=4, day=16)


class _Form(MultiDict[str]):
    def getlist(self, name: str) -> list[str]:
        return self.getall(name, [])


def form(*fields: tuple[str, str]) -> ConfirmForm:
    return ConfirmForm(_Form(fields))


def change(**fields: object) -> wire.DateChange:
    return wire.DateChange(name=f"councils/demo/dateChanges/{OTHER}", subject=CHILD, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_date_before": APRIL_15, "due_date_after": APRIL_16}, "from 15 Apr 2026 to 16 Apr 2026"),
        ({"due_date_after": APRIL_16}, "from no date to 16 Apr 2026"),
        ({"due_date_before": APRIL_15}, "from 15 Apr 2026 to no date: it is not asked for any more"),
    ],
)
def test_both_dates_are_said_or_that_there_is_none(fields: dict[str, Date], words: str) -> None:
    assert move_words(change(**fields)) == words


def test_every_cause_has_words() -> None:
    causes = [value for name, value in wire.DateChangeCause.items() if "UNSPECIFIED" not in name]
    assert len({cause_words(wire.DateChange(cause=one)) for one in causes}) == len(causes)


def test_a_row_leads_to_the_clock_on_its_cases_page() -> None:
    moved = MovedObligation(
        date_change=change(due_date_before=APRIL_15, move_time=Timestamp(seconds=1_774_000_000)),
        obligation=wire.Obligation(name=f"councils/demo/obligations/{ONE}", title="First review"),
    )
    (row,) = moved_rows([moved], {CHILD: Subject(reference="NM-0412")})
    assert (row.case, row.before, row.after) == ("NM-0412", "15 Apr 2026", "No longer asked for")
    assert row.clock == f"/children/{ONE}?clock={ONE}#clock-{ONE}"
    (unnamed,) = moved_rows([moved], {CHILD: Subject(kind=SUBJECT_KIND_CHILD)})
    assert unnamed.case == "Child"


def test_those_ticked_are_meant_or_all_that_were_shown_and_nothing_made_up() -> None:
    shown = (("shown", ONE), ("shown", OTHER))
    assert form(*shown, ("ticked", OTHER), ("ticked", OTHER)).keys == [OTHER]
    assert form(*shown, ("whole_page", "1")).keys == [ONE, OTHER]
    assert form(("ticked", "../x"), ("ticked", ONE)).keys == [ONE]
    none = form(*shown)
    assert not none.validate()
    assert [fault.text for fault in none.faults] == ["Tick the dates that you have seen, or confirm all on this page"]
