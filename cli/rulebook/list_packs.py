"""`permanence rulebook packs`."""

import argparse

from cli.rulebook.read_packs import every_pack
from rulebook.pack import Pack


def run(wanted: argparse.Namespace) -> int:
    """Prints each pack with its title, version, what it extends, and how many rules it has of its own and in all."""
    for pack in every_pack():
        extends = f"extends {pack.extends}" if pack.extends else "the law"
        print(f"{pack.id}: {pack.title}, version {pack.version}, {extends}")
        print(f"  {_count(len(pack.own_rules), 'rule')} of its own, {len(pack.rules)} in all; {_told(pack)}")
        for rule, where in pack.kept_elsewhere.items():
            print(f"  {rule} is kept elsewhere: {where}")
        for document in pack.documents.values():
            if document.review_due is not None and pack.extends:
                print(f"  review of its source was due on {document.review_due}: {document.title}")
    return 0


def _told(pack: Pack) -> str:
    own = [one for one in pack.not_computed if one.pack == pack.id]
    return f"{_count(len(own), 'requirement')} not computed"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
