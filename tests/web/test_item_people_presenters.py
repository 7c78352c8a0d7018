"""Who comes for one item, in words: who usually comes is first, nobody twice, and untold is never said to be told."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1.subject_pb2 import Involvement
from permanence.panels.v1.item_people_service_pb2 import Comer, ItemPeople

from web.journeys.sittings.item_people_presenters import (
    choices_of,
    comers_words,
    gone_words,
    told_words,
    trouble_words,
    value_of,
)

TEN = datetime(2026, 3, 10, 10, tzinfo=UTC)
AUNT, WORKER = "councils/demo/people/1", "councils/demo/people/2"


def stamp(minute: int) -> Timestamp:
    return Timestamp(seconds=int(TEN.timestamp()) + 60 * minute)


def part(person: str, role: str, name: str = "") -> Involvement:
    return Involvement(person=person, role=role, display_name=name)


def test_who_usually_comes_stands_first_and_nobody_twice() -> None:
    around = [
        part(AUNT, "family-member", "Ada Made"),
        part(WORKER, "advocate", "Bo Made"),
        part(WORKER, "social-worker", "Bo Made"),
    ]
    found = choices_of(around, [Comer(person=WORKER, role="social-worker")])
    assert [(one.value, one.who, one.part) for one in found] == [
        (value_of(WORKER, "social-worker"), "Bo Made", "Social worker, usually comes"),
        (value_of(AUNT, "family-member"), "Ada Made", "Family member"),
    ]
    assert choices_of([part(AUNT, "carer")], [])[0].who == "Carer", "whose name may not be known is a role"


def test_who_has_no_part_any_more_is_said_to_be_left_out() -> None:
    asked = [Comer(person=AUNT, role="carer"), Comer(person=WORKER, role="social-worker")]
    assert gone_words(asked, choices_of([part(WORKER, "social-worker")], [])) == "carer"


def test_whether_they_are_asked_and_for_when() -> None:
    told = ItemPeople(people=[Comer()], asked_start_time=stamp(0), asked_end_time=stamp(15))
    assert told_words(told, sent_out=True) == "They are asked to come on Tuesday 10 March 2026, 10am to 10:15am."
    asked = ItemPeople(people=[Comer()])
    assert told_words(asked, sent_out=False) == "They are invited once the agenda is sent out."
    assert told_words(asked, sent_out=True) == "They are not asked yet; that follows in a moment."
    assert told_words(ItemPeople(), sent_out=True) == "Nobody is asked to come for this item."


def test_every_trouble_has_words() -> None:
    assert trouble_words("") == ""
    assert "must not meet" in trouble_words("MUST_NOT_MEET") and "tried again" in trouble_words("ANYTHING_NEW")
    assert (comers_words(0), comers_words(1), comers_words(3)) == (
        "Nobody is asked", "1 person is asked", "3 people are asked",
    )  # fmt: skip
