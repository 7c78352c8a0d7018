"""The forms of minutes, in `minutes_forms/*.yaml`; parts that several of them share stand in `shared.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.panels.adapters.form_files import form_of
from services.panels.domain.minutes_form import ClockRule, MinutesForm, MinutesForms, Place, Turn

_FOLDER: Final = Path(__file__).parent / "minutes_forms"
_SHARED: Final = "shared.yaml"


@cache
def minutes_forms() -> MinutesForms:
    """Every form by its key. ValueError, TypeError or KeyError where a file is wrong: the service does not start."""
    shared = _read(_FOLDER / _SHARED)
    files = sorted(path for path in _FOLDER.glob("*.yaml") if path.name != _SHARED)
    made = [_minutes_form(path, shared) for path in files]
    return {one.key: one for one in made}


def _read(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def _minutes_form(path: Path, shared: Mapping[str, Any]) -> MinutesForm:
    raw = _read(path)
    about = raw.pop("minutes")
    raw["parts"] = [_part(part, shared) for part in raw["parts"]]
    made = MinutesForm(
        form_of(raw, path),
        meeting_kinds=frozenset(about.pop("meeting_kinds", ())),
        of_bodies=about.pop("of_bodies", False),
        place=Place(about.pop("place", Place.MAIN)),
        turn=Turn(about.pop("turn", Turn.EVERY)),
        written_by=frozenset(about.pop("written_by")),
        manager_signs=about.pop("manager_signs", False),
        clocks=tuple(ClockRule(**rule) for rule in about.pop("clocks", ())),
    )
    if about:
        raise ValueError(f"{path.name}: minutes: no form says {', '.join(about)}")
    return made


def _part(raw: dict[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": raw["shared"], **shared[raw["shared"]]} if "shared" in raw else raw
