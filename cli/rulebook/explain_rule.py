"""`permanence rulebook explain`: one rule in words."""

import argparse
from difflib import get_close_matches

from cli.failure import Failure
from cli.rulebook.read_packs import every_pack, pack_named
from rulebook.describe import describe_not_computed, describe_rule
from rulebook.facts import RuleId
from rulebook.pack import Pack


def run(wanted: argparse.Namespace) -> int:
    """Prints the rule, or why a requirement of that id is not computed."""
    packs = [pack_named(wanted.pack)] if wanted.pack else every_pack()
    found = next((pack for pack in packs if RuleId(wanted.rule) in pack.by_id), None)
    if found is not None:
        print(describe_rule(found, found.rule(RuleId(wanted.rule))))
        return 0
    told = next(((pack, one) for pack in packs for one in pack.not_computed if one.id == wanted.rule), None)
    if told is None:
        raise Failure(_unknown(wanted.rule, packs, wanted.pack))
    print(describe_not_computed(*told))
    return 0


def _unknown(rule: str, packs: list[Pack], pack: str | None) -> str:
    ids = [str(one) for each in packs for one in (*each.by_id, *(entry.id for entry in each.not_computed))]
    near = get_close_matches(rule, ids, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    where = f"the pack {pack} has" if pack else "no pack has"
    return f"{where} {'no' if pack else 'a'} rule {rule!r}{hint}"
