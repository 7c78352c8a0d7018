"""A draft as a person reads it: its task list, its people, who must not meet, and what to look at before booking."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.cases.v1.subject_pb2 import Involvement, Subject
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import (
    Attendee,
    KeptApartPair,
)
from permanence.scheduler.v1.scheduler_service_pb2 import MeetingPlan

from web.arranging import (
    STEP_WORDS,
    Step,
    apart_is_open,
    has_time,
    held_words,
    next_step,
    parted,
    parts_of,
    step_words,
)
from web.desk import key_of
from web.subjects import called, subject_path
from web.times import Asked, Clock, asked_of
from web.words import count_words, days_left_words, london, long_date, moment, role_words, time_span


class Status(StrEnum):
    """Where a task stands; the values are words for the screen."""

    DONE = "Completed"
    OPEN = "Not yet started"
    SHUT = "Cannot start yet"
    NEEDS_YOU = "Needs you"


@dataclass(frozen=True)
class Task:
    """One line of the task list. `path` is empty where it cannot be gone to."""

    title: str
    path: str
    hint: str
    status: Status


@dataclass(frozen=True)
class About:
    """Whom it is about: a reference, and a name for readers who may know it."""

    reference: str
    name: str
    path: str


@dataclass(frozen=True)
class Person:
    """Somebody who is, or could be, asked."""

    key: str
    name: str
    role: str
    part: str


@dataclass(frozen=True)
class PersonChoice:
    """Somebody around the subjects, on the page where people are chosen."""

    attendee: Attendee
    who: str
    part: str
    ticked: bool
    could_chair: bool


@dataclass(frozen=True)
class PairLine:
    """Two people who must not meet, and how that is solved. `out`: who of them can be left out here, as (key, name)."""

    who: str
    solved: str
    apart: bool
    out: tuple[tuple[str, str], ...]


WHEN_TAKEN = "When one of the dates offered is taken"
CHAIR_DECIDES = "asked only if the chair says so"
_NOT_USUAL = "not usually asked to this meeting"


def about(draft: MeetingDraft, subjects: Mapping[str, Subject] | None) -> list[About]:
    """The draft's subjects in their order."""
    found = []
    for number, name in enumerate(draft.plan.subjects):
        known = (subjects or {}).get(name)
        reference = draft.references[number] if number < len(draft.references) else ""
        found.append(About(reference or "no reference yet", called(known) if known else "", subject_path(name)))
    return found


def clock_lines(clocks: Sequence[Clock]) -> list[tuple[str, str]]:
    """The law's date, ours, and what is left until the earlier; each the earliest of all subjects'."""
    law = min((one.law for one in clocks if one.law), default=None)
    ours = min((one.ours for one in clocks if one.ours), default=None)
    left = min((one.working_days_left for one in clocks if one.working_days_left is not None), default=None)
    lines = [("The law's date", long_date(law) if law else "None"), ("Our date", long_date(ours) if ours else "None")]
    return [*lines, ("Time left or late", days_left_words(left) if left is not None else "No clock runs for it")]


def history(draft: MeetingDraft, names: Mapping[str, str]) -> str:
    """Who began it and who changed it last."""
    begun, changed = (names.get(one) or "a colleague" for one in (draft.started_by, draft.changed_by))
    line = f"Begun by {begun}, {moment(london(draft.create_time))}."
    later = draft.update_time.ToNanoseconds() > draft.create_time.ToNanoseconds()
    if later or draft.changed_by != draft.started_by:
        line += f" Last changed by {changed}, {moment(london(draft.update_time))}."
    return line


def tasks(
    draft: MeetingDraft,
    path: str,
    now: datetime,
    rooms: Mapping[str, str],
    *,
    waits_for_manager: bool,
    kind: MeetingKind | None = None,
    offered: bool = False,
) -> list[Task]:
    """The task list. `waits_for_manager`: the time misses a date, which this reader may not accept.

    `offered`: dates are offered for it, and nothing of it can be changed until they are withdrawn: no task leads on.
    """
    who = [_people_task(draft, path), _apart_task(draft, path)]
    when = [_time_task(draft, path, now, rooms, kind), _check_task(draft, path, now, waits_for_manager)]
    if offered:
        # Two or three times stand instead of whichever was chosen before.
        who = [replace(one, path="", status=Status.DONE if one.status is Status.DONE else Status.SHUT) for one in who]
        when = [Task(one.title, "", WHEN_TAKEN, Status.SHUT) for one in when]
    return [*who, *when, Task("Tell people", "", "After the meeting is booked", Status.SHUT)]


