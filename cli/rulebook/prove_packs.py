"""`permanence rulebook check`: every pack is read whole, every example is run, and a register is held against them."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from cli.failure import Failure
from rulebook.pack import Pack, load_pack, pack_names
from rulebook.register import NotARegisterError, Register, coverage, read_register, unknown_grounds
from rulebook.run_example import run_example
from rulebook.yaml_source import PackError


def run(wanted: argparse.Namespace) -> int:
    """Prints what was checked; 1 where anything is wrong or missing, each on a line of standard error."""
    register = _register(wanted.register) if wanted.register is not None else None
    packs: list[Pack] = []
    wrong: list[str] = []
    for name in pack_names():
        try:
            packs.append(load_pack(name))
        except PackError as error:
            wrong += [str(violation) for violation in error.violations]
    for pack in packs:
        failures = list(_failures(pack))
        wrong += failures
        if not failures:
            print(f"{pack.id}: {len(pack.rules)} rules, {sum(len(rule.examples) for rule in pack.rules)} examples hold")
    wrong += unknown_grounds(packs)
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
    covered = _covered(packs, register) if register is not None else True
    return 0 if covered and not wrong else 1


def _failures(pack: Pack) -> Iterator[str]:
    """Every example that does not hold, those of the packs beneath it with this pack's words and numbers too."""
    for rule in pack.rules:
        if rule.id in pack.kept_elsewhere:
            continue
        for example in rule.examples:
            for failure in run_example(pack, rule, example):
                yield f"{pack.id}: {rule.id}: {example.name}: {failure}"


def _register(path: Path) -> Register:
    try:
        return read_register(path)
    except (OSError, UnicodeDecodeError, NotARegisterError) as error:
        raise Failure(f"the register cannot be used: {error}") from error


def _covered(packs: Sequence[Pack], register: Register) -> bool:
    """Prints the coverage as the last line, or what is missing."""
    found = coverage(packs, register)
    if found.missing:
        print(f"not covered, {len(found.missing)} of the register: {', '.join(found.missing)}", file=sys.stderr)
        return False
    counts = f"{len(found.rules)} rules, {len(found.not_computed)} not computed"
    print(f"all of register covered: {counts}, {len(found.contradictions)} contradictions")
    return True
