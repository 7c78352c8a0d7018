"""`permanence serve | migrate | import | export | token | demo | outlook | rulebook`: what council staff and IT type.

A command's own modules are imported when it is the one that was asked for: the rulebook needs no service and no gRPC,
and starts in a blink.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

from cli.failure import Failure
from cli.outlook.arguments import add_outlook
from cli.rulebook.arguments import add_rulebook

SERVICES = ("cases", "scheduler", "panels", "notifications")
SERVED = (*SERVICES, "web")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. A failure that has a known cause is one line on standard error."""
    wanted = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = wanted.command
    try:
        status = command(wanted)
        sys.stdout.flush()
    except Failure as failure:
        print(f"permanence: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever reads has seen enough (`| head`); the interpreter must not try to write the rest when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="permanence", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_migrate(commands)
    _add_import(commands)
    _add_export(commands)
    _add_token(commands)
    _add_demo(commands)
    add_outlook(commands)
    add_rulebook(commands)
    return parser


_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add_serve(commands: _Commands) -> None:
    command = commands.add_parser("serve", help="run one service, or the staff site (web), until it is stopped")
    command.add_argument("service", choices=SERVED)
    command.add_argument("--check-config", action="store_true", help="print the configuration, or every fault, and end")
    command.set_defaults(command=_serve)


def _add_migrate(commands: _Commands) -> None:
    command = commands.add_parser("migrate", help="bring the services' databases up to date")
    command.add_argument(
        "service", nargs="*", metavar="SERVICE", help=f"any of {', '.join(SERVICES)}; all when left out"
    )
    command.set_defaults(command=_migrate)


def _add_import(commands: _Commands) -> None:
    command = commands.add_parser("import", help="bring in an extract folder or a return, and wait for its report")
    command.add_argument("folder", type=Path)
    command.add_argument("--council", required=True, help="slug of the council")
    command.add_argument("--as-of", type=date.fromisoformat, help="the day as of which it stands (SSDA903)")
    command.add_argument("--as", dest="persona", default="business-support", help="who asks (demo personas)")
    command.set_defaults(command=_import)


def _add_export(commands: _Commands) -> None:
    command = commands.add_parser("export", help="write a return's review file, or the scorecard, into a folder")
    command.add_argument("what", choices=("ssda903", "ssd", "scorecard"))
    command.add_argument("folder", type=Path)
    command.add_argument("--council", required=True, help="slug of the council")
    command.add_argument("--from", dest="first", type=date.fromisoformat, help="first day (YYYY-MM-DD)")
    command.add_argument("--until", dest="last", type=date.fromisoformat, help="last day")
    command.add_argument("--as", dest="persona", default="business-support-manager", help="who asks (demo personas)")
    command.set_defaults(command=_export)


def _add_token(commands: _Commands) -> None:
    command = commands.add_parser("token", help="print a bearer token of a demo persona or API client")
    command.add_argument("--as", dest="persona", required=True, help="business-support, panel-chair, case-system, ...")
    command.add_argument("--council", required=True, help="slug of the council")
    command.set_defaults(command=_token)


def _add_demo(commands: _Commands) -> None:
    command = commands.add_parser("demo", help="play the main job on emulators and an embedded PostgreSQL")
    command.add_argument("--once", action="store_true", help="end after the story")
    command.add_argument(
        "--import", dest="folder", type=Path, help="an extract or a return instead of the made council"
    )
    command.add_argument("--as-of", type=date.fromisoformat, help="the day as of which it stands")
    command.add_argument("--children", type=int, help="children in care of the made council (600)")
    command.set_defaults(command=_demo)


def _serve(wanted: argparse.Namespace) -> int:
    from cli import serve

    return serve.serve(wanted.service, wanted.check_config)


def _migrate(wanted: argparse.Namespace) -> int:
    from cli import migrate_databases

    return migrate_databases.migrate_named(wanted.service or SERVICES)


def _import(wanted: argparse.Namespace) -> int:
    from cli import import_extract

    return import_extract.run(wanted)


def _export(wanted: argparse.Namespace) -> int:
    from cli import export_return

    return export_return.run(wanted)


def _token(wanted: argparse.Namespace) -> int:
    from cli import ask_token

    return ask_token.run(wanted)


def _demo(wanted: argparse.Namespace) -> int:
    from cli.demo import play

    return play.run(wanted)


if __name__ == "__main__":
    sys.exit(main())
