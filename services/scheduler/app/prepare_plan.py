"""What must be known before a time is looked for or taken: the kind, the people and who must be kept apart.

All of it is asked of other services, and therefore before any transaction begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from rulebook.pack import MeetingKind, Pack
from rulebook.rule import MeetingKindId
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_meeting import demand_subjects, hidden_subjects
from services.scheduler.domain.choice import without_kept_apart
from services.scheduler.domain.clocks import due_dates
from services.scheduler.domain.kept_apart import MustNotMeetPair, check_kept_apart, keep_apart, pairs_asked
from services.scheduler.domain.meeting import Plan
from services.scheduler.domain.plan_filling import faults_of, fill_plan
from services.scheduler.domain.time_kept import NOTHING_KEPT, TimeKept

BUFFER_PARAMETER = "minutes_kept_after_meetings"
BEFORE_PARAMETER = "minutes_kept_before_meetings"
TRAVEL_PARAMETER = "minutes_between_venues"
MOST_CHAIRED_PARAMETER = "most_chaired_a_day"
# The same for what is not there and for what the caller may not know of.
_NOT_KNOWN = "is not known as an obligation of one of the plan's subjects"


@dataclass(frozen=True, slots=True)
class PreparedPlan:
    """A plan with its people and sessions. `kept_apart` tells in plain words how `pairs` were parted, without names."""

    plan: Plan
    kind: MeetingKind
    title: str
    buffer_minutes: int = 0
    kept_apart: tuple[str, ...] = ()
    pairs: tuple[MustNotMeetPair, ...] = ()
    kept: TimeKept = NOTHING_KEPT


async def prepare_plan(
    around: Surroundings,
    caller: Caller,
    plan: Plan,
    on: date,
    *,
    part: bool = False,
    begun: bool = False,
    kept: bool = False,
) -> PreparedPlan:
    """Fill the plan in. `part`: put people who must not meet into sessions of their own, instead of only refusing.

    `begun`: only a draft of it is begun. Where its kind has parts of its own, which cannot be divided further, somebody
    settles on the draft who of a pair comes, and until then nothing is refused or parted. `kept`: the plan is that of a
    meeting that stands, which may name clocks of which this caller does not know; nobody puts one into a plan unknown.

    Raises InvalidRequest, PermissionDenied (as absence), NoChair, MustNotMeet.
    """
    pack = around.pack_of(caller.council)
    kind = pack.meeting_kinds.get(MeetingKindId(plan.meeting_kind))
    _check(plan, kind, sorted(map(str, pack.meeting_kinds)))
    assert kind is not None
    await demand_subjects(around, caller, plan.subjects)
    if plan.body and plan.obligations and not kept:
        await _demand_known(around, caller, plan)
    asked = plan.subjects and not plan.attendees
    involvements = await around.cases.involvements(caller, plan.subjects, on) if asked else ()
    plan = replace(plan, quorum=pack.quorum_of(kind))
    pairs = await around.cases.must_not_meet(caller, plan.subjects, on) if plan.subjects else ()
    filled = without_kept_apart(fill_plan(plan, kind, involvements), pairs)
    told: tuple[str, ...] = ()
    if not (begun and kind.parts):
        if part or not plan.attendees:
            filled, told = keep_apart(filled, pairs)
        check_kept_apart(filled, pairs)
    pairs_here = pairs_asked(filled, pairs)
    return PreparedPlan(filled, kind, kind.title, buffer_of(pack), told, pairs_here, time_kept(pack, kind))


def buffer_of(pack: Pack) -> int:
    """Minutes that are kept free after each meeting of the council."""
    return int(pack.parameters.get(BUFFER_PARAMETER, 0))


def time_kept(pack: Pack, kind: MeetingKind) -> TimeKept:
    """What is kept for the chair around a meeting of the kind, and how many they have on one day at most."""
    names = (BEFORE_PARAMETER, MOST_CHAIRED_PARAMETER, TRAVEL_PARAMETER)
    return TimeKept(kind.minutes_to_write_up, *(int(pack.parameters.get(name, 0)) for name in names))


def _check(plan: Plan, kind: MeetingKind | None, known: list[str]) -> None:
    faults = [Violation(where, what) for where, what in faults_of(plan, len(kind.parts) if kind else 0)]
    if kind is None:
        faults.append(Violation("plan.meeting_kind", f"must be one of {', '.join(known)}"))
    if not plan.subjects and not plan.body:
        faults.append(Violation("plan.subjects", "is required, except for a sitting (then give plan.body)"))
    if not plan.subjects and not plan.attendees:
        faults.append(Violation("plan.attendees", "is required where there is no subject to find people around"))
    if faults:
        raise InvalidRequest(faults)


async def _demand_known(around: Surroundings, caller: Caller, plan: Plan) -> None:
    """A sitting has no subject that was asked for: each clock it names is of somebody, who may be hidden."""
    async with around.begin(caller) as unit:
        found = await unit.clocks.named(plan.obligations)
    hidden = await hidden_subjects(around, caller, {one.subject for one in found})
    unknown = {one.obligation for one in found if one.subject in hidden}
    faults = [place for place, name in enumerate(plan.obligations) if name in unknown]
    if faults:
        raise InvalidRequest([Violation(f"plan.obligations[{place}]", _NOT_KNOWN) for place in faults])


async def settle_obligations(unit: UnitOfWork, plan: Plan) -> tuple[Plan, Mapping[str, date]]:
    """The plan with the obligations it is to meet, and their earlier dates. InvalidRequest for one not known here."""
    if not plan.obligations:
        found = await unit.clocks.open_for(plan.subjects, plan.meeting_kind) if plan.subjects else ()
        return replace(plan, obligations=tuple(sorted(one.obligation for one in found))), due_dates(found)
    found = await unit.clocks.named(plan.obligations)
    known = {one.obligation for one in found if one.subject in plan.subjects or plan.body}
    missing = [place for place, name in enumerate(plan.obligations) if name not in known]
    if missing:
        raise InvalidRequest([Violation(f"plan.obligations[{place}]", _NOT_KNOWN) for place in missing])
    return plan, due_dates(found)
