"""The letter by which somebody is told a decision, and what may stand in it."""

from servicekit.caller import Caller, service_caller
from servicekit.errors import InvalidRequest, NotFound, Violation
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies
from services.panels.app.see_decisions import load_seen_decision
from services.panels.domain.decision_errors import LetterTellsError
from services.panels.domain.decision_letter import decision_letter
from services.panels.domain.document import Document
from services.panels.domain.foreign_names import names_hidden
from services.panels.domain.names import telling_name
from services.panels.domain.telling import TellingId


async def write_letter(
    begin: Begin, cases: Cases, caller: Caller, council: CouncilBodies, telling_id: TellingId
) -> Document:
    """Audited. NotFound where there is no such telling that the caller may see.

    LetterTellsError where somebody whom the words name may not be known of by now.
    """
    name = telling_name(caller.council, telling_id)
    require(caller, "RenderLetter", name)
    async with begin(caller) as unit:
        telling = await unit.decisions.telling(telling_id)
    if telling is None:
        raise NotFound(name)
    decision = await load_seen_decision(begin, cases, caller, telling.decision)
    async with begin(caller) as unit:
        steps = await unit.decisions.steps(decision.decision_id)
        await unit.audit(caller, "RenderLetter", name, ["words_for_family"])
    body = council.bodies.get(decision.body)
    words = next((step.words_for_family for step in reversed(steps) if step.words_for_family), "")
    if await _name_hidden(cases, caller, decision.subject, words):
        raise LetterTellsError(telling=name)
    return decision_letter(decision, telling, body.title if body else "the council's panel", words)


async def refuse_hidden_names(cases: Cases, caller: Caller, subject: str, words: str) -> None:
    """InvalidRequest where words for the family name somebody of whom somebody around the subject may not know."""
    if await _name_hidden(cases, caller, subject, words):
        said = "names somebody of whom the family may not know; take that name out"
        raise InvalidRequest([Violation("words_for_family", said)])


async def _name_hidden(cases: Cases, caller: Caller, subject: str, words: str) -> bool:
    """Read as this service: the caller need not know of them either."""
    if not words:
        return False
    service = service_caller(caller.council_id, caller.council, "panels")
    own = await cases.subject(service, subject)
    hidden = await cases.unknown_people(service, subject)
    return any(names_hidden(words, own.display_name, one) for one in hidden)
