"""Fills a plan in: who is asked and how long it takes, from the meeting kind and the people around the subjects."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rulebook.pack import MeetingKind
from services.scheduler.domain.errors import NoChair
from services.scheduler.domain.meeting import Attendee, Plan


@dataclass(frozen=True, slots=True)
class Involvement:
    """One person's part around one subject. `role` is kebab case."""

    person: str
    subject: str
    role: str


def fill_plan(plan: Plan, kind: MeetingKind, involvements: Sequence[Involvement]) -> Plan:
    """The plan with its people, and one session of the kind's length, where none were given. May raise NoChair."""
    attendees = plan.attendees or fill_attendees(kind, involvements, chair_chosen=_chair_chosen(plan))
    if kind.parts:
        return in_parts(replace(plan, attendees=attendees), kind)
    minutes = plan.session_minutes or (kind.duration_minutes,)
    return replace(plan, attendees=attendees, session_minutes=minutes)


def in_parts(plan: Plan, kind: MeetingKind) -> Plan:
    """The plan in the kind's parts, nothing between them, each with those whose part it is. The lengths may be others.

    Whoever is in no part of their own, such as a school, comes to those that are open to everybody.
    """
    attendees, minutes = plan.attendees, plan.session_minutes
    if len(minutes) not in (0, len(kind.parts)):
        # It was divided otherwise, before its kind had these parts: what its people were asked to is none of them.
        attendees, minutes = tuple(replace(one, sessions=()) for one in attendees), ()
    return replace(
        plan,
        session_minutes=minutes or tuple(part.minutes for part in kind.parts),
        minutes_between_sessions=0,
        attendees=tuple(_in_parts(one, kind) for one in attendees),
        choices=tuple(
            replace(choice, candidates=tuple(_in_parts(one, kind) for one in choice.candidates))
            for choice in plan.choices
        ),
    )


def _in_parts(one: Attendee, kind: MeetingKind) -> Attendee:
    theirs = tuple(
        number for number, part in enumerate(kind.parts, 1) if not part.only_roles or one.role in part.only_roles
    )
    # What somebody has settled may narrow that, and never widen it: nobody is put into the family's private time.
    kept = tuple(number for number in one.sessions if number in theirs) or theirs
    everything = len(kept) == len(kind.parts)
    return replace(one, sessions=() if everything else kept, throughout=one.role in kind.throughout_roles)


def fill_attendees(
    kind: MeetingKind, involvements: Sequence[Involvement], *, chair_chosen: bool = False
) -> tuple[Attendee, ...]:
    """Everybody around any of the subjects whose role the kind asks for, each once; the chair first.

    Brothers and sisters may have different workers: all of them come. Of several who could chair, the one with most of
    the subjects does. Whoever is asked only if the chair says so is never required.
    """
    wanted = [str(role) for role in (kind.chair_role, *kind.required_roles, *kind.optional_roles)]
    if chair_chosen:
        # Somebody else takes the chair; whoever has it around the subjects is not asked besides.
        wanted.remove(str(kind.chair_role))
    roles: dict[str, list[str]] = {}
    for one in involvements:
        if one.role in wanted:
            roles.setdefault(one.person, []).append(one.role)
    chair = "" if chair_chosen else _chair(str(kind.chair_role), involvements)
    sure = {str(role) for role in (kind.chair_role, *kind.required_roles)} - {
        str(role) for role in kind.chair_decides_roles
    }
    people = sorted(roles, key=lambda person: (person != chair, min(map(wanted.index, roles[person])), person))
    return tuple(_attendee(person, min(roles[person], key=wanted.index), sure, chair) for person in people)


def _chair_chosen(plan: Plan) -> bool:
    return any(one.chair for choice in plan.choices for one in choice.candidates)


def _attendee(person: str, role: str, sure: set[str], chair: str) -> Attendee:
    return Attendee(person, role, required=role in sure, chair=person == chair)


def _chair(role: str, involvements: Sequence[Involvement]) -> str:
    subjects = Counter(one.person for one in involvements if one.role == role)
    if not subjects:
        raise NoChair(role=role)
    return min(subjects, key=lambda person: (-subjects[person], person))


def faults_of(plan: Plan, parts: int = 0) -> list[tuple[str, str]]:
    """What is wrong with a plan's own numbers, as (field, what would be right); before it is filled in.

    `parts`: how many its kind is always held in, 0 where it is held in one.
    """
    faults: list[tuple[str, str]] = []
    people = [*plan.people, *plan.candidates]
    if len(set(people)) != len(people):
        faults.append(("plan.attendees", "names somebody twice, choices included; name each person once"))
    chairs = sum(one.chair for one in plan.attendees) + (1 if _chair_chosen(plan) else 0)
    if plan.attendees and chairs != 1:
        faults.append(("plan.attendees", "needs exactly one chair"))
    for place, choice in enumerate(plan.choices):
        most = 1 if choice.candidates[0].chair else len(choice.candidates)
        if not 1 <= choice.count <= most:
            faults.append((f"plan.choices[{place}].count", f"must lie between 1 and {most}"))
    highest = max(1, parts, len(plan.session_minutes))
    if any(not 1 <= number <= highest for one in plan.attendees for number in one.sessions):
        faults.append(("plan.attendees.sessions", f"must lie between 1 and {highest}, the number of sessions"))
    if any(not 5 <= minutes <= 600 for minutes in plan.session_minutes):
        faults.append(("plan.session_minutes", "must each lie between 5 and 600"))
    if plan.span_minutes > 11 * 60:
        faults.append(("plan.session_minutes", "take longer than a working day together"))
    if not 0 <= plan.minutes_between_sessions <= 240:
        faults.append(("plan.minutes_between_sessions", "must lie between 0 and 240"))
    return faults
