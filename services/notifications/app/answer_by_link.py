"""What somebody answers, and says that they need, by their own link."""

from dataclasses import dataclass

from servicekit.caller import Caller
from services.notifications.app.draft_invitations import invitation_name, put_changed
from services.notifications.app.open_link import Behind, Opened, Presented, hold, opened_of
from services.notifications.app.ports import Unit
from services.notifications.app.take_answer import take
from services.notifications.domain.answer import Answer
from services.notifications.domain.events import AttendeeNeedsChanged
from services.notifications.domain.need import Need
from services.notifications.domain.reply import ReplySource


@dataclass(frozen=True)
class Said:
    """What the person needs; `language` of the interpreter, empty without one."""

    needs: frozenset[Need]
    language: str = ""


async def answer_by_link(unit: Unit, caller: Caller, behind: Behind, presented: Presented, answer: Answer) -> Opened:
    """Take the answer to the time that the person was told; the first use makes the link this browser's. Audited.

    NotFound; StaleAnswerError where the meeting is off or being changed.
    """
    held = await hold(unit, caller, behind, presented)
    before, at = held.invitation, unit.now()
    await take(unit, caller, before, answer, at, before.told_revision, ReplySource.PAGE)
    await unit.links.put(held.link.used_by(presented.session, at))
    await unit.audit("AnswerByLink", invitation_name(caller.council, before.id), fields=["answer"])
    return await opened_of(unit, caller, behind, presented)


async def say_needs(unit: Unit, caller: Caller, behind: Behind, presented: Presented, said: Said) -> Opened:
    """Keep what the person needs. Before they typed their code it is added to what is kept, and takes nothing away:

    whoever found the link cannot send an interpreter home, nor have one come who speaks another language. As
    `answer_by_link`.
    """
    held = await hold(unit, caller, behind, presented)
    before, at = held.invitation, unit.now()
    proved = held.link.confirmed and held.link.belongs_to(presented.session, at)
    needs = said.needs if proved else said.needs | frozenset(before.needs)
    language = said.language if proved else before.needs_language or said.language
    now = before.needing(needs, language if Need.INTERPRETER in needs else "", at)
    await unit.links.put(held.link.used_by(presented.session, at))
    await put_changed(unit, caller.council, before, now)
    name = invitation_name(caller.council, now.id)
    event = AttendeeNeedsChanged(name, now.meeting, now.person, now.needs, now.needs_language, at)
    await unit.append_event(now.meeting, event)
    await unit.audit("SayNeeds", name, fields=["needs"])
    return await opened_of(unit, caller, behind, presented)
