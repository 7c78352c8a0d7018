"""The arguments of `permanence outlook`."""

import argparse
from typing import TypeAlias

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_WRITES = """\
It makes events in the meetings mailbox two years from now, with subjects that begin with "Permanence check", looks at
how Exchange treats them, and cancels each. Nobody is invited but the addresses given here. It reads the settings of the
notifications service from the environment. Exit status: 0 where nothing differs, 1 where something does.
"""


def add_outlook(commands: _Commands) -> None:
    """Adds the command and those under it."""
    outlook = commands.add_parser("outlook", help="check a council's Microsoft 365 tenant")
    under = outlook.add_subparsers(required=True, metavar="COMMAND")
    command = under.add_parser("verify", help="hold a tenant against what is assumed of it", epilog=_WRITES)
    command.add_argument("--council", required=True, help="slug of the council")
    command.add_argument(
        "--colleague", default="", help="a mailbox of the tenant that may be invited, outside the scope"
    )
    command.add_argument("--outsider", default="", help="an address outside the tenant that may be invited")
    command.add_argument("--room", default="", help="a room's mailbox that may be booked")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(command=_verify)


def _verify(wanted: argparse.Namespace) -> int:
    from cli.outlook import verify

    return verify.run(wanted)
