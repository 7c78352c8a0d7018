"""New times for many meetings: had together, the most urgent clock first, each with a reason where there is none."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as some

from rulebook.working_days import england_and_wales
from services.scheduler.domain.bulk_move import Part, PartState
from services.scheduler.domain.bulk_plan import Closed, Ground, Movable, plan_moves
from services.scheduler.domain.clocks import ClockToKeep, due_dates
from services.scheduler.domain.diary import Busy, Capacity, Diary, Room
from services.scheduler.domain.grains import Span, span
from services.scheduler.domain.kept_apart import MustNotMeetPair
from services.scheduler.domain.meeting import Attendee, Meeting, MeetingState, Plan, sessions_at
from services.scheduler.domain.slot_rank import Ranking
from services.scheduler.domain.slot_search import prepare_search

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
OLD = datetime(2026, 3, 23, 9, tzinfo=UTC)
TUESDAY = (date(2026, 4, 7), date(2026, 4, 7))
CALENDAR = england_and_wales()
OAK, ELM = Room("oak", "Oak", 12), Room("elm", "Elm", 8)
CHAIR = Attendee("chair", "reviewing-officer", required=True, chair=True)


def movable(number: int, *people: Attendee, due: date | None = None, minutes: int = 60, room: str = "oak") -> Movable:
    """A meeting of the chair's, an hour after the one before."""
    plan = Plan("cic_review", (f"child-{number}",), (CHAIR, *people), (minutes,), needs_room=bool(room))
    meeting = Meeting(
        id=UUID(int=number), plan=plan, title="Review", reference=f"M-{number}", state=MeetingState.BOOKED,
        sessions=sessions_at(plan, OLD + timedelta(hours=number)), room=room, booked_by="anna",
    )  # fmt: skip
    clocks = (ClockToKeep(f"clock-{number}", f"child-{number}", "r", "cic_review", due, None),) if due else ()
    return Movable(meeting, clocks, frozenset({"chair"}))


def ground(window: tuple[date, date] = TUESDAY, closed: Closed | None = None, **busy: Sequence[Span]) -> Ground:
    """Diaries that are empty save for what is said."""
    diaries = {name: Diary(busy=Busy(tuple(busy.get(name, ())))) for name in ("chair", "worker", "other")}
    return Ground(Capacity(diaries, (OAK, ELM)), window, CALENDAR, NOW, (), closed)


def at(hour: int, minute: int = 0) -> datetime:
    """That London wall time on the Tuesday, summer time."""
    return datetime(2026, 4, 7, hour - 1, minute, tzinfo=UTC)


def by_number(parts: Sequence[Part]) -> dict[int, Part]:
    return {part.meeting.int: part for part in parts}


def test_the_clock_that_runs_out_first_gets_the_first_time() -> None:
    late, soon = movable(1, due=date(2026, 6, 1)), movable(2, due=date(2026, 4, 20))
    found = by_number(plan_moves([late, soon, movable(3)], ground()))
    starts = [found[number].after for number in (2, 1, 3)]
    assert [one.start for one in starts if one] == [at(9), at(10), at(11)]


def test_it_stays_in_its_room_where_that_is_free() -> None:
    taken = replace(ground(), capacity=Capacity({}, (replace(OAK, busy=Busy([span(at(9), at(17))])), ELM)))
    assert [part.after.room for part in plan_moves([movable(1)], ground()) if part.after] == ["oak"]
    assert [part.after.room for part in plan_moves([movable(1)], taken) if part.after] == ["elm"]


def test_a_day_that_is_full_leaves_the_last_ones_with_the_reason() -> None:
    parts = plan_moves([movable(number) for number in range(1, 11)], ground())
    assert [part.state for part in parts].count(PartState.PROPOSED) == 8
    assert {part.why.code for part in parts if part.why} == {"CHAIR_BUSY"}
    # Those that need a person are read first.
    assert [part.state for part in parts[:2]] == [PartState.CANNOT_MOVE] * 2


def test_who_is_away_is_given_no_time_until_they_are_back() -> None:
    morning = span(at(1), at(12))
    for closed in (Closed(morning, person="chair"), Closed(morning)):
        assert [part.after.start for part in plan_moves([movable(1)], ground(closed=closed)) if part.after] == [at(12)]
    room = plan_moves([movable(1)], ground(closed=Closed(morning, room="oak")))[0]
    assert room.after and (room.after.start, room.after.room) == (at(9), "elm")


def test_each_that_cannot_be_asked_says_why() -> None:
    started = movable(1)
    started = replace(started, meeting=replace(started.meeting, sessions=sessions_at(started.meeting.plan, NOW)))
    sitting = movable(2)
    sitting = replace(sitting, meeting=replace(sitting.meeting, plan=replace(sitting.meeting.plan, body="panel")))
    moving = replace(movable(3), in_another_move=True)
    apart = movable(4, Attendee("worker", "mother"), Attendee("other", "father"))
    conference = replace(movable(6), date_is_the_familys=True)
    asked = replace(ground(), pairs=(MustNotMeetPair("worker", "other"),))
    found = by_number(plan_moves([started, sitting, moving, apart, conference], asked))
    assert [one.why.code for number in (1, 2, 3, 4, 6) if (one := found[number]).why] == [
        "ALREADY_STARTED", "DATE_OF_A_BODY", "IN_ANOTHER_MOVE", "MUST_NOT_MEET", "DATE_IS_THE_FAMILYS",
    ]  # fmt: skip
    saturday = replace(ground(), window=(date(2026, 4, 11), date(2026, 4, 12)))
    assert [part.why.code for part in plan_moves([movable(5)], saturday) if part.why] == ["NO_WORKING_DAY"]


