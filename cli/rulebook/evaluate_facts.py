"""`permanence rulebook evaluate`: every clock of one subject, from a file of facts."""

import argparse
import json
import sys
from pathlib import Path
from typing import TypeAlias

from cli.failure import Failure
from cli.rulebook.read_packs import pack_named
from rulebook.counting import LONDON
from rulebook.evaluate import evaluate, unusable_facts
from rulebook.facts_file import FactsFile, FactsFileError, read_facts_file
from rulebook.obligation import Obligation
from rulebook.working_days import OutsideCalendarError

Shown: TypeAlias = dict[str, str | int | bool | list[str] | None]


def run(wanted: argparse.Namespace) -> int:
    """Prints the obligations; what could not be used goes to standard error."""
    pack = pack_named(wanted.pack)
    given = _read(wanted.facts)
    try:
        found = evaluate(pack, given.subject, given.facts, wanted.as_of)
        unusable = unusable_facts(pack, given.subject, given.facts, wanted.as_of)
    except OutsideCalendarError as error:
        raise Failure(str(error)) from error
    for one in unusable:
        on = f" on {one.fact.on}" if one.fact is not None else ""
        print(f"permanence: {one.what}{on} is not used: {one.reason}", file=sys.stderr)
    if wanted.json:
        print(json.dumps([shown(one) for one in found], indent=2, ensure_ascii=False))
    else:
        print("\n".join(f"{one.rule_id} [{one.basis}, {one.state}] {one.sentence}" for one in found) or "no obligation")
    return 0


def shown(one: Obligation) -> Shown:
    """An obligation as JSON: `due` is a date, or a local date-time of England where hours are counted."""
    at = f"{one.due_at.astimezone(LONDON):%Y-%m-%dT%H:%M}" if one.due_at is not None else None
    return {
        "rule": one.rule_id,
        "title": one.rule_title,
        "kind": one.kind,
        "basis": one.basis,
        "state": one.state,
        "due": at or (one.due_on.isoformat() if one.due_on else None),
        "late_after": one.late_after.isoformat() if one.late_after else None,
        "not_before": one.opens_on.isoformat() if one.opens_on else None,
        "anchor": one.anchor_event,
        "anchor_on": one.anchor_on.isoformat() if one.anchor_on else None,
        "ordinal": one.ordinal,
        "met_on": one.met_on.isoformat() if one.met_on else None,
        "in_time": one.in_time,
        "ended_on": one.ended_on.isoformat() if one.ended_on else None,
        "needs": one.needs,
        "why": one.sentence,
        "warnings": list(one.warnings),
        "inferred": one.inferred,
        "confidence": one.confidence,
        "source": one.source.citation,
        "key": one.key,
    }


def _read(path: Path) -> FactsFile:
    try:
        return read_facts_file(path)
    except OSError as error:
        raise Failure(f"the facts cannot be read: {error}") from error
    except FactsFileError as error:
        raise Failure("the facts cannot be used:\n" + "\n".join(f"  {fault}" for fault in error.faults)) from error