def _people_task(draft: MeetingDraft, path: str) -> Task:
    count = count_words(len(draft.plan.attendees), "person", "people")
    how = "looked at" if draft.people_checked else "filled in from the case"
    return Task(STEP_WORDS[Step.PEOPLE], f"{path}/people", f"{count}, {how}", Status.DONE)


def _apart_task(draft: MeetingDraft, path: str) -> Task:
    title, pairs = STEP_WORDS[Step.APART], len(draft.kept_apart_pairs)
    if not pairs:
        return Task(title, "", "Nobody", Status.DONE)
    status = Status.NEEDS_YOU if apart_is_open(draft) else Status.DONE
    return Task(title, f"{path}/apart", count_words(pairs, "pair"), status)


def _time_task(
    draft: MeetingDraft, path: str, now: datetime, rooms: Mapping[str, str], kind: MeetingKind | None
) -> Task:
    title = step_words(Step.TIME, kind)
    if apart_is_open(draft):
        return Task(title, "", "After you have looked at who must not meet", Status.SHUT)
    if has_time(draft, now):
        held = held_words(draft, now)
        return Task(title, f"{path}/time", when_and_where(draft, rooms) + (f", {held}" if held else ""), Status.DONE)
    if draft.HasField("start_time"):
        return Task(title, f"{path}/time", "The time that was chosen has passed", Status.NEEDS_YOU)
    return Task(title, f"{path}/time", "", Status.OPEN)


def _check_task(draft: MeetingDraft, path: str, now: datetime, waits_for_manager: bool) -> Task:
    title = STEP_WORDS[Step.CHECK]
    if next_step(draft, now) is not Step.CHECK:
        return Task(title, "", "After a time is chosen", Status.SHUT)
    if waits_for_manager:
        hint = "A manager must accept that a date is missed. You can read it meanwhile"
        return Task(title, f"{path}/check", hint, Status.SHUT)
    return Task(title, f"{path}/check", "", Status.OPEN)


def when_and_where(draft: MeetingDraft, rooms: Mapping[str, str]) -> str:
    """The chosen time, from its start to its end, and the room."""
    room = rooms.get(draft.room, "a room whose name is not known just now") if draft.room else "no room"
    start, end = chosen_time(draft)
    return f"{long_date(start.date())}, {time_span(start, end)}, {room}"


def chosen_time(draft: MeetingDraft) -> tuple[datetime, datetime]:
    """From the start that was chosen to the end of the last part, wall time."""
    start, plan = london(draft.start_time), draft.plan
    gaps = max(0, len(plan.session_minutes) - 1) * plan.minutes_between_sessions
    return start, start + timedelta(minutes=sum(plan.session_minutes) + gaps)


def people(draft: MeetingDraft, names: Mapping[str, str], kind: MeetingKind | None) -> list[Person]:
    """Everybody who is asked."""
    return [
        Person(key_of(one.person), names.get(one.person, ""), role_words(one.role), part_words(one, kind))
        for one in draft.plan.attendees
    ]


def part_words(one: Attendee, kind: MeetingKind | None) -> str:
    """What part somebody has: `chair`, `needed`, `may come`, or asked only if the chair says so."""
    if one.chair:
        return "chair"
    if kind is not None and one.role in kind.chair_decides_roles:
        return CHAIR_DECIDES
    return "needed" if one.required else "may come"


def person_choices(around: Iterable[Involvement], plan: MeetingPlan, kind: MeetingKind) -> list[PersonChoice]:
    """Everybody around the subjects, each once: the chair's role first, then as the kind of meeting names them."""
    roles: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for one in around:
        roles.setdefault(one.person, []).append(one.role)
        names[one.person] = one.display_name or names.get(one.person, "")
    order = [kind.chair_role, *kind.required_roles, *kind.optional_roles]
    asked = {one.person: one for one in plan.attendees}
    found = [_choice(person, held, names, order, asked.get(person), kind) for person, held in roles.items()]
    return sorted(found, key=lambda one: (_place(one.attendee.role, order), one.who))


