"""Runs a rule's own examples: what a pack promises is held against what the evaluator gives."""

from __future__ import annotations

from dataclasses import replace

from rulebook.counting import LONDON
from rulebook.evaluate import evaluate
from rulebook.obligation import Obligation
from rulebook.pack import Pack
from rulebook.rule import Example, Expectation, Rule
from rulebook.working_days import WorkingDays


def run_example(pack: Pack, rule: Rule, example: Example, working_days: WorkingDays | None = None) -> list[str]:
    """Every way in which the example fails, in words; empty when it holds.

    Looks at the rule's obligation of the expected ordinal, or at the last of them.
    """
    pack = _commenced(pack, rule, example)
    given = evaluate(pack, example.subject, example.facts, example.as_of, working_days)
    own = [obligation for obligation in given if obligation.rule_id == rule.id]
    if example.expect.none:
        return [f"expected no obligation, got {own[-1].key}"] if own else []
    wanted = [o for o in own if example.expect.ordinal in (None, o.ordinal)]
    return _differences(wanted[-1], example.expect) if wanted else ["no such obligation came out"]


def _commenced(pack: Pack, rule: Rule, example: Example) -> Pack:
    """The pack with the example's rule switched on, where the example says so."""
    if example.commenced_on is None:
        return pack
    on = replace(rule, switched_off=False, effective_from=example.commenced_on)
    return replace(pack, rules=tuple(on if one.id == rule.id else one for one in pack.rules))


def _differences(got: Obligation, expect: Expectation) -> list[str]:
    values = (
        ("due", expect.due, _due(got)),
        ("late_after", expect.late_after, got.late_after),
        ("state", expect.state, str(got.state)),
        ("met_on", expect.met_on, got.met_on),
        ("in_time", expect.in_time, got.in_time),
        ("inferred", expect.inferred, got.inferred),
    )
    wrong = [f"{name}: expected {want}, got {have}" for name, want, have in values if want is not None and want != have]
    return wrong + _unsaid(got, expect)


def _unsaid(got: Obligation, expect: Expectation) -> list[str]:
    """Words that were to be in the explanation, in what is needed or in the warnings, and are not."""
    said = " ".join([got.sentence, *(step.text for step in got.explanation.steps)])
    looked_at = [(word, said) for word in expect.says]
    looked_at += [(expect.needs, got.needs or "")] if expect.needs else []
    looked_at += [(expect.warns, " ".join(got.warnings))] if expect.warns else []
    return [f"{word!r} is not said in {text!r}" for word, text in looked_at if word not in text]


def _due(got: Obligation) -> str | None:
    if got.due_at is not None:
        return f"{got.due_at.astimezone(LONDON):%Y-%m-%dT%H:%M}"
    return got.due_on.isoformat() if got.due_on else None
