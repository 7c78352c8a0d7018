"""`permanence rulebook document`: docs/rulebook.md, made of the packs."""

import argparse

from cli.rulebook.read_packs import every_pack
from rulebook.document import rulebook_document


def run(wanted: argparse.Namespace) -> int:
    """Prints the document."""
    print(rulebook_document(every_pack()), end="")
    return 0
