"""What a person does about work that waits: try it now, give it up, stop everything, start it again."""

from dataclasses import dataclass, replace

from servicekit.caller import Caller
from services.notifications.app.draft_invitations import put_changed
from services.notifications.app.integration_health import MOST_SHOWN
from services.notifications.app.ports import Unit
from services.notifications.domain.brake import GIVEN_UP, GIVEN_UP_IN_DOUBT, GivenUp, SendingStop
from services.notifications.domain.date_question import QuestionState
from services.notifications.domain.integration_health import DATE_OFFER, FEED, MEETING, handle_of
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import Happening, InvitationState
from services.notifications.domain.refusal import CannotBeGivenUpError, NothingWaitsError, NotStoppedError

CAN_BE_GIVEN_UP = frozenset({MEETING, DATE_OFFER, FEED})
_UNSENT = (InvitationState.DRAFTED, InvitationState.WAITING, InvitationState.UNKNOWN)


@dataclass(frozen=True)
class Piece:
    """One piece of work. `item`: as it is shown, which is a handle where its name is a person's or a child's.

    `producer`: of a feed alone.
    """

    kind: str
    item: str
    producer: str = ""


async def retry_work(unit: Unit, caller: Caller, shown: Piece) -> None:
    """NothingWaitsError. Audited."""
    piece = await _named(unit, caller, shown)
    if piece.kind == FEED:
        found = await unit.work.retry_feed(piece.producer, piece.item)
    else:
        found = await unit.work.hurry(piece.kind, piece.item)
    if not found:
        raise NothingWaitsError(item=shown.item)
    await unit.audit("RetryWork", piece.item)


async def discard_work(unit: Unit, caller: Caller, shown: Piece, reason: str) -> int:
    """How many people are somebody's to tell now. NothingWaitsError, CannotBeGivenUpError. Audited with the reason."""
    if shown.kind not in CAN_BE_GIVEN_UP:
        raise CannotBeGivenUpError(item=shown.item)
    piece = await _named(unit, caller, shown)
    if piece.kind == FEED:
        dropped = await unit.work.drop_feed(piece.producer, piece.item)
    else:
        dropped = await unit.work.drop(piece.kind, piece.item)
    if not dropped:
        raise NothingWaitsError(item=shown.item)
    await unit.audit("DiscardWork", piece.item, fields=["state"], purpose=reason)
    if piece.kind == MEETING:
        return await _give_up_meeting(unit, caller, piece.item, reason)
    return await _give_up_offer(unit, piece.item, reason) if piece.kind == DATE_OFFER else 0


async def _named(unit: Unit, caller: Caller, shown: Piece) -> Piece:
    """With its name. NothingWaitsError where no work has that handle."""
    if shown.kind in (MEETING, DATE_OFFER):
        return shown
    for one in await unit.work.failing(MOST_SHOWN):
        if one.kind == shown.kind and handle_of(caller.council_id, one) == shown.item:
            return replace(shown, item=one.item, producer=one.producer)
    raise NothingWaitsError(item=shown.item)


async def _give_up_meeting(unit: Unit, caller: Caller, meeting: str, reason: str) -> int:
    known = await unit.meetings.get(meeting, lock=True)
    revision = max(known.heard_revision, known.read_revision) if known else 0
    await unit.brakes.give_up(GivenUp(meeting, revision, unit.now(), caller.name_for_log, reason))
    # A revision that nobody has drafted yet is one that nobody was told of.
    behind = known is not None and known.heard_revision > known.read_revision
    unsent = [one for one in await unit.invitations.of_meeting(meeting, lock=True) if _is_unsent(one, behind=behind)]
    for one in unsent:
        in_doubt = one.state is InvitationState.UNKNOWN
        words = (GIVEN_UP_IN_DOUBT if in_doubt else GIVEN_UP).format(reason=_sentence(reason))
        await put_changed(unit, caller.council, one, one.step(Happening.STUCK, words))
    return len(unsent)


def _is_unsent(one: Invitation, *, behind: bool) -> bool:
    return one.state in _UNSENT or (behind and one.state is InvitationState.SENT)


async def _give_up_offer(unit: Unit, offer: str, reason: str) -> int:
    waiting = [one for one in await unit.questions.of_offer(offer) if one.state is QuestionState.WAITING]
    for one in waiting:
        await unit.questions.put(one.to_be_asked(f"Given up: {_sentence(reason)} Ask this person yourself."))
    return len(waiting)


def _sentence(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


async def stop_sending(unit: Unit, caller: Caller, reason: str) -> SendingStop:
    """The stop as it stands: an earlier one is kept. Audited with the reason."""
    stop = await unit.brakes.set_stop(SendingStop(unit.now(), caller.name_for_log, reason))
    await unit.audit("StopSending", f"councils/{caller.council}", fields=["stop"], purpose=reason)
    return stop


async def start_sending(unit: Unit, caller: Caller) -> None:
    """Everything that waited is tried at once. NotStoppedError. Audited."""
    if not await unit.brakes.lift_stop():
        raise NotStoppedError(council=f"councils/{caller.council}")
    await unit.work.hurry()
    await unit.audit("StartSending", f"councils/{caller.council}", fields=["stop"])
