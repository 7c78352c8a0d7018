"""The chair signs minutes as they were read."""

from collections.abc import Sequence
from dataclasses import dataclass

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.panels.app.get_minutes import load_seen
from services.panels.app.open_decision import minutes_became_final
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.domain.errors import FormUnfinishedError
from services.panels.domain.events import MinutesSigned
from services.panels.domain.form import wanting
from services.panels.domain.minutes import ClockKind, Minutes, MinutesId
from services.panels.domain.minutes_form import FilledForm, MinutesForms, answered
from services.panels.domain.names import minutes_name


@dataclass(frozen=True)
class SignMinutes:
    """`etag`: what is signed is what was read."""

    minutes: MinutesId
    etag: str


async def check_signer(
    begin: Begin, cases: Cases, caller: Caller, council: CouncilBodies, command: SignMinutes
) -> None:
    """Before the transaction: NotFound where cases hides the subject, PermissionDenied but for who chairs its kind.

    No contract says which principal a person is, so the chair's role is what is held against the caller, within the
    council and within the cases that the caller may see.
    """
    minutes = await load_seen(begin, cases, caller, command.minutes)
    of_a_body = any(body.meeting_kind == minutes.meeting_kind for body in council.bodies.values())
    name = minutes_name(caller.council, command.minutes)
    require(caller, "SignMinutes", name, chair_role=minutes.chair_role, of_a_body=of_a_body)


async def sign_minutes(unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: SignMinutes) -> Minutes:
    """VersionClash for an old etag; AlreadySigned-, NothingToSign-, FormUnfinishedError. They are delivered after the
    commit, and a decision maker's clock that waits for them runs.
    """
    name = minutes_name(caller.council, command.minutes)
    minutes = await unit.minutes.load(command.minutes, lock=True)
    if minutes is None:
        raise NotFound(name)
    now = unit.now()
    filled = await unit.forms.of_minutes(command.minutes)
    signed = minutes.signed(now, caller.principal_id, name, answered(filled))
    if command.etag != str(minutes.version):
        raise VersionClash(name)
    _refuse_unfinished(council.forms, filled, name)
    await unit.minutes.change(signed)
    await unit.minutes.stop_clock(signed.minutes_id, ClockKind.SIGN, now)
    event = MinutesSigned(name, signed.subject, signed.meeting, signed.meeting_kind, now, london_date(now))
    await unit.append_event(name, event)
    await minutes_became_final(unit, caller, council, signed)
    await unit.wake_delivery(signed.minutes_id)
    await unit.audit(caller, "SignMinutes", name, ["text", "signed_by"])
    return signed


def _refuse_unfinished(forms: MinutesForms, filled: Sequence[FilledForm], name: str) -> None:
    begun = [one for one in filled if one.form in forms]
    missing = [lacks.label for one in begun for lacks in wanting(forms[one.form].form, one.answers)]
    if missing:
        raise FormUnfinishedError(minutes=name, fields=", ".join(missing))