def test_both_dates_of_a_clock_are_told_apart() -> None:
    one = movable(1)
    clock = ClockToKeep("c", "child-1", "r", "cic_review", date(2026, 4, 30), date(2026, 4, 1))
    late = ClockToKeep("b", "child-1", "r", "cic_review", date(2026, 3, 20), None)
    touched = plan_moves([replace(one, clocks=(clock, late))], ground())[0].touched
    found = [(one.clock.obligation, one.misses_statutory, one.misses_local, one.missed_before) for one in touched]
    assert found == [("b", True, False, True), ("c", False, True, False)]


def test_brothers_and_sisters_stay_one_meeting() -> None:
    one = movable(1)
    both = replace(one.meeting, plan=replace(one.meeting.plan, subjects=("child-1", "child-2")))
    parts = plan_moves([replace(one, meeting=both)], ground())
    assert [part.subjects for part in parts] == [("child-1", "child-2")]


@settings(deadline=None, max_examples=60)
@given(
    some.lists(some.tuples(some.integers(0, 400), some.integers(1, 12)), max_size=30),
    some.integers(1, 40), some.integers(0, 3), some.integers(0, 40),
)  # fmt: skip
def test_the_best_one_is_the_best_of_all(spells: list[tuple[int, int]], due: int, optional: int, known: int) -> None:
    """Although it looks at fewer of them."""
    first = date(2026, 4, 7)
    people = [Attendee(f"optional-{n}", "child" if n else "school") for n in range(optional)]
    one = movable(1, Attendee("worker", "social-worker", required=True), *people, due=first + timedelta(days=due))
    start = span(at(9), at(10))[0]
    busy = Busy([(start + 60 * hour, start + 60 * (hour + length)) for hour, length in spells])
    until = at(9) + timedelta(days=known)
    diaries = {name: Diary(busy=busy, known_until=until) for name in ("worker", "optional-0", "optional-2")}
    capacity = Capacity(diaries, (OAK,))
    window = (first, first + timedelta(days=40))
    search = prepare_search(one.meeting.plan, capacity, window, CALENDAR)
    ranking = Ranking(search, capacity, due_dates(one.clocks), CALENDAR)
    assert ranking.best_one() == next(iter(ranking.best(1)), None)


def test_its_own_time_is_in_nobodys_way_where_time_is_kept_after_it() -> None:
    """The only hour that is left overlaps the one that it has now, and what is kept after it just fits."""
    worker = Attendee("worker", "interpreter", required=True)
    one = movable(1, worker)
    now = replace(one.meeting, sessions=sessions_at(one.meeting.plan, at(10)))
    taken = span(at(10), at(11, 15))
    own = (("chair", taken), ("worker", taken), ("oak", taken), *(
        (person, span(at(10), at(11))) for person in ("chair", "worker")
    ))  # fmt: skip
    others = [span(at(7), at(10, 30)), span(at(11, 45), at(20))]
    ours = [spell for name, spell in own if name == "worker"]
    closed = ground(chair=[*others, *ours], worker=[*others, *ours])
    moved = replace(one, meeting=now, exclusive=frozenset({"chair", "worker"}), buffer_minutes=15, own=own)
    (part,) = plan_moves([moved], closed)
    assert part.after and part.after.start == at(10, 30), part.why


@settings(deadline=None, max_examples=60)
@given(
    some.lists(
        some.tuples(some.sampled_from([30, 60, 90]), some.sampled_from(["", "worker", "other"]), some.booleans()),
        min_size=1, max_size=20,
    ),
    some.sampled_from([0, 15]),
)  # fmt: skip
def test_all_proposals_can_be_had_together(asked: list[tuple[int, str, bool]], buffer: int) -> None:
    meetings = []
    for number, (minutes, worker, chaired) in enumerate(asked, 1):
        person = Attendee(worker or "other", "social-worker", required=True, chair=not chaired)
        one = movable(number, minutes=minutes)
        people = (CHAIR, person) if chaired else (person,)
        meeting = replace(one.meeting, plan=replace(one.meeting.plan, attendees=people))
        chair = "chair" if chaired else person.person
        meetings.append(replace(one, meeting=meeting, exclusive=frozenset({chair}), buffer_minutes=buffer))
    parts = plan_moves(meetings, ground())
    by_id = {one.meeting.id: one for one in meetings}
    taken: dict[str, list[tuple[datetime, datetime]]] = {}
    for part in parts:
        if part.after and part.after_end:
            one, kept = by_id[part.meeting], part.after_end + timedelta(minutes=buffer)
            for person in one.meeting.plan.people:
                end = kept if person in one.exclusive else part.after_end
                taken.setdefault(person, []).append((part.after.start, end))
            taken.setdefault(part.after.room, []).append((part.after.start, kept))
    for times in taken.values():
        times.sort()
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(times))
