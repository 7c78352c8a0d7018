"""Two people's changes of one text put together, so that every word that either wrote is in it."""

import re
from dataclasses import dataclass
from itertools import takewhile

_TOKENS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class _Span:
    """One stretch of the base's tokens that somebody wrote anew."""

    start: int
    end: int
    written: tuple[str, ...]


def merge_words(base: str, theirs: str, ours: str) -> str:
    """`base` with both changes. Where they touch, theirs comes first and ours on a line of its own.

    What one took out stays out only where the other left it alone.
    """
    if theirs == base:
        return ours
    if ours in (base, theirs):
        return theirs
    old = _tokens(base)
    first, second = _span(old, _tokens(theirs)), _span(old, _tokens(ours))
    same_place = first.start == first.end == second.start == second.end
    if first.end <= second.start and not same_place:
        return "".join(_with(_with(old, second), first))
    if second.end <= first.start and not same_place:
        return "".join(_with(_with(old, first), second))
    added = "".join(second.written).strip()
    if not added:
        return theirs
    at = first.start + len(first.written)
    before = "".join(_with(old, first)[:at]).rstrip()
    after = "".join(_with(old, first)[at:])
    return f"{before}\n{added}{after if after[:1].isspace() or not after else ' ' + after}".lstrip("\n")


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKENS.findall(text))


def _span(old: tuple[str, ...], new: tuple[str, ...]) -> _Span:
    """Between what both have in common at the front and at the end."""
    front = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    most = min(len(old), len(new)) - front
    behind = zip(reversed(old[front:]), reversed(new[front:]), strict=False)
    end = min(most, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], behind)))
    return _Span(front, len(old) - end, new[front : len(new) - end])


def _with(old: tuple[str, ...], span: _Span) -> tuple[str, ...]:
    return old[: span.start] + span.written + old[span.end :]
