"""What people said by their own link that they need: things to arrange, each with who asked for it and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from permanence.notifications.v1 import notification_pb2 as note
from permanence.notifications.v1.notification_pb2 import Invitation

from web.journeys.meeting.facts import Facts
from web.telling import is_off
from web.words import london, moment, role_words

_WORDS: "Mapping[note.Need.ValueType, str]" = {
    note.NEED_INTERPRETER: "An interpreter",
    note.NEED_ADVOCATE: "An advocate",
    note.NEED_ACCESS: "Help to get in or to take part: ask what",
    note.NEED_REMOTE: "To join by video or telephone",
    note.NEED_SEPARATE_ARRIVAL: "To arrive and wait apart from others",
    note.NEED_CALL_ME: "To be rung",
}


@dataclass(frozen=True)
class NeedLine:
    """What one person needs."""

    who: str
    needs: tuple[str, ...]
    asked: str


def need_lines(facts: Facts) -> tuple[NeedLine, ...]:
    """In the order of the invitations; nobody who is not asked any more."""
    return tuple(
        NeedLine(_who(facts, one), need_words(one.needs, one.needs_language), moment(london(one.needs_time)))
        for one in facts.invitations or ()
        if one.needs and not is_off(one)
    )


def need_words(needs: "Sequence[note.Need.ValueType]", language: str) -> tuple[str, ...]:
    """One for each; a need that this version does not know is said to be there."""
    return tuple(_word(need, language) for need in needs)


def _word(need: "note.Need.ValueType", language: str) -> str:
    words = _WORDS.get(need, "Something else: ring them")
    return f"{words} ({language})" if need == note.NEED_INTERPRETER and language else words


def _who(facts: Facts, one: Invitation) -> str:
    name, role = facts.people.name(one.person), role_words(one.role)
    return f"{name}, {role.lower()}" if name else role
