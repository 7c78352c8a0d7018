"""A bulk move as a person reads it: before and after, the clocks touched, and what needs them. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from permanence.cases.v1.council_pb2 import StaffMember
from permanence.scheduler.v1 import bulk_move_pb2 as wire
from permanence.scheduler.v1.meeting_pb2 import Room

from web.desk import key_of
from web.journeys.bulk_move.forms import ALL
from web.people import People
from web.words import civil, clock_time, count_words, in_order, london, long_date, moment, short_date, time_span

_SECONDS = 60


@dataclass(frozen=True)
class ClockLine:
    """What the new day does to one clock; `broken`: it misses a date."""

    text: str
    broken: bool


@dataclass(frozen=True)
class MoveRow:
    """One meeting. `after` is empty where no time was found, `why` where nothing stands in its way."""

    key: str
    reference: str
    title: str
    before: str
    before_where: str
    after: str
    after_where: str
    clocks: tuple[ClockLine, ...]
    misses: bool
    remarks: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Standing:
    """The page of a started move. `left` is how much time is left in words, empty where none is."""

    heading: str
    at: str
    left: str
    going: tuple[MoveRow, ...]
    need_you: tuple[MoveRow, ...]
    not_chosen: tuple[MoveRow, ...]


@dataclass(frozen=True)
class Started:
    """A line of what was started lately."""

    key: str
    text: str


def started_lately(moves: Iterable[wire.BulkMove], people: People, rooms: Mapping[str, Room]) -> list[Started]:
    """Whose, when, and how each stands; in the order given."""
    states = {wire.BULK_MOVE_STATE_HELD: "will be moved", wire.BULK_MOVE_STATE_MOVED: "moved"}
    return [
        Started(
            key_of(one.name),
            f"{whose_words(one, people, rooms)}: {states[one.state]} on {moment(london(one.release_time))}"
            if one.state in states
            else f"{whose_words(one, people, rooms)}: taken back",
        )
        for one in moves
    ]


def whose_choices(
    officers: Sequence[StaffMember] | None, managers: Sequence[StaffMember] | None, rooms: Mapping[str, Room] | None
) -> list[tuple[str, str]]:
    """Values and words: people who chair, rooms, and all. What could not be looked up is left out."""
    found = [("", "Choose"), (ALL, "All meetings of the council")]
    for role, staff in (("Reviewing officer", officers), ("Team manager", managers)):
        found += [(f"people/{key_of(one.person)}", f"{role}: {one.display_name}") for one in staff or ()]
    doors = sorted((rooms or {}).values(), key=lambda room: in_order(room.display_name))
    return found + [(f"rooms/{key_of(room.name)}", f"Room: {room.display_name}") for room in doors]


def whose_words(move: wire.BulkMove, people: People, rooms: Mapping[str, Room]) -> str:
    """Whose meetings a move is of."""
    if move.person:
        return f"Meetings of {people.name(move.person, 'one person')}"
    if move.room:
        return f"Meetings in {_where(move.room, rooms)}"
    return "All meetings of the council" if move.HasField("from_time") else "Chosen meetings"


def rows_of(move: wire.BulkMove, rooms: Mapping[str, Room], *states: int) -> tuple[MoveRow, ...]:
    """The meetings that stand there, in the order given: those that miss a clock first."""
    return tuple(_row(one, rooms) for one in move.meetings if one.state in states)


def standing_of(move: wire.BulkMove, rooms: Mapping[str, Room], now: datetime) -> Standing:
    """What will happen, has happened, or was taken back; and who is left to a person."""
    going = rows_of(
        move,
        rooms,
        wire.BULK_MOVE_MEETING_STATE_HELD,
        wire.BULK_MOVE_MEETING_STATE_MOVED,
        wire.BULK_MOVE_MEETING_STATE_UNDONE,
    )
    need_you = rows_of(move, rooms, wire.BULK_MOVE_MEETING_STATE_CANNOT_MOVE, wire.BULK_MOVE_MEETING_STATE_LEFT)
    at = london(move.release_time)
    return Standing(
        heading=_heading(move, len(going), len(need_you), clock_time(at)),
        at=clock_time(at),
        left=left_words(at, now) if move.state == wire.BULK_MOVE_STATE_HELD else "",
        going=going,
        need_you=need_you,
        not_chosen=rows_of(move, rooms, wire.BULK_MOVE_MEETING_STATE_PROPOSED),
    )


def left_words(at: datetime, now: datetime) -> str:
    """`1 minute and 20 seconds`; empty where the time is over."""
    seconds = int((at - now).total_seconds())
    if seconds <= 0:
        return ""
    minutes, rest = divmod(seconds, _SECONDS)
    parts = [count_words(minutes, "minute")] if minutes else []
    return " and ".join(parts + ([count_words(rest, "second")] if rest else []))


def reviews_among(move: wire.BulkMove, keys: Collection[str] | None = None) -> bool:
    """Whether one of these meetings (None: of all that can go) needs the reviewing service's word."""
    going = [one for one in move.meetings if one.state == wire.BULK_MOVE_MEETING_STATE_PROPOSED]
    return any(one.needs_reviewing_service for one in going if keys is None or key_of(one.meeting) in keys)


