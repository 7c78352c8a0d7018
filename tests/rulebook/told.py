"""Short ways to say a fact in a test."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

from rulebook.counting import london_instant
from rulebook.evaluate import evaluate
from rulebook.facts import CaseEvent, EventType, RuleId, Subject
from rulebook.obligation import Obligation
from rulebook.pack import PACKS, load_pack
from rulebook.vocabulary import kind_of

CHILD = Subject("child-1")


def day(text: str) -> date:
    return date.fromisoformat(text)


def copy_pack(name: str, folder: Path) -> None:
    """A shipped pack with its parts, in a folder where a test lays packs of its own over it."""
    shutil.copy(PACKS / f"{name}.yaml", folder)
    if (PACKS / name).is_dir():
        shutil.copytree(PACKS / name, folder / name, dirs_exist_ok=True)


def fact(event: str, on: str, *, assumed: bool = False, rule: str | None = None, **ids: str) -> CaseEvent:
    at = london_instant(datetime.fromisoformat(on)) if "T" in on else None
    return CaseEvent(
        EventType(event),
        day(on[:10]),
        at,
        kind_of(event),
        assumed,
        ids.get("event_id", ""),
        ids.get("concerns", ""),
        RuleId(rule) if rule else None,
    )


def clocks(pack: str, as_of: str, *facts: CaseEvent, subject: Subject = CHILD) -> list[Obligation]:
    return evaluate(load_pack(pack), subject, facts, day(as_of))


def clock(pack: str, rule: str, as_of: str, *facts: CaseEvent, subject: Subject = CHILD) -> Obligation:
    """The last obligation of a rule."""
    return [one for one in clocks(pack, as_of, *facts, subject=subject) if one.rule_id == rule][-1]
