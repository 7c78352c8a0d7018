"""Facts without which the clocks were worked out, and what to do about each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from permanence.cases.v1.obligation_pb2 import UnusableFact

from web.desk import key_of
from web.words import civil

_BORN = "date_of_birth"


@dataclass(frozen=True)
class Unused:
    """One fact. `key` is the fact's, empty for a date of birth, which only the case system can put right."""

    words: str
    on: date | None
    reason: str
    key: str


def unused_facts(found: Iterable[UnusableFact], event_words: Callable[[str], str]) -> list[Unused]:
    """In the order given."""
    return [
        Unused(
            words="The date of birth" if one.what == _BORN else event_words(one.what),
            on=civil(one.on_date),
            reason=one.reason,
            key=key_of(one.case_event),
        )
        for one in found
    ]