def missing_reasons(move: wire.BulkMove) -> dict[str, str]:
    """Keys and references of the meetings that would miss a date."""
    return {key_of(one.meeting): one.reference for one in move.meetings if one.needs_breach_reason}


def _heading(move: wire.BulkMove, going: int, need_you: int, at: str) -> str:
    meetings = count_words(going, "meeting")
    if move.state == wire.BULK_MOVE_STATE_UNDONE:
        return (
            f"Taken back: {meetings} {'stands' if going == 1 else 'stand'} where {'it' if going == 1 else 'they'} stood"
        )
    if move.state == wire.BULK_MOVE_STATE_MOVED:
        said = f"{meetings} {'was' if going == 1 else 'were'} moved at {at}"
    else:
        said = f"{meetings} will be moved at {at}"
    return f"{said}, {need_you} {'needs' if need_you == 1 else 'need'} you" if need_you else said


def _row(one: wire.BulkMoveMeeting, rooms: Mapping[str, Room]) -> MoveRow:
    found = one.HasField("after_start_time")
    return MoveRow(
        key=key_of(one.meeting),
        reference=one.reference,
        title=one.title,
        before=_when(london(one.before_start_time), london(one.before_end_time)),
        before_where=_where(one.before_room, rooms),
        after=_when(london(one.after_start_time), london(one.after_end_time)) if found else "",
        after_where=_where(one.after_room, rooms) if found else "",
        clocks=tuple(_clock_lines(one.obligations, moved=found)),
        misses=one.needs_breach_reason,
        remarks=_remarks(one),
        why=one.reason_text,
    )


def _when(start: datetime, end: datetime) -> str:
    return f"{long_date(start.date())}, {time_span(start, end)}"


def _where(room: str, rooms: Mapping[str, Room]) -> str:
    if not room:
        return "No room"
    return rooms[room].display_name if room in rooms else "Room not known just now"


def _clock_lines(touched: Iterable[wire.TouchedObligation], *, moved: bool) -> Iterable[ClockLine]:
    for one in touched:
        case = one.subject_reference or "Case"
        dates = (
            ("the law's date", civil(one.statutory_due_date), one.misses_statutory),
            ("our date", civil(one.local_due_date), one.misses_local),
        )
        for words, due, missed in dates:
            if due is not None:
                yield ClockLine(_clock_words(case, words, due, missed=missed, moved=moved), missed)
        if one.missed_before:
            yield ClockLine(f"{case}: late already before the move", broken=False)


def _clock_words(case: str, words: str, due: date, *, missed: bool, moved: bool) -> str:
    effect = (": missed" if missed else ": kept") if moved else ""
    return f"{case}, {words} {short_date(due)}{effect}"


def _remarks(one: wire.BulkMoveMeeting) -> tuple[str, ...]:
    found = []
    if one.clashes:
        found.append(f"{count_words(len(one.clashes), 'person', 'people')} asked cannot come then")
    if one.not_checked:
        found.append(f"The diary of {count_words(len(one.not_checked), 'person', 'people')} could not be read that far")
    return tuple(found)
