"""Reading the forms of minutes out of `forms/*.yaml`; heads that several forms share stand in `shared.yaml`."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.panels.domain.form import AnswerKind, Field, Form, Head
from services.panels.domain.minutes_form import ClockRule, MinutesForm, MinutesForms, Part, Turn

_FOLDER: Final = Path(__file__).parent / "forms"
_SHARED: Final = "shared.yaml"


@cache
def minutes_forms() -> MinutesForms:
    """Every form by its key.

    Raises:
        ValueError, TypeError, KeyError: a file is not as it has to be; the service then does not start.
    """
    shared = {name: _head(head) for name, head in _read(_FOLDER / _SHARED).items()}
    files = sorted(path for path in _FOLDER.glob("*.yaml") if path.name != _SHARED)
    made = [_minutes_form(_read(path), path.stem, shared) for path in files]
    return {one.key: one for one in made}


def _read(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def _minutes_form(data: dict[str, Any], key: str, shared: Mapping[str, Head]) -> MinutesForm:
    form = Form(key, data.pop("title"), data.pop("source"), tuple(_heads(data.pop("heads"), shared)))
    keys = [field.key for field in form.fields()]
    if len(set(keys)) != len(keys):
        raise ValueError(f"the form {key} has two fields of one key")
    made = MinutesForm(
        form,
        meeting_kinds=frozenset(data.pop("meeting_kinds", ())),
        of_bodies=data.pop("of_bodies", False),
        part=Part(data.pop("part", Part.MAIN)),
        turn=Turn(data.pop("turn", Turn.EVERY)),
        written_by=frozenset(data.pop("written_by", ())),
        manager_signs=data.pop("manager_signs", False),
        clocks=tuple(ClockRule(**rule) for rule in data.pop("clocks", ())),
    )
    if data:
        raise ValueError(f"the form {key} says what no form says: {', '.join(data)}")
    return made


def _heads(heads: list[Any], shared: Mapping[str, Head]) -> Iterator[Head]:
    return (shared[head["shared"]] if "shared" in head else _head(head) for head in heads)


def _head(data: dict[str, Any]) -> Head:
    return Head(data["title"], tuple(_field(one) for one in data["fields"]))


def _field(data: dict[str, Any]) -> Field:
    read: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    read["kind"] = AnswerKind(data.get("kind", AnswerKind.LINE))
    made = Field(**read)
    if (made.kind is AnswerKind.CHOICE) != bool(made.options) or (made.kind is AnswerKind.ROWS) != bool(made.columns):
        raise ValueError(f"the field {made.key} must have options if it is a choice, and columns if it has rows")
    return made
