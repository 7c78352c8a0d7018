"""The letter by which somebody is told a decision, as a page, a PDF or a Word file."""

import asyncio
from enum import StrEnum

from servicekit.caller import Caller, service_caller
from servicekit.errors import InvalidRequest, NotFound, Violation
from services.panels.app.document_ports import DocumentWriter
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies
from services.panels.app.see_decisions import load_seen_decision
from services.panels.domain.decision_letter import decision_letter
from services.panels.domain.document import Document
from services.panels.domain.foreign_names import names_hidden
from services.panels.domain.names import telling_name
from services.panels.domain.telling import TellingId


class LetterForm(StrEnum):
    """As what it is written."""

    HTML = "html"
    PDF = "pdf"
    WORD = "docx"


async def write_letter(
    begin: Begin,
    cases: Cases,
    caller: Caller,
    council: CouncilBodies,
    telling_id: TellingId,
    writer: DocumentWriter,
    form: LetterForm,
) -> bytes:
    """Audited. NotFound where there is no such telling that the caller may see."""
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
    letter = decision_letter(decision, telling, body.title if body else "the council's panel", words)
    return await asyncio.to_thread(_written, writer, letter, form)


async def refuse_hidden_names(cases: Cases, caller: Caller, subject: str, words: str) -> None:
    """InvalidRequest where words for the family name somebody of whom somebody around the subject may not know."""
    if not words:
        return
    service = service_caller(caller.council_id, caller.council, "panels")
    own = await cases.subject(service, subject)
    hidden = await cases.unknown_people(service, subject)
    if any(names_hidden(words, own.display_name, one) for one in hidden):
        said = "names somebody of whom the family may not know; take that name out"
        raise InvalidRequest([Violation("words_for_family", said)])


def _written(writer: DocumentWriter, letter: Document, form: LetterForm) -> bytes:
    match form:
        case LetterForm.HTML:
            return writer.html(letter)
        case LetterForm.PDF:
            return writer.pdf(letter)
        case LetterForm.WORD:
            return writer.word(letter)
