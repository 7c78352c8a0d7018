"""A small pack of a test's own, laid over the law: its rules say what the test is about, the rest is all the same."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from textwrap import indent

from told import copy_pack

from rulebook.pack import Pack, load_pack

HEAD = """pack: own
title: Own
version: "1"
extends: england
documents: {made: {title: Made up}}
"""
RULE = """  - id: {id}
    title: A made duty
    kind: task
    basis: local
    subjects: [child]
{terms}
    source: {{document: made, section: "1", says: made up}}
    confidence: unverified
    effective_from: {since}
    examples:
      - &{id} {{name: a, facts: [], as_of: 2026-01-01, expect: {{none: true}}}}
      - *{id}
"""


def lay(tmp_path: Path, *terms: str, head: str = "", since: str = "2000-01-01") -> Path:
    """A new folder, for packs are kept by where they lie, with a pack `own` of the rules O-1, O-2 and so on."""
    folder = Path(mkdtemp(dir=tmp_path))
    copy_pack("england", folder)
    rules = (RULE.format(id=f"O-{n}", terms=indent(one, " " * 4), since=since) for n, one in enumerate(terms, start=1))
    (folder / "own.yaml").write_text(f"{HEAD}{head}\nrules:\n{''.join(rules)}")
    return folder


def own_pack(tmp_path: Path, *terms: str, head: str = "", since: str = "2000-01-01") -> Pack:
    """That pack, read."""
    return load_pack("own", lay(tmp_path, *terms, head=head, since=since))
