"""From facts to obligations: which clocks run for a subject, by when, and which were met, ended or cannot be
counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from rulebook.conditions import unmet, unrecorded
from rulebook.contradicting_facts import UnusableFact
from rulebook.counting import birthday
from rulebook.due_date import Clock, Missing, Outcome, Resolved, Setting, merged, missing_parts
from rulebook.episode import current_episode
from rulebook.explain import Reason
from rulebook.facts import OBLIGATION_MET, CaseEvent, EventType, FactKind, ObligationKey, RuleId, Subject
from rulebook.links import Link, links
from rulebook.obligation import Obligation, ObligationState
from rulebook.pack import Pack
from rulebook.rule import Match, Rule, Span
from rulebook.vocabulary import vocabulary
from rulebook.wanting import wanted_events, wanted_text
from rulebook.working_days import WorkingDays, england_and_wales


def evaluate(
    pack: Pack,
    subject: Subject,
    facts: Iterable[CaseEvent],
    as_of: date,
    working_days: WorkingDays | None = None,
    only: Collection[RuleId] | None = None,
) -> list[Obligation]:
    """Every obligation of the subject as of a day: those running, those met, those ended, those that want a
    fact.

    Args:
        pack: the law, or a council's pack over it (`load_pack`).
        subject: whose clocks; rules of other kinds of subject are left out.
        facts: in the order they were recorded. Happened facts dated after `as_of` are ignored, planned
            ones count.
        as_of: the civil date in England.
        working_days: the shared table of England and Wales unless given.
        only: the rules that are wanted, where a few answer the question; all unless given.

    Returns:
        In the order of the pack's rules, and of ordinals within a rule; only the current (or last)
            episode of care.

    Raises:
        OutsideCalendarError: a date lies outside the years the working-day table covers.
    """
    episode = current_episode(subject, facts, as_of, pack.leap_birthday)
    setting = Setting(pack, episode.subject, episode, working_days or england_and_wales(), as_of)
    woken = [rule for rule in pack.rules_woken_by(episode.everything) if only is None or rule.id in only]
    return [obligation for rule in woken for obligation in _of_rule(setting, rule)]


def unusable_facts(pack: Pack, subject: Subject, facts: Iterable[CaseEvent], as_of: date) -> tuple[UnusableFact, ...]:
    """What was left out because it contradicts the rest or lies in the future, each with the reason.

    E.g. a review before the child became looked after. Everything else is evaluated as if it were not there.
    """
    return current_episode(subject, facts, as_of, pack.leap_birthday).unusable


@dataclass(slots=True)
class _Found:
    """What became of one clock."""

    state: ObligationState
    met: CaseEvent | None = None
    ended_on: date | None = None
    ended_by: str | None = None


def _of_rule(setting: Setting, rule: Rule) -> list[Obligation]:
    subject = setting.subject
    if subject.kind not in rule.subject_kinds or (rule.body is not None and rule.body != subject.body):
        return []
    if rule.switched_off or unmet(setting, rule):
        return []
    clocks = links(setting, rule)
    if not clocks:
        return _unanchored(setting, rule)
    if rule.judged_by_due:
        found = [_of_clock(setting, rule, link) for link in clocks]
        return [one for one in found if rule.in_force(one.due_on or setting.as_of) and not _over_before_it_began(one)]
    return [_of_clock(setting, rule, link) for link in clocks if rule.in_force(link.start.on)]


def _over_before_it_began(one: Obligation) -> bool:
    """Whether the day lay before what started the clock: a sixteenth birthday before the child came into care."""
    return one.due_on is not None and one.anchor_on is not None and one.due_on < one.anchor_on


def _unanchored(setting: Setting, rule: Rule) -> list[Obligation]:
    known = setting.facts_for(rule)
    needed = rule.needed_when.always or any(event in known for event in rule.needed_when.any_of)
    if not needed or any(event in known for event in rule.needed_when.none_of) or not rule.in_force(setting.as_of):
        return []
    ordinal = rule.anchor.from_ordinal
    key = _key(setting, rule, ordinal)
    met = _done(setting, rule, key, None, None) if rule.met_by.match is not Match.OWN else None
    if met is not None and _starts_itself(rule):
        met = None
    found = _found(setting, rule, met, None)
    return [_obligation(setting, rule, key, ordinal, None, Missing(rule.anchor.events, ordinal=ordinal), found)]


def _starts_itself(rule: Rule) -> bool:
    """Whether the rule waits for the very event that starts it: then a missing anchor cannot have been
    followed.
    """
    return bool(set(rule.met_by.events) & set(rule.anchor.events))


def _of_clock(setting: Setting, rule: Rule, link: Link) -> Obligation:
    clock = Clock(setting, rule, link.anchor, link.ordinal, link.start)
    outcome = unrecorded(setting, rule) or clock.work_out(rule.due)
    opens = clock.work_out(rule.not_before) if rule.not_before is not None else None
    key = _key(setting, rule, link.ordinal)
    if rule.repeats:
        met = None if link.superseded else link.next_anchor
    else:
        opened = opens.on if isinstance(opens, Resolved) else None
        met = _done(setting, rule, key, link.anchor, link.next_anchor, opened)
    found = _found(setting, rule, met, outcome)
    if link.superseded and found.state in (ObligationState.OPEN, ObligationState.NEEDS_FACT):
        found = _ended_by(setting, link.next_anchor)
    return _obligation(setting, rule, key, link.ordinal, link.anchor, outcome, found, opens)


def _done(
    setting: Setting,
    rule: Rule,
    key: ObligationKey,
    anchor: CaseEvent | None,
    next_anchor: CaseEvent | None,
    opened: date | None = None,
) -> CaseEvent | None:
    """The first fact that fulfils the obligation, if any. `opened`: what happened before it came too early."""
    table = setting.facts_for(rule)
    by_event: CaseEvent | None = None
    for fact in merged(table, rule.met_by.events):
        if (opened is None or fact.on >= opened) and _fulfils(rule, fact, anchor, next_anchor):
            by_event = fact
            break
    by_record = _recorded(table, rule, key, anchor, next_anchor, opened)
    if by_event is None or by_record is None:
        return by_event or by_record
    return min(by_event, by_record, key=lambda fact: fact.on)


def _recorded(
    table: dict[EventType, list[CaseEvent]],
    rule: Rule,
    key: ObligationKey,
    anchor: CaseEvent | None,
    next_anchor: CaseEvent | None,
    opened: date | None,
) -> CaseEvent | None:
    """The first record that the obligation was met, if any."""
    records = [fact for fact in table.get(OBLIGATION_MET, ()) if _records(rule, key, fact)]
    if not records:
        return None
    # A record of this turn came after whatever closed the turn before, such as the review before this one.
    since = max([opened or date.min, *(fact.on for fact in merged(table, rule.anchor.pending))])
    timely = (fact for fact in records if fact.obligation_key is not None or fact.on >= since)
    return next((fact for fact in timely if _in_reach(rule, fact, anchor, next_anchor)), None)


def _fulfils(rule: Rule, fact: CaseEvent, anchor: CaseEvent | None, next_anchor: CaseEvent | None) -> bool:
    if anchor is None or rule.met_by.match is Match.ANY:
        return True
    if fact.concerns and rule.met_by.match is Match.OWN:
        return fact.concerns == anchor.event_id
    if fact.type in rule.anchor.events:
        return fact.on > anchor.on
    return _in_reach(rule, fact, anchor, next_anchor)


def _in_reach(rule: Rule, fact: CaseEvent, anchor: CaseEvent | None, next_anchor: CaseEvent | None) -> bool:
    if anchor is None or fact.obligation_key is not None or rule.met_by.match is Match.ANY:
        return True
    if anchor.kind is FactKind.PLANNED:
        # What has to be done before a planned day is done before it; an earlier turn's record is told by `opened`.
        return True
    if fact.on < anchor.on:
        return False
    return rule.met_by.match is not Match.OWN or next_anchor is None or fact.on < next_anchor.on


def _records(rule: Rule, key: ObligationKey, fact: CaseEvent) -> bool:
    return fact.obligation_key == key if fact.obligation_key is not None else fact.rule_id == rule.id


def _found(setting: Setting, rule: Rule, met: CaseEvent | None, outcome: Outcome | None) -> _Found:
    if met is not None:
        return _Found(ObligationState.MET, met=met)
    stop = _until(setting, rule)
    if stop is not None:
        return _ended_by(setting, stop)
    episode = setting.episode
    if episode.ended_on is not None and rule.span is Span.EPISODE:
        return _Found(ObligationState.ENDED, ended_on=episode.ended_on, ended_by=episode.ended_by)
    due = outcome if isinstance(outcome, Resolved) else None
    grown = _grown(setting, rule, due)
    if grown is not None:
        text = f"the young person turns {rule.until_age}"
        return _Found(ObligationState.ENDED, ended_on=grown, ended_by=text)
    return _Found(ObligationState.OPEN if due is not None else ObligationState.NEEDS_FACT)


def _ended_by(setting: Setting, fact: CaseEvent | None) -> _Found:
    assert fact is not None
    text = setting.pack.label(vocabulary()[fact.type].says)
    return _Found(ObligationState.ENDED, ended_on=fact.on, ended_by=text)


def _grown(setting: Setting, rule: Rule, due: Resolved | None) -> date | None:
    """The birthday that ends the rule, where it has passed or nothing falls due before it any more."""
    born = setting.subject.date_of_birth
    if rule.until_age is None or born is None:
        return None
    reached = birthday(born, rule.until_age, setting.pack.leap_birthday)
    return reached if reached <= setting.as_of or (due is not None and due.on >= reached) else None


def _until(setting: Setting, rule: Rule) -> CaseEvent | None:
    """The first fact that ends the rule for good, unless a later one took it back."""
    table = setting.facts_for(rule)
    return next((fact for fact in merged(table, rule.until) if not _undone(table, fact)), None)


def _undone(table: dict[EventType, list[CaseEvent]], fact: CaseEvent) -> bool:
    undone_by = vocabulary()[fact.type].undone_by
    return undone_by is not None and any(later.on >= fact.on for later in table.get(undone_by, ()))


def _key(setting: Setting, rule: Rule, ordinal: int) -> ObligationKey:
    number = 0 if rule.span is Span.LIFETIME else setting.episode.number
    return ObligationKey(f"{rule.id}/e{number}/{rule.anchor.events[0]}/{ordinal}")


def _obligation(
    setting: Setting,
    rule: Rule,
    key: ObligationKey,
    ordinal: int,
    anchor: CaseEvent | None,
    outcome: Outcome,
    found: _Found,
    opens: Outcome | None = None,
) -> Obligation:
    missing = missing_parts(outcome)
    resolved = None if isinstance(outcome, Missing) else outcome
    wanted = wanted_events(missing)
    return Obligation(
        key=key,
        rule_id=rule.id,
        rule_title=rule.title,
        kind=rule.kind,
        basis=rule.basis,
        meeting_kind=rule.meeting_kind,
        state=found.state,
        episode=setting.episode.number,
        ordinal=ordinal,
        anchor_event=anchor.type if anchor else rule.anchor.events[0],
        anchor_on=anchor.on if anchor else None,
        due_on=resolved.on if resolved else None,
        due_at=resolved.at if resolved and resolved.fact is None else None,
        late_after=resolved.late_after if resolved else None,
        met_on=found.met.on if found.met else None,
        met_at=found.met.at if found.met else None,
        ended_on=found.ended_on,
        ended_by=found.ended_by,
        needs=wanted_text(setting.pack, missing) if missing else None,
        needs_events=wanted,
        awaiting=bool(wanted) and all(event in setting.pack.fulfilling for event in wanted),
        inferred=bool(resolved and resolved.inferred) or bool(anchor and anchor.assumed),
        confidence=rule.confidence,
        source=rule.source,
        opens_on=opens.on if isinstance(opens, Resolved) else None,
        why=Reason(setting.pack, rule, setting.working_days, outcome, anchor, opens),
    )
