"""Settle without meeting: ask the members, record what they answer, and make the outcome of what is carried."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulebook.counting import day_in_words, london_date
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, Violation
from servicekit.ids import new_id
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.get_composition import Found, find_conflicts, load_makeup
from services.panels.app.keep_out import OwnConflicts
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.app.record_outcome import RecordOutcome, record_outcome
from services.panels.app.see_subjects import seen_subjects
from services.panels.domain.body import Body, OutcomeKind
from services.panels.domain.conflict import Conflict, recused_from
from services.panels.domain.errors import AlreadyRecordedError, NotOnListError, SittingCancelledError
from services.panels.domain.member import MemberId
from services.panels.domain.names import item_name, member_name, resolution_name, sitting_name
from services.panels.domain.outcome import Dissent, Outcome, case_events_of
from services.panels.domain.resolution_errors import (
    AlreadyAskedError,
    AnswersClosedError,
    MemberRecusedError,
    MustMeetError,
    NotCarriedError,
)
from services.panels.domain.sitting import AgendaItem, ItemId, Sitting, SittingId, SittingState
from services.panels.domain.written_resolution import (
    Answer,
    ResolutionId,
    WrittenAnswer,
    WrittenResolution,
    may_be_written,
    wanting,
)


@dataclass(frozen=True)
class OpenResolution:
    """What the members are asked about one subject."""

    item: ItemId
    subject: str
    kind: OutcomeKind
    recommendation: str
    reasons: str
    closes: date


@dataclass(frozen=True)
class RecordAnswer:
    """What one member says."""

    resolution: ResolutionId
    member: MemberId
    answer: Answer
    words: str


@dataclass(frozen=True)
class Standing:
    """A resolution, and why it is not carried."""

    resolution: WrittenResolution
    wanting: tuple[str, ...]


async def find_place(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, action: str, item: ItemId
) -> Sequence[Conflict]:
    """Before the transaction: whether the caller may, and sees the item; the conflicts that nobody declared.

    NotFound; KeepsOutError for a member who is signed in; Unavailable where cases does not answer: what is not known
    does not count as no conflict.
    """
    name = item_name(caller.council, item)
    require(caller, action, name)
    async with begin(caller) as unit:
        sitting = await unit.sittings.of_item(item)
    subjects = {s for one in sitting.items if one.item_id == item for s in one.subjects} if sitting else set()
    if sitting is None or not subjects or subjects - await seen_subjects(begin, cases, caller, subjects):
        raise NotFound(name)
    found = await find_conflicts(begin, people, caller, sitting)
    await OwnConflicts(begin, people).refuse_item(caller, item, found)
    return found


async def find_resolution(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, action: str, resolution: ResolutionId
) -> Sequence[Conflict]:
    """As `find_place`, for the item that a resolution is about."""
    name = resolution_name(caller.council, resolution)
    require(caller, action, name)
    async with begin(caller) as unit:
        found = await unit.resolutions.load(resolution)
    if found is None:
        raise NotFound(name)
    return await find_place(begin, cases, people, caller, action, found.item)


async def open_resolution(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: OpenResolution, found: Sequence[Conflict]
) -> Standing:
    """Ask them.

    Raises:
        InvalidRequest: a subject that is not the item's, a day that has passed, to put it off.
        MustMeetError, NoAuthorityError, SittingCancelledError, AlreadyRecordedError, AlreadyAskedError.
    """
    sitting, item = await _place(unit, caller, command.item)
    body = council.body(sitting.body)
    _refuse_wrong_fields(command, item, london_date(unit.now()))
    if not may_be_written(body.constitution):
        raise MustMeetError(body=body.key)
    case_events_of(body, command.kind, ())
    asked = WrittenResolution(
        ResolutionId(new_id()),
        command.item,
        command.subject,
        command.kind,
        command.recommendation,
        command.reasons,
        unit.now(),
        command.closes,
    )
    if any(one.subject == command.subject for one in await unit.resolutions.of_item(command.item)):
        raise AlreadyAskedError(subject=command.subject)
    await unit.resolutions.add(asked, caller.principal_id)
    await unit.audit(
        caller, "OpenWrittenResolution", resolution_name(caller.council, asked.resolution_id), ["kind", "reasons"]
    )
    return await _standing(unit, sitting, body, asked, found)


async def record_answer(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: RecordAnswer, found: Sequence[Conflict]
) -> Standing:
    """Note what a member says.

    InvalidRequest, NotOnListError, MemberRecusedError, AlreadyRecordedError, AnswersClosedError.
    """
    asked = await _asked(unit, caller, command.resolution)
    sitting, _ = await _place(unit, caller, asked.item)
    member = await unit.composition.member(command.member)
    name = member_name(caller.council, command.member)
    if member is None:
        raise NotFound(name)
    if member.body != sitting.body or not member.listed_on(london_date(unit.now())):
        raise NotOnListError(member=name, sitting=sitting_name(caller.council, sitting.sitting_id))
    if command.member in (await _recused(unit, sitting, found))(asked.item):
        raise MemberRecusedError(member=name)
    if london_date(unit.now()) > asked.closes:
        closes = day_in_words(asked.closes)
        raise AnswersClosedError(resolution=resolution_name(caller.council, command.resolution), closes=closes)
    if command.answer is Answer.DISAGREES and not command.words:
        raise InvalidRequest([Violation("words", "are required of whoever disagrees: say why")])
    answer = WrittenAnswer(command.member, command.answer, command.words, unit.now())
    await unit.resolutions.answer(command.resolution, answer, caller.principal_id)
    await unit.audit(caller, "RecordWrittenAnswer", resolution_name(caller.council, command.resolution), ["answer"])
    others = tuple(one for one in asked.answers if one.member != command.member)
    changed = replace(asked, answers=(*others, answer))
    return await _standing(unit, sitting, council.body(sitting.body), changed, found)


async def settle_in_writing(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, resolution: ResolutionId, found: Sequence[Conflict]
) -> Outcome:
    """The outcome of what was carried; whoever disagreed is in it. NotCarriedError says what is wanting."""
    asked = await _asked(unit, caller, resolution)
    sitting, _ = await _place(unit, caller, asked.item)
    standing = await _standing(unit, sitting, council.body(sitting.body), asked, found)
    if standing.wanting:
        raise NotCarriedError(
            resolution=resolution_name(caller.council, resolution), missing="; ".join(standing.wanting)
        )
    names = {one.member_id: one.name_for_staff for one in await unit.composition.members(sitting.body)}
    command = RecordOutcome(
        asked.item,
        asked.subject,
        asked.kind,
        asked.reasons,
        (),
        (),
        None,
        asked.recommendation,
        tuple(Dissent(names[one.member], one.words) for one in asked.answers if one.answer is Answer.DISAGREES),
    )
    outcome = await record_outcome(unit, caller, council, command, found, in_writing=True)
    await unit.resolutions.settle(resolution, outcome.outcome_id)
    await unit.audit(caller, "SettleInWriting", resolution_name(caller.council, resolution), ["outcome"])
    return outcome


async def list_resolutions(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, council: CouncilBodies, sitting_id: SittingId
) -> list[Standing]:
    """Of the items that the caller may see and does not keep out of; NotFound where there is no such sitting."""
    name = sitting_name(caller.council, sitting_id)
    require(caller, "ListWrittenResolutions", name)
    async with begin(caller) as unit:
        sitting = await unit.sittings.load(sitting_id)
        if sitting is None:
            raise NotFound(name)
        asked = await unit.resolutions.of_sitting(sitting_id)
        await unit.audit(caller, "ListWrittenResolutions", name, ["answers"])
    if not asked:
        return []
    seen = await seen_subjects(begin, cases, caller, {one.subject for one in asked})
    found = await find_conflicts(begin, people, caller, sitting)
    kept_out = await OwnConflicts(begin, people).items(caller, sitting, found)
    shown = [one for one in asked if one.subject in seen and one.item not in kept_out]
    async with begin(caller) as unit:
        return await _standings(unit, sitting, council.body(sitting.body), shown, found)


async def _place(unit: UnitOfWork, caller: Caller, item_id: ItemId) -> tuple[Sitting, AgendaItem]:
    sitting = await unit.sittings.of_item(item_id)
    item = next((one for one in sitting.items if one.item_id == item_id), None) if sitting else None
    if sitting is None or item is None:
        raise NotFound(item_name(caller.council, item_id))
    if sitting.state is SittingState.CANCELLED:
        raise SittingCancelledError(sitting=sitting_name(caller.council, sitting.sitting_id))
    return sitting, item


async def _asked(unit: UnitOfWork, caller: Caller, resolution: ResolutionId) -> WrittenResolution:
    found = await unit.resolutions.load(resolution, lock=True)
    if found is None:
        raise NotFound(resolution_name(caller.council, resolution))
    if found.settled is not None:
        raise AlreadyRecordedError(subject=found.subject)
    return found


def _refuse_wrong_fields(command: OpenResolution, item: AgendaItem, today: date) -> None:
    faults = []
    if command.subject not in item.subjects:
        faults.append(Violation("subject", "is not a subject of this agenda item"))
    if command.closes < today:
        faults.append(Violation("closes_date", "has passed; give a day from today on"))
    if command.kind is OutcomeKind.DEFERRED:
        faults.append(Violation("kind", "puts it off, which needs nobody's answer; defer the item instead"))
    if faults:
        raise InvalidRequest(faults)
    if any(outcome.subject == command.subject for outcome in item.outcomes):
        raise AlreadyRecordedError(subject=command.subject)


async def _standing(
    unit: UnitOfWork, sitting: Sitting, body: Body, asked: WrittenResolution, found: Sequence[Conflict]
) -> Standing:
    (standing,) = await _standings(unit, sitting, body, [asked], found)
    return standing


async def _standings(
    unit: UnitOfWork, sitting: Sitting, body: Body, asked: Sequence[WrittenResolution], found: Sequence[Conflict]
) -> list[Standing]:
    """However many, the members and their conflicts are read once."""
    members, today = await unit.composition.members(sitting.body), london_date(unit.now())
    out = await _recused(unit, sitting, found)
    return [Standing(one, wanting(one, body.constitution, members, out(one.item), today)) for one in asked]


async def _recused(
    unit: UnitOfWork, sitting: Sitting, found: Sequence[Conflict]
) -> Callable[[ItemId], frozenset[MemberId]]:
    """Who keeps out of an item of the sitting."""
    makeup = await load_makeup(unit, sitting, Found(tuple(found)))
    out = recused_from(makeup.conflicts, {one.item_id: one.subjects for one in sitting.items})
    return lambda item: frozenset(member for member, items in out.items() if item in items)
