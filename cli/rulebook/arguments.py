"""The arguments of `permanence rulebook`. Each command's module is imported when it is wanted."""

import argparse
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_FACTS = """\
The facts file is JSON:

  {"child": {"date_of_birth": "2014-07-01", "sibling_group": true},
   "events": [{"event": "became_looked_after", "on": "2026-03-16"},
              {"event": "ppm_held", "on": "2026-04-10T15:30"}]}

In place of "child": unborn_child, sibling_group, carer_household, council, or body (with its "id"). An event may add
"rule" (of obligation_met: which one was done) and "assumed": true. `permanence rulebook vocabulary` lists the names.
Planned events may lie after the as-of day. A happened one that does, or one that contradicts the rest, is not used:
standard error says which and why, and the clocks run on the others. A name that is not in the vocabulary is refused.

With --json standard output is one JSON array with one object for each obligation.
"""


def add_rulebook(commands: _Commands) -> None:
    """Adds the command and those under it."""
    rulebook = commands.add_parser("rulebook", help="look at the packs of rules, check them, try them on facts")
    under = rulebook.add_subparsers(required=True, metavar="COMMAND")
    _add_packs(under)
    _add_check(under)
    _add_explain(under)
    _add_evaluate(under)
    _add_vocabulary(under)
    _add_document(under)


def _add_packs(under: _Commands) -> None:
    command = under.add_parser("packs", help="list the packs")
    command.set_defaults(command=_of("list_packs"))


def _add_check(under: _Commands) -> None:
    command = under.add_parser("check", help="check every pack and run every example")
    help_text = "a register (Markdown tables) to hold them against"
    command.add_argument("--register", type=Path, metavar="FILE", help=help_text)
    command.set_defaults(command=_of("prove_packs"))


def _add_explain(under: _Commands) -> None:
    command = under.add_parser("explain", help="say what a rule asks, where it stands, and its examples")
    command.add_argument("rule", metavar="RULE_ID", help="such as reg33-1 or BCP-8-05")
    command.add_argument("--pack", help="the pack to take it from, with that council's words and numbers")
    command.set_defaults(command=_of("explain_rule"))


def _add_evaluate(under: _Commands) -> None:
    command = under.add_parser(
        "evaluate",
        help="work out every clock of a subject from a file of facts",
        epilog=_FACTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--pack", required=True, help="england, or a council's pack")
    command.add_argument("--facts", required=True, type=Path, metavar="FILE", help="the facts (JSON, see below)")
    command.add_argument("--as-of", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD", help="the day")
    command.add_argument("--json", action="store_true", help="a JSON array of objects, one for each obligation")
    command.set_defaults(command=_of("evaluate_facts"))


def _add_vocabulary(under: _Commands) -> None:
    command = under.add_parser("vocabulary", help="list the events and attributes a facts file may name")
    command.add_argument("--json", action="store_true", help='one object with "events" and "attributes"')
    command.set_defaults(command=_of("list_vocabulary"))


def _add_document(under: _Commands) -> None:
    command = under.add_parser("document", help="print docs/rulebook.md: every rule with source and example")
    command.set_defaults(command=_of("write_document"))


def _of(module: str) -> Callable[[argparse.Namespace], int]:
    """The command of a module of this folder, whose imports wait until it runs."""

    def run(wanted: argparse.Namespace) -> int:
        return cast("int", import_module(f"cli.rulebook.{module}").run(wanted))

    return run
