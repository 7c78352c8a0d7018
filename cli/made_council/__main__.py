"""`python -m cli.made_council --out DIR`: writes a made council's extract folder, or a made return."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from cli.made_council import (
    DEFAULT_AS_OF,
    DEFAULT_SEED,
    directory_for,
    northmoor,
    saltmarsh,
    write_made_council,
    write_made_return,
)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m cli.made_council", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write the tables into")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed, another council")
    parser.add_argument("--children", type=int, help="children in care on the day (600; 50 in a return)")
    parser.add_argument("--as-of", type=date.fromisoformat, default=DEFAULT_AS_OF, metavar="YYYY-MM-DD")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--small", action="store_true", help="the second, small council (25 children)")
    kind.add_argument("--return", dest="yearly_return", action="store_true", help="an SSDA903 return instead")
    parser.add_argument("--directory", type=Path, metavar="FILE", help="also write the emulators' directory")
    arguments = parser.parse_args(argv)
    if arguments.small and arguments.children is not None:
        parser.error("--small is always 25 children: leave --children out")
    if arguments.yearly_return and arguments.directory:
        parser.error("a return has no staff: leave --directory out")
    return arguments


def main(argv: list[str] | None = None) -> int:
    """Exit status 0, or 2 with the reason where the arguments make no council."""
    arguments = _arguments(argv)
    try:
        return _write(arguments)
    except ValueError as error:
        print(f"made_council: {error}", file=sys.stderr)
        return 2


def _write(arguments: argparse.Namespace) -> int:
    seed, as_of, out = arguments.seed, arguments.as_of, arguments.out
    if arguments.yearly_return:
        count = write_made_return(out, 50 if arguments.children is None else arguments.children, seed, as_of)
        print(f"return: {count} children in {out}")
        return 0
    children = 600 if arguments.children is None else arguments.children
    made = write_made_council(out, saltmarsh(seed, as_of) if arguments.small else northmoor(seed, children, as_of))
    if arguments.directory:
        arguments.directory.write_text(json.dumps(directory_for(made), indent=1) + "\n", encoding="utf-8")
    rows = sum(made.counts.values())
    print(f"{made.spec.name}: {len(made.in_care_ids)} children in care, {rows} rows in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
