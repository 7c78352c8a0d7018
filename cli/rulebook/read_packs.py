"""Packs by name, with what is wrong with one as a failure of the command."""

from cli.failure import Failure
from rulebook.pack import Pack, load_pack, pack_names
from rulebook.yaml_source import PackError


def pack_named(name: str) -> Pack:
    """The pack; Failure where there is none of that name or it is wrong."""
    try:
        return load_pack(name)
    except LookupError as error:
        raise Failure(str(error.args[0])) from error
    except PackError as error:
        raise Failure(f"the pack {name} is wrong:\n{error}") from error


def every_pack() -> list[Pack]:
    """All packs, each after those it extends."""
    return sorted((pack_named(name) for name in pack_names()), key=lambda pack: (len(pack.layers), pack.id))
