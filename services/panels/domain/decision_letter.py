"""The letter by which somebody is told a decision: what they may know, and nothing of how others spoke about it."""

from rulebook.counting import day_in_words
from services.panels.domain.decision import Decision, DecisionState
from services.panels.domain.document import Block, Document, Heading, Paragraph
from services.panels.domain.telling import Telling

_ABOUT = {"carer": "you as carers", "mother": "your child", "father": "your child", "parent": "your child"}
_NO_WORDS = "Your worker will explain the decision to you. Please ask if anything is not clear."
_ROUTES = (
    "You can tell the council why you do not agree, and its panel will look at it again.",
    "Or you can ask for an independent review.",
    "You can do one of the two, not both.",
)


def decision_letter(decision: Decision, telling: Telling, body_title: str, words_for_family: str) -> Document:
    """No reasons, no names, no reference: the decision maker's own words for the family are all that it holds of them.

    `words_for_family` empty: the letter says that somebody will explain.
    """
    about = _ABOUT.get(telling.role, "you")
    return Document(
        title=f"A decision about {about}",
        facts=_facts(decision, body_title),
        blocks=(
            Heading("What was decided"),
            *(Paragraph(line) for line in words_for_family.split("\n") if line.strip()),
            *(() if words_for_family.strip() else (Paragraph(_NO_WORDS),)),
            *_window(decision, telling),
        ),
    )


def _facts(decision: Decision, body_title: str) -> tuple[tuple[str, str], ...]:
    decided = ((_DAY[decision.state], day_in_words(decision.decided_on)),) if decision.decided_on else ()
    return (*decided, ("Decided by", decision.decision_maker), ("After the advice of", body_title))


_DAY = {state: "Notice given on" if state is DecisionState.WINDOW_OPEN else "Decided on" for state in DecisionState}


def _window(decision: Decision, telling: Telling) -> tuple[Block, ...]:
    """How it can be answered, for those who can answer it, while they can."""
    until = decision.window_until
    if decision.state is not DecisionState.WINDOW_OPEN or until is None or telling.role != "carer":
        return ()
    last = Paragraph(f"You can do so until {day_in_words(until)}. The decision itself is made afterwards.")
    return (Heading("If you do not agree"), *(Paragraph(line) for line in _ROUTES), last)
