"""A council's colours, and whether a person can read what stands on them (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Final

from rulebook.yaml_source import Document, Json, Violation

LEAST_CONTRAST: Final = 4.5
WHITE: Final = "#ffffff"
_MEETS: Final = {
    "header_colour": "white text on {0}",
    "link_colour": "{0} on white",
    "button_colour": "white text on {0}",
}


@dataclass(frozen=True, slots=True)
class Brand:
    """Colours in the form `#1d3c34`. White text stands on the header and the button; links stand on white.

    Its defaults are of no council: they are there until a pack says its own.
    """

    header_colour: str = "#3d4650"
    link_colour: str = "#2a5578"
    button_colour: str = "#2a5578"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21, in either order."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def brand_violations(document: Document, brand: Mapping[str, Json]) -> list[Violation]:
    """The colours of one layer on which, or in which, text cannot be read. Their form is the schema's to check."""
    found = ((name, str(colour), contrast(str(colour), WHITE)) for name, colour in brand.items())
    return [
        document.violation(("brand", name), _too_weak(name, colour, ratio))
        for name, colour, ratio in found
        if ratio < LEAST_CONTRAST
    ]


def _too_weak(name: str, colour: str, ratio: float) -> str:
    # Cut and not rounded, so that 4.499 is not shown as 4.50.
    shown = floor(ratio * 100) / 100
    return (
        f"{name}: {_MEETS[name].format(colour)} has a contrast of {shown:.2f}:1; at least {LEAST_CONTRAST}:1 is needed"
    )


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
