"""Holding packs against a register: every requirement is a rule, or is told why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulebook.document import rulebook_document
from rulebook.pack import Pack, load_pack, pack_names
from rulebook.register import NotARegisterError, contradictions, coverage, read_register, unknown_grounds

REPOSITORY = Path(__file__).parents[2]
# Beside the repository where the sources are kept; not on a user's machine.
REGISTER = REPOSITORY.parent / "shared" / "domain" / "rule-register.md"
SMALL = """\
# Register
| id | § | Rule |
|---|---|---|
| BCP-8-05 | 8 | twenty working days |
| BCP-3.5-01 | 3.5 | each meeting |
| reg33-1 | 33 | the law |
| XYZ-1-01 | 1 | nobody has it |

| # | Conflict |
|---|---|
| C-8 | two clocks |
| C-99 | unheard of |
"""


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return sorted((load_pack(name) for name in pack_names()), key=lambda pack: (len(pack.layers), pack.id))


def test_what_is_missing_is_named(packs: list[Pack], tmp_path: Path) -> None:
    path = tmp_path / "register.md"
    path.write_text(SMALL)
    found = coverage(packs, read_register(path))
    assert found.rules == ("BCP-8-05", "reg33-1")
    assert found.not_computed == ("BCP-3.5-01",)
    assert found.contradictions == ("C-8",)
    assert found.missing == ("XYZ-1-01", "C-99")


def test_a_file_without_requirements_is_no_register(tmp_path: Path) -> None:
    path = tmp_path / "register.md"
    path.write_text("# Nothing\n")
    with pytest.raises(NotARegisterError, match="no table"):
        read_register(path)


def test_nothing_leans_on_what_no_pack_has(packs: list[Pack]) -> None:
    assert unknown_grounds(packs) == []
    assert all(one.by for one in contradictions().values())


@pytest.mark.skipif(not REGISTER.is_file(), reason="the register of the sources is not on this machine")
def test_every_requirement_of_the_sources_is_answered(packs: list[Pack]) -> None:
    register = read_register(REGISTER)
    found = coverage(packs, register)
    assert found.missing == ()
    assert (len(register.requirements), len(register.contradictions)) == (225, 32)
    assert len(found.rules) >= 111


@pytest.mark.skipif(not REGISTER.is_file(), reason="the classes of the sources' requirements are not on this machine")
def test_every_requirement_that_yields_a_date_is_a_rule(packs: list[Pack]) -> None:
    """Those the register's classes call computable, with a number of the source's (C1) or of the council's (C2)."""
    text = (REGISTER.parent / "rule-classes.md").read_text()
    listed = text[text.index("## C1:") : text.index("## G:")]
    wanted = {word.strip(" -,\n") for word in listed.replace("\n", ",").split(",")} & set(
        read_register(REGISTER).requirements
    )
    rules = {str(rule.id) for pack in packs for rule in pack.rules}
    assert len(wanted) == 92
    assert wanted - rules == set()


def test_the_document_is_current(packs: list[Pack]) -> None:
    """`make rulebook-doc` writes it anew."""
    assert (REPOSITORY / "docs" / "rulebook.md").read_text() == rulebook_document(packs)


def test_the_document_has_every_rule_with_source_confidence_and_example(packs: list[Pack]) -> None:
    text = rulebook_document(packs)
    for pack in packs:
        for rule in (rule for rule in pack.rules if rule.id in pack.own_rules):
            entry = text[text.index(f"### {rule.id}: ") :].split("\n### ", 1)[0]
            assert rule.source.says in entry and "- confidence: " in entry and "- example: " in entry, rule.id
        for told in pack.not_computed:
            assert f"| {told.id} | " in text
