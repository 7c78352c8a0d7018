"""Every rule of every pack keeps its own promises."""

from __future__ import annotations

from datetime import date

import pytest

from rulebook.facts import RuleId
from rulebook.pack import Pack, load_pack, pack_names
from rulebook.rule import Basis, Example, Rule, RuleKind
from rulebook.run_example import run_example

CASES = [
    pytest.param(load_pack(name), rule, example, id=f"{name}-{rule.id}-{example.name}")
    for name in pack_names()
    for rule in load_pack(name).rules
    if rule.id in load_pack(name).own_rules
    for example in rule.examples
]


@pytest.mark.parametrize(("pack", "rule", "example"), CASES)
def test_a_rule_keeps_its_example(pack: Pack, rule: Rule, example: Example) -> None:
    assert run_example(pack, rule, example) == []


@pytest.mark.parametrize("name", pack_names())
def test_the_rules_beneath_a_pack_keep_their_examples_in_its_words_and_numbers(name: str) -> None:
    pack = load_pack(name)
    beneath = [rule for rule in pack.rules if rule.id not in pack.own_rules and rule.id not in pack.kept_elsewhere]
    failures = [
        (rule.id, found) for rule in beneath for one in rule.examples if (found := run_example(pack, rule, one))
    ]
    assert failures == []


def test_a_clock_that_is_kept_elsewhere_is_shown_in_the_pack_and_not_run() -> None:
    pack, rule = load_pack("northmoor"), load_pack("bcp").rule(RuleId("reg49"))
    assert pack.kept_elsewhere[rule.id] and rule.id in pack.by_id
    assert run_example(load_pack("bcp"), rule, rule.examples[0]) == []
    assert run_example(pack, rule, rule.examples[0]) == ["no such obligation came out"]


def test_a_meeting_or_sitting_says_which_kind_it_is() -> None:
    rules = [rule for name in pack_names() for rule in load_pack(name).rules]
    kinds = (RuleKind.MEETING, RuleKind.SITTING)
    assert [rule.id for rule in rules if rule.kind in kinds and rule.meeting_kind is None] == []


def test_every_rule_has_two_examples_at_least() -> None:
    packs = [load_pack(name) for name in pack_names()]
    assert {"england", "bcp"} <= {pack.id for pack in packs}
    assert [rule.id for pack in packs for rule in pack.rules if len(rule.examples) < 2] == []


def test_a_broken_promise_is_told() -> None:
    from dataclasses import replace

    pack = load_pack("england")
    rule = pack.rules[0]
    example = rule.examples[0]
    wrong = replace(example, expect=replace(example.expect, due="2026-04-14", says=("Whit Monday",)))
    told = run_example(pack, rule, wrong)
    assert told[0] == "due: expected 2026-04-14, got 2026-04-15"
    assert "'Whit Monday' is not said" in told[1]


def test_a_council_that_took_over_a_policy_counts_it_from_its_own_day() -> None:
    """The made council worked by the policy before its document's date; the law's dates are untouched."""
    taken_over, original = load_pack("northmoor"), load_pack("bcp")
    for rule in taken_over.rules:
        local = rule.basis is Basis.LOCAL
        expected = date(2010, 4, 1) if local else original.rule(rule.id).effective_from
        assert rule.effective_from == expected, rule.id
