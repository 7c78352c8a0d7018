"""Says in plain words which fact is missing."""

from __future__ import annotations

from collections.abc import Iterable

from rulebook.due_date import Missing
from rulebook.facts import EventType
from rulebook.pack import Pack
from rulebook.vocabulary import attribute_meaning, vocabulary

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def wanted_events(missing: Iterable[Missing]) -> tuple[EventType, ...]:
    """The events whose date (or time) is missing, each once."""
    found: dict[EventType, None] = {}
    for one in missing:
        found.update(dict.fromkeys(one.wanted))
        if one.time_of is not None:
            found[one.time_of] = None
    return tuple(found)


def wanted_text(pack: Pack, missing: Iterable[Missing]) -> str:
    """What is missing, e.g. "the date of the entry decision", joined by "and"."""
    return " and ".join(dict.fromkeys(_one(pack, one) for one in missing))


def _one(pack: Pack, missing: Missing) -> str:
    if missing.time_of is not None:
        return f"the time of day when {pack.label(vocabulary()[missing.time_of].says)}"
    if missing.attribute is not None:
        return attribute_meaning(missing.attribute).wanted
    texts = [pack.label(vocabulary()[event].wanted) for event in missing.wanted]
    text = " or ".join(texts) or "a further fact"
    return f"{text} (the {ordinal_word(missing.ordinal)} one)" if missing.ordinal > 1 else text


def ordinal_word(number: int) -> str:
    """ "first" … "sixth", then "7th" and so on."""
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    teen = 10 <= number % 100 <= 20
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
