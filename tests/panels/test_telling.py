"""Telling people a decision: who, by when, the letter, and what it may hold."""

from datetime import date
from uuid import uuid4

from permanence.cases.v1 import subject_pb2
from permanence.panels.v1 import decision_pb2
from permanence.panels.v1 import decisions_service_pb2 as wire
from permanence.panels.v1.minutes_service_pb2 import (
    DOCUMENT_FORMAT_HTML,
    DOCUMENT_FORMAT_PDF,
    DOCUMENT_FORMAT_WORD,
    DocumentFormat,
)

from tests.panels.conftest import Panels, at, request_id
from tests.panels.deciding import DECISION_MAKER, ask, decide, deciding, get, on, part, recommend, refused, settled
from tests.panels.fake_peers import day


async def test_parents_are_told_and_the_clocks_are_met_once_all_of_them_were(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    mother, father = str(uuid4()), str(uuid4())
    panels.cases.involvements += [part(child, "mother", mother), part(child, "father", father)]
    waiting = await recommend(panels, "adoption-panel", child, at(2, 10, month=4))
    made = await decide(panels, waiting)
    told = [one for one in (await get(panels, made.name)).tellings if one.way == "by word of mouth"]
    # Decided on Maundy Thursday: two working days end on Wednesday after Easter.
    assert {on(one.due_date) for one in told} == {date(2026, 4, 8)}
    assert {one.role for one in told} == {"mother", "father"}
    panels.set_time(at(7, 10, month=4))
    for telling in told:
        request = wire.RecordToldRequest(name=telling.name, told_date=day(date(2026, 4, 7)), request_id=request_id())
        reply = await ask(panels, "RecordTold", request, "social-worker")
        assert isinstance(reply, wire.RecordToldResponse)
        assert reply.telling.standing == decision_pb2.STANDING_MET
    facts = await settled(panels, 2)
    assert [list(fact.met_rules) for fact in facts] == [[], ["ADM-2wd"]], "once, when both had been told"
    again = wire.RecordToldRequest(name=told[0].name, told_date=day(date(2026, 4, 7)), request_id=request_id())
    assert (await refused(panels, "RecordTold", again, "social-worker")).info.reason == "NOTHING_TO_TELL"


async def test_where_no_parent_is_recorded_somebody_has_to_find_out(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    made = await decide(panels, waiting)
    telling = (await get(panels, made.name)).tellings[0]
    assert (telling.person, telling.role) == ("", "parent")
    request = wire.RecordToldRequest(name=telling.name, told_date=day(date(2026, 3, 10)), request_id=request_id())
    assert (await refused(panels, "RecordTold", request, "social-worker")).code.name == "INVALID_ARGUMENT"


async def letter(panels: Panels, telling: decision_pb2.Telling, form: int = DOCUMENT_FORMAT_HTML) -> bytes:
    request = wire.RenderLetterRequest(name=telling.name, format=DocumentFormat.ValueType(form))
    reply = await ask(panels, "RenderLetter", request, "social-worker")
    assert isinstance(reply, wire.RenderLetterResponse)
    return reply.content


async def test_a_letter_holds_the_words_for_the_family_and_nothing_else_of_what_was_said(panels: Panels) -> None:
    house = panels.cases.add_household("demo", "The Example household", "F-0001")
    panels.cases.involvements.append(part(house, "carer", str(uuid4()), "Sam Example"))
    waiting = await recommend(panels, "fostering-panel", house, at(10, 10))
    words = "You looked after children well. We think that now is not the time."
    made = await decide(panels, waiting, adverse=True, reasons="Mr Neighbour reported it.", words_for_family=words)
    written = next(one for one in (await get(panels, made.name)).tellings if one.way == "in writing")
    page = (await letter(panels, written)).decode()
    assert words.partition(". ")[0] in page and "Tuesday 7 April 2026" in page and "independent review" in page
    for hidden in ("Neighbour", "weighed both sides", "Sam Example", "Example household", "F-0001"):
        assert hidden not in page
    assert (await letter(panels, written, DOCUMENT_FORMAT_PDF)).startswith(b"%PDF")
    assert (await letter(panels, written, DOCUMENT_FORMAT_WORD)).startswith(b"PK")


async def test_words_for_the_family_do_not_name_somebody_of_whom_they_may_not_know(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    carer = str(uuid4())
    panels.cases.involvements += [part(child, "mother", str(uuid4())), part(child, "carer", carer, "Kim Hidden")]
    panels.cases.restrictions.append(
        subject_pb2.Restriction(
            kind=subject_pb2.RESTRICTION_KIND_MUST_NOT_KNOW,
            subject=child,
            person=panels.cases.involvements[0].person,
            other=f"councils/demo/people/{carer}",
        )
    )
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    named = deciding(waiting, words_for_family="Robin stays with Ms Hidden.")
    refusal = await refused(panels, "Decide", named, DECISION_MAKER)
    assert [one.field for one in refusal.bad.field_violations] == ["words_for_family"]
    made = await decide(panels, waiting, words_for_family="Robin stays where Robin is.")
    assert made.state == decision_pb2.DECISION_STATE_DECIDED


async def test_a_letter_is_not_made_once_somebody_in_it_may_not_be_known_of(panels: Panels) -> None:
    """The words were right when the decision was made; the restriction came afterwards."""
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    panels.cases.involvements.append(part(child, "mother", str(uuid4())))
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    made = await decide(panels, waiting, words_for_family="Kim Hidden will tell you more.")
    written = next(one for one in (await get(panels, made.name)).tellings if one.way == "in writing")
    assert b"Kim Hidden" in await letter(panels, written)
    panels.cases.hide_person("demo", child, "Kim Hidden")
    request = wire.RenderLetterRequest(name=written.name, format=DOCUMENT_FORMAT_PDF)
    assert (await refused(panels, "RenderLetter", request, "social-worker")).info.reason == "LETTER_TELLS"
