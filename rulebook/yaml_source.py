"""Reads a YAML file so that every value knows its line and column, for errors a pack's author can act on.

As `yaml.safe_load`, with three differences that suit rules: dates stay text until a field asks for one,
the keys `on`, `off`, `yes` and `no` are words and not booleans, and a key written twice is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import yaml

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Place = tuple[str | int, ...]
"""Where a value stands in its document: keys and list positions from the root."""


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing wrong with a file. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """`file:line:column: message`, as editors understand it."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class PackError(ValueError):
    """A pack or data file is wrong. `violations` lists everything that is, not only the first."""

    def __init__(self, violations: list[Violation]) -> None:
        """Takes every violation found, sorts them by place."""
        self.violations = tuple(sorted(violations))
        super().__init__("\n".join(str(violation) for violation in self.violations))


@dataclass(frozen=True, slots=True)
class Document:
    """A file's data, and the place of every value and key in it."""

    file: str
    data: Json
    places: Mapping[Place, tuple[int, int]]
    key_places: Mapping[Place, tuple[int, int]]
    path: Path = Path()

    def violation(self, path: Place, message: str, *, at_key: bool = False) -> Violation:
        """A violation at a value (or at its key); at the nearest enclosing value when the path itself is
        absent.
        """
        places = self.key_places if at_key else self.places
        while path and path not in places:
            path, places = path[:-1], self.places
        line, column = places.get(path, (1, 1))
        return Violation(self.file, line, column, message)


# The C parser where the machine has it: a pack of a thousand lines is then read ten times as fast.
_Base: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[valid-type, misc]
    """SafeLoader without timestamps, and with `true`/`false` as the only booleans."""


_Loader.yaml_implicit_resolvers = {
    letter: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool") or (letter in "tTfF" and "bool" in tag)
    ]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path, *, shown_as: str | None = None) -> Document:
    """Reads and composes one YAML file.

    Raises:
        PackError: not YAML, not UTF-8, or a key written twice, with line and column.
        FileNotFoundError: no such file.
    """
    file = shown_as or path.name
    try:
        text = path.read_text(encoding="utf-8")
        loader = _Loader(text)
        node = loader.get_single_node()
        data = cast(Json, loader.construct_document(node)) if node is not None else None
    except UnicodeDecodeError as error:
        raise PackError([Violation(file, 1, 1, f"not UTF-8 text: {error.reason}")]) from error
    except yaml.MarkedYAMLError as error:
        raise PackError([_syntax_violation(file, error)]) from error
    index = _Index(file)
    if node is not None:
        index.walk(node, ())
    if index.duplicates:
        raise PackError(index.duplicates)
    return Document(file, data, index.places, index.key_places, path)


def _syntax_violation(file: str, error: yaml.MarkedYAMLError) -> Violation:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Violation(file, line, column, f"not valid YAML: {error.problem or error.context or 'unreadable'}")


class _Index:
    """Walks the node tree once and notes where everything stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Place, tuple[int, int]] = {}
        self.key_places: dict[Place, tuple[int, int]] = {}
        self.duplicates: list[Violation] = []

    def walk(self, node: yaml.Node, path: Place) -> None:
        self.places[path] = _place(node)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._enter(key, value, (*path, str(key.value)))
        elif isinstance(node, yaml.SequenceNode):
            for position, item in enumerate(node.value):
                self.walk(item, (*path, position))

    def _enter(self, key: yaml.Node, value: yaml.Node, path: Place) -> None:
        if path in self.key_places:
            line, column = _place(key)
            self.duplicates.append(Violation(self.file, line, column, f"the key {path[-1]!r} is written twice"))
        self.key_places[path] = _place(key)
        self.walk(value, path)


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
