"""The names of events and attributes are the field's, and each of ours beside them has its line in the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rulebook.facts import SubjectKind
from rulebook.pack import load_pack, pack_names
from rulebook.vocabulary import (
    AttributeKind,
    UnknownAttributeError,
    attribute_meaning,
    attributes,
    kind_of,
    vocabulary,
)

REPOSITORY = Path(__file__).parents[2]
# Beside the repository where the sources are kept; not on a user's machine.
NAMES = REPOSITORY.parent / "shared" / "domain" / "vocabulary.md"


@pytest.mark.skipif(not NAMES.is_file(), reason="the field's list of names is not on this machine")
def test_every_name_of_the_field_is_there_with_its_kind_and_ours_are_in_the_glossary() -> None:
    text = NAMES.read_text()
    events = dict(re.findall(r"^\| `([a-z0-9_]+)` \| ([HPS]) \|", text, re.M))
    named = set(re.findall(r"^\| `([a-z0-9_]+)` \|", text, re.M))
    assert len(events) > 90
    assert {name: kind_of(name).value for name in events} == events
    assert named - set(events) <= set(attributes())
    glossary = (REPOSITORY / "docs" / "glossary.md").read_text()
    ours = (set(vocabulary()) | set(attributes())) - named - {"obligation_met"}
    assert sorted(name for name in ours if f"`{name}`" not in glossary) == []


def test_an_unknown_attribute_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownAttributeError, match="did you mean 'sibling_group'"):
        attribute_meaning("siblings_group")
    with pytest.raises(UnknownAttributeError, match="there are: date_of_birth"):
        attribute_meaning("zzz")


def test_other_words_for_a_value_lead_to_a_value_that_there_is() -> None:
    for meaning in attributes().values():
        assert set(meaning.aliases.values()) <= set(meaning.values)
        assert (meaning.kind is AttributeKind.TEXT) == bool(meaning.values)
        assert all(meaning.value_of(value) == value for value in meaning.values)
    assert attribute_meaning("placement_kind").value_of("Children's home") == "residential"


@pytest.mark.parametrize("name", pack_names())
def test_a_rule_asks_only_for_values_an_attribute_can_have(name: str) -> None:
    for rule in load_pack(name).rules:
        for condition in (one for one in rule.conditions if one.attribute is not None):
            meaning = attribute_meaning(condition.attribute or "")
            for value in (*condition.one_of, *condition.not_one_of):
                expected = bool if meaning.kind is AttributeKind.YES_NO else str
                assert isinstance(value, expected), rule.id
                assert meaning.kind is AttributeKind.YES_NO or value in meaning.values, rule.id


@pytest.mark.parametrize("name", pack_names())
def test_whatever_a_rule_hangs_on_can_be_recorded_of_whom_the_rule_is_about(name: str) -> None:
    for rule in load_pack(name).rules:
        about = {SubjectKind.CHILD if one is SubjectKind.UNBORN_CHILD else one for one in rule.subject_kinds}
        for event in (*rule.anchor.events, *rule.met_by.events, *rule.until):
            assert about & vocabulary()[event].of, (rule.id, event)


def test_each_name_stands_in_one_group() -> None:
    groups = {one.group: one.of for one in vocabulary().values()}
    assert len(groups) > 8
    assert all(one.of == groups[one.group] for one in vocabulary().values())
