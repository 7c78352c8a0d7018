"""Writes docs/rulebook.md out of the packs: every rule with its source, how surely it was read, and an example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rulebook.body import Body, BodyQuorum, Number
from rulebook.describe import CONFIDENCE, anchor_in_words, due_in_words, example_in_words, force_in_words
from rulebook.pack import NotComputed, Pack
from rulebook.register import contradictions
from rulebook.rule import Confidence, Rule

_BODY_HEAD = ("body", "its word", "what goes to it", "quorum", "deadlines")
_HEAD = """\
# The rulebook

Made by `make rulebook-doc` out of the packs in `rulebook/packs/`; a change made here by hand is lost. How a pack is
written, how days are counted and how a date explains itself: [writing-packs.md](writing-packs.md).

`permanence rulebook packs` lists the packs, `explain RULE_ID` says everything about a rule, `evaluate` works out the
clocks of one subject from a file of facts, `check` proves the packs and their examples.

Of standing bodies a star marks a number that no source names: the council's own. Deadlines are working days: to
nominate, for reports and for the agenda pack before the sitting, the others each after the step before.

A rule that is not verified says so wherever it is shown. Sources are paraphrased and never quoted.
"""


def rulebook_document(packs: Sequence[Pack]) -> str:
    """The whole document. The packs come in the order given."""
    return "\n".join(_lines(packs)) + "\n"


def _lines(packs: Sequence[Pack]) -> Iterator[str]:
    yield _HEAD
    yield from _overview(packs)
    for pack in packs:
        yield from _pack(pack)
    yield "## Contradictions settled\n"
    yield from _table(
        ("", "how", "by"), ((one.id, one.settled, ", ".join(one.by)) for one in contradictions().values())
    )


def _overview(packs: Sequence[Pack]) -> Iterator[str]:
    rows = (
        (f"`{pack.id}`", pack.title, pack.version, pack.extends or "-", str(len(pack.own_rules)), str(len(_told(pack))))
        for pack in packs
    )
    yield from _table(("pack", "title", "version", "extends", "rules of its own", "not computed"), rows)


def _pack(pack: Pack) -> Iterator[str]:
    yield f"## {pack.title} (`{pack.id}`)\n"
    for document in pack.documents.values():
        if any(rule.source.document == document.title for rule in _own(pack)) or document.note:
            yield f"- {document.title}.{f' {document.note}' if document.note else ''}"
    yield ""
    for rule in _own(pack):
        yield from _rule(pack, rule)
    if pack.bodies:
        yield "### Standing bodies\n"
        yield from _table(_BODY_HEAD, (_body(body) for body in pack.bodies.values()))
    if pack.kept_elsewhere:
        yield "### Clocks kept elsewhere\n"
        yield from _table(("rule", "where"), pack.kept_elsewhere.items())
    told = _told(pack)
    if told:
        yield "### Not computed\n"
        rows = ((one.id, one.sort.replace("_", " "), _reason(pack, one), _cited(one)) for one in told)
        yield from _table(("id", "sort", "why no date follows, and what stands in", "source"), rows)


def _body(body: Body) -> tuple[str, ...]:
    after = body.agenda.decision_maker if body.agenda else ""
    return (
        f"`{body.id}` {body.title}",
        f"{body.authority}{f'; {after} decides' if after else ''}",
        ", ".join(matter.replace("-", " ") for matter in body.matters) or "-",
        _quorum(body.quorum) if body.quorum else "-",
        "; ".join(f"{one.step.replace('_', ' ')} {_number(one.working_days)}" for one in body.deadlines) or "-",
    )


def _quorum(quorum: BodyQuorum) -> str:
    who = [" or ".join(seat.roles) for seat in (*quorum.seats, *quorum.among)]
    return f"{_number(quorum.at_least)}{': ' if who else ''}{', '.join(who)}"


def _number(number: Number) -> str:
    """With a star where it is the council's own."""
    return f"{number.value}{'*' if number.local else ''}"


def _rule(pack: Pack, rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}: {rule.title}\n"
    yield f"- due: {due_in_words(pack, rule)} ({rule.basis}, {rule.kind.replace('_', ' ')})"
    yield f"- starts: {anchor_in_words(pack, rule.anchor)}; in force {force_in_words(rule)}"
    yield f"- source: {rule.source.citation}. {rule.source.says}"
    surely = CONFIDENCE[rule.confidence]
    yield f"- confidence: {surely if rule.confidence is not Confidence.UNVERIFIED else f'**{surely}**'}"
    if rule.wording:
        yield f"- the source's word: {rule.wording}"
    if rule.note:
        yield f"- note: {rule.note}"
    yield f"- example: {example_in_words(pack, rule.examples[0])}\n"


def _own(pack: Pack) -> list[Rule]:
    return [rule for rule in pack.rules if rule.id in pack.own_rules]


def _told(pack: Pack) -> list[NotComputed]:
    return [one for one in pack.not_computed if one.pack == pack.id]


def _reason(pack: Pack, one: NotComputed) -> str:
    kinds = ", ".join(pack.meeting_kind(kind).title.lower() for kind in one.items_of)
    item = f" Item of each {kinds}: {pack.label(one.item)}."
    values = (f"`{name}`" for name in one.stands_in)
    stands_in = f" In its place: {', '.join(values)}." if one.stands_in else ""
    return f"{one.reason}{item if one.items_of else ''}{stands_in}"


def _cited(one: NotComputed) -> str:
    return f"{one.source.section}: {one.source.says}" if one.source else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""