def _choice(
    person: str,
    roles: Sequence[str],
    names: Mapping[str, str],
    order: Sequence[str],
    asked: Attendee | None,
    kind: MeetingKind,
) -> PersonChoice:
    role = asked.role if asked else min(roles, key=lambda one: _place(one, order))
    sure = role in (kind.chair_role, *kind.required_roles) and role not in kind.chair_decides_roles
    attendee = Attendee(person=person, role=role, required=asked.required if asked else sure)
    usual = role in order
    part = part_words(attendee, kind) if usual or asked else _NOT_USUAL
    who = asked_of([attendee], names)[0].who
    return PersonChoice(attendee, who, part, asked is not None, kind.chair_role in roles)


def _place(role: str, order: Sequence[str]) -> int:
    return order.index(role) if role in order else len(order)


def attendees_of(choices: Sequence[PersonChoice], ticked: Collection[str], chair: str) -> list[Attendee]:
    """Those who are asked, the chair first; `ticked` and `chair` are keys."""
    found = []
    for one in choices:
        key = key_of(one.attendee.person)
        if key == chair or key in ticked:
            asked = Attendee()
            asked.CopyFrom(one.attendee)
            asked.chair = key == chair
            asked.required = asked.required or asked.chair
            found.append(asked)
    return sorted(found, key=lambda one: not one.chair)


def gone(draft: MeetingDraft, choices: Sequence[PersonChoice]) -> list[str]:
    """Roles of people who are asked and do not stand around the subjects any more."""
    here = {one.attendee.person for one in choices}
    return [role_words(one.role) for one in draft.plan.attendees if one.person not in here]


_BUT = (
    "What has to be looked at first waits: an address that is new or that nobody has checked, and an address that"
    " somebody who is asked may not learn."
)


def told_words(draft: MeetingDraft, subjects: Mapping[str, Subject] | None) -> str:
    """Who is told by booking: nobody at first where a second person is needed; `subjects` are unknown while cases is
    away.
    """
    known = [subjects[name] for name in draft.plan.subjects if name in subjects] if subjects else []
    if any(one.restricted for one in known):
        return "The case is restricted: nobody is told until a second person has released the invitations."
    if draft.kept_apart_pairs:
        return "People are kept apart: nobody is told until a second person has released the invitations."
    if len(known) == len(draft.plan.subjects):
        return f"Everybody who is asked is told as soon as it is booked. {_BUT}"
    return (
        "Everybody who is asked is told as soon as it is booked, unless a case is restricted. Whether one is cannot be "
        f"looked up just now. {_BUT}"
    )


def pair_lines(draft: MeetingDraft, names: Mapping[str, str]) -> list[PairLine]:
    """Who must not meet, one line a pair."""
    return [_pair_line(draft, pair, names) for pair in draft.kept_apart_pairs]


def _pair_line(draft: MeetingDraft, pair: KeptApartPair, names: Mapping[str, str]) -> PairLine:
    both = {one.person: one for one in asked_of(draft.plan.attendees, names)}
    person, other = both[pair.person], both[pair.other]
    whose = ", by order of a court" if pair.court_ordered else ""
    apart = parted(draft.plan, pair)
    out = tuple((key_of(one.person), one.who) for one in (person, other) if not one.needed)
    who = f"{person.who[:1].upper()}{person.who[1:]} must not meet {other.who}{whose}."
    return PairLine(who, _solved(draft, person, other) if apart else _UNSOLVED, apart, out)


_UNSOLVED = "They are not kept apart yet."


def _solved(draft: MeetingDraft, person: Asked, other: Asked) -> str:
    attendees = {one.person: one for one in draft.plan.attendees}
    parts = [sorted(parts_of(draft.plan, attendees[one.person])) for one in (person, other)]
    first, second = (" and ".join(map(str, some)) for some in parts)
    gap = draft.plan.minutes_between_sessions
    return (
        f"They come to different parts, {gap} minutes apart: {person.who} to part {first}, "
        f"{other.who} to part {second}. The chair is at each."
    )


def pairs_seen(pairs: Iterable[KeptApartPair]) -> str:
    """The pairs as the form carries them, to notice that others have come up since the page was shown."""
    return " ".join(sorted(f"{key_of(pair.person)}/{key_of(pair.other)}" for pair in pairs))
