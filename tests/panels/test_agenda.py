"""Order, times, room, families and reasons of an agenda: pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.panels.domain.agenda import Circumstances, Wish, plan_agendas
from services.panels.domain.body import BodyUuid
from services.panels.domain.sitting import (
    AgendaItem,
    AgendaSource,
    ItemId,
    ReferralId,
    Sitting,
    SittingId,
    SittingState,
    in_order,
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def sitting(day: int, minutes: int = 60, items: tuple[AgendaItem, ...] = ()) -> Sitting:
    start = datetime(2026, 3, day, 10, tzinfo=UTC)
    end = start + timedelta(minutes=minutes)
    body = BodyUuid(UUID(int=1))
    return Sitting(SittingId(UUID(int=day)), body, f"m{day}", start, end, SittingState.PLANNED, 1, items=items)


def clock(subject: str, due: date, waited: int = 0) -> Wish:
    return Wish((subject,), AgendaSource.OBLIGATION, MONDAY - timedelta(days=waited), due)


def referral(*subjects: str, waited: int = 0) -> Wish:
    since = MONDAY - timedelta(days=waited)
    return Wish(subjects, AgendaSource.REFERRAL, since, referral=ReferralId(uuid4()))


def around(families: Sequence[frozenset[str]] = (), item_minutes: int = 15) -> Circumstances:
    references = {name: f"R-{name}" for name in "abcdefghijkl"}
    return Circumstances(families, references, item_minutes, 14, uuid4)


def order(items: Sequence[AgendaItem]) -> list[str]:
    return ["".join(item.subjects) for item in items]


def test_due_date_then_waiting_time_then_reference() -> None:
    wishes = [
        referral("d", waited=1),
        referral("c", waited=9),
        clock("b", date(2026, 3, 12)),
        clock("f", date(2026, 3, 10), waited=1),
        clock("e", date(2026, 3, 10), waited=1),
        clock("a", date(2026, 3, 10), waited=2),
    ]
    (items,) = plan_agendas([sitting(10, minutes=120)], wishes, around()).values()
    assert order(items) == ["a", "e", "f", "b", "c", "d"]
    assert [item.number for item in items] == [1, 2, 3, 4, 5, 6]


def test_times_follow_one_another_from_the_start() -> None:
    (items,) = plan_agendas([sitting(10)], [referral("a"), referral("b")], around(item_minutes=20)).values()
    assert [(item.start.minute, item.end.minute) for item in items] == [(0, 20), (20, 40)]


def test_a_clock_is_heard_before_the_sitting_at_which_it_would_be_too_late() -> None:
    wishes = [clock("a", date(2026, 3, 24)), clock("b", date(2026, 3, 25)), clock("c", date(2026, 4, 8))]
    first, second = plan_agendas([sitting(10), sitting(24)], wishes, around()).values()
    assert order(first) == ["a"], "due on the very day of the next sitting: the next might be late"
    assert order(second) == ["b"], "no later sitting known: one is reckoned with after the body's interval"


def test_late_ones_say_so() -> None:
    (items,) = plan_agendas([sitting(10)], [clock("a", date(2026, 3, 3))], around()).values()
    assert items[0].reason == "Late: its date was 3 March 2026."


def test_a_referred_child_whose_clock_falls_due_appears_once() -> None:
    (items,) = plan_agendas([sitting(10)], [referral("a"), clock("a", date(2026, 3, 11))], around()).values()
    assert order(items) == ["a"]
    assert items[0].source is AgendaSource.REFERRAL
    assert items[0].due == date(2026, 3, 11)
    assert "11 March 2026" in items[0].reason
    assert "Referred on 2 March 2026" in items[0].reason


def test_brothers_and_sisters_share_an_item_whoever_asked_for_each() -> None:
    wishes = [clock("b", date(2026, 3, 12)), referral("c"), clock("a", date(2026, 3, 11)), referral("d")]
    (items,) = plan_agendas([sitting(10)], wishes, around([frozenset("abc")])).values()
    assert order(items) == ["abc", "d"]
    assert items[0].references == ("R-a", "R-b", "R-c")


def test_a_brother_for_whom_nothing_is_asked_is_not_brought_along() -> None:
    (items,) = plan_agendas([sitting(10)], [referral("a")], around([frozenset("ab")])).values()
    assert order(items) == ["a"]


def test_what_has_no_room_moves_to_the_next_sitting_and_says_why() -> None:
    wishes = [clock("a", date(2026, 3, 11)), clock("b", date(2026, 3, 12)), referral("c")]
    first, second = plan_agendas([sitting(10, minutes=30), sitting(24)], wishes, around()).values()
    assert (order(first), order(second)) == (["a", "b"], ["c"])
    assert second[0].reason.endswith("There was no room on 10 March 2026.")


def test_a_backlog_of_late_clocks_does_not_keep_a_referral_off_the_agenda() -> None:
    wishes = [*(clock(letter, date(2025, 1, 1)) for letter in "abcde"), referral("r"), referral("s")]
    (items,) = plan_agendas([sitting(10, minutes=60)], wishes, around()).values()
    assert order(items) == ["a", "b", "c", "r"]


def test_order_by_hand_is_kept_and_new_ones_come_behind() -> None:
    stands = sitting(10, minutes=120)
    (items,) = plan_agendas([stands], [referral("a", waited=3), referral("b", waited=2)], around()).values()
    stood = in_order(sitting(10, minutes=120, items=items), [items[1].item_id, items[0].item_id], 15)
    again = sitting(10, minutes=120, items=stood)
    wishes = [referral("a", waited=3), referral("b", waited=2), clock("c", date(2026, 3, 10))]
    (rebuilt,) = plan_agendas([again], wishes, around()).values()
    assert order(rebuilt) == ["b", "a", "c"]
    assert [item.item_id for item in rebuilt[:2]] == [items[1].item_id, items[0].item_id]
    assert [item.by_hand for item in rebuilt] == [True, True, False]
    assert [item.reason for item in rebuilt[:2]] == [items[1].reason, items[0].reason], "why it is heard at all"


def test_a_thousand_clocks_in_hundreds_of_families_are_arranged() -> None:
    subjects = [f"s{n}" for n in range(1000)]
    families = [frozenset(subjects[n : n + 3]) for n in range(0, 900, 3)]
    wishes = [clock(subject, date(2026, 3, 10) + timedelta(n % 90)) for n, subject in enumerate(subjects)]
    agendas = plan_agendas([sitting(10, 180), sitting(24, 180)], wishes, around(families))
    assert [len(items) for items in agendas.values()] == [12, 12]
    assert {len(item.subjects) for items in agendas.values() for item in items} == {1, 3}


def test_items_keep_their_names_when_the_agenda_is_built_again() -> None:
    (items,) = plan_agendas([sitting(10)], [referral("a"), referral("b")], around()).values()
    wishes = [clock("z", date(2026, 3, 10)), referral("a"), referral("b")]
    (rebuilt,) = plan_agendas([sitting(10, items=items)], wishes, around()).values()
    assert {item.item_id for item in items} < {item.item_id for item in rebuilt}


def test_in_order_times_follow() -> None:
    (items,) = plan_agendas([sitting(10)], [referral("a", waited=2), referral("b")], around()).values()
    swapped = in_order(sitting(10, items=items), [items[1].item_id], 15)
    assert order(swapped) == ["b", "a"]
    assert [item.start.minute for item in swapped] == [0, 15]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefghijkl"), st.booleans(), st.integers(1, 60)),
        max_size=20,
        unique_by=lambda w: w[:2],
    ),
    st.integers(15, 120),
    st.sets(st.sampled_from("abcdefghijkl"), max_size=4),
)
def test_nobody_twice_nobody_lost_and_never_too_many(
    asked: list[tuple[str, bool, int]], minutes: int, family: set[str]
) -> None:
    wishes = [
        referral(s, waited=n) if referred else clock(s, date(2026, 3, 1) + timedelta(n)) for s, referred, n in asked
    ]
    sittings = [sitting(10, minutes), sitting(24, minutes)]
    agendas = plan_agendas(sittings, wishes, around([frozenset(family)]))
    for stands in sittings:
        assert len(agendas[stands.sitting_id]) <= stands.capacity(15)
    placed = [subject for items in agendas.values() for item in items for subject in item.subjects]
    assert len(placed) == len(set(placed))
    assert set(placed) <= {s for s, _, _ in asked}
    if len(agendas[sittings[1].sitting_id]) < sittings[1].capacity(15):
        assert {s for s, referred, _ in asked if referred} <= set(placed)
    ids = [item.item_id for items in agendas.values() for item in items]
    assert len(ids) == len(set(ids))
    assert all(isinstance(one, UUID) for one in map(ItemId, ids))


def put_off(subject: str, times: int, moved_on_from: datetime | None = None, due: date | None = None) -> Wish:
    since = MONDAY - timedelta(days=3)
    return Wish((subject,), AgendaSource.REFERRAL, since, due, moved_on_from=moved_on_from, times_put_off=times)


def test_whoever_was_put_off_most_often_comes_first_and_it_is_said_why() -> None:
    wishes = [clock("a", date(2026, 3, 10)), put_off("b", 1), put_off("c", 2), referral("d", waited=30)]
    (items,) = plan_agendas([sitting(10)], wishes, around()).values()
    assert order(items) == ["c", "b", "a", "d"]
    assert items[0].reason.endswith("Comes early because it was put off twice.")
    assert [item.times_put_off for item in items] == [2, 1, 0, 0]


def test_what_was_put_off_takes_a_place_before_the_late_clocks_where_there_is_room_for_one() -> None:
    wishes = [clock("a", date(2026, 3, 3)), put_off("b", 1)]
    (items,) = plan_agendas([sitting(10, minutes=15)], wishes, around()).values()
    assert order(items) == ["b"]


def test_an_item_that_was_put_off_comes_to_a_later_sitting_and_to_no_earlier_one() -> None:
    first, second = sitting(10), sitting(24)
    wishes = [put_off("a", 1, moved_on_from=first.start, due=date(2026, 3, 12))]
    agendas = plan_agendas([first, second], wishes, around())
    assert (order(agendas[first.sitting_id]), order(agendas[second.sitting_id])) == ([], ["a"])
    (item,) = agendas[second.sitting_id]
    assert item.source is AgendaSource.DEFERRED
    assert "Put off from the sitting of 10 March 2026." in item.reason and item.reason.startswith("Late")


def test_brothers_and_sisters_wait_together_when_one_is_put_off() -> None:
    first, second = sitting(10), sitting(24)
    wishes = [put_off("a", 1, moved_on_from=first.start), clock("b", date(2026, 3, 11))]
    agendas = plan_agendas([first, second], wishes, around([frozenset("ab")]))
    assert (order(agendas[first.sitting_id]), order(agendas[second.sitting_id])) == ([], ["ab"])


def test_a_sitting_takes_no_more_than_the_body_hears_however_long_it_is() -> None:
    wishes = [clock(name, date(2026, 3, 11)) for name in "abcde"]
    (items,) = plan_agendas([sitting(10, minutes=300)], wishes, replace(around(), most_items=3)).values()
    assert order(items) == ["a", "b", "c"]
