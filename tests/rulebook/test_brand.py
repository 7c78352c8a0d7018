"""A council's colours: laid over each other like all of a pack, and refused where a person could not read."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from told import copy_pack

from rulebook.brand import LEAST_CONTRAST, WHITE, Brand, contrast
from rulebook.pack import Pack, load_pack, pack_names
from rulebook.yaml_source import PackError

HEAD = 'pack: made\ntitle: Made up\nversion: "1"\nextends: england\ndocuments: {}\nrules: []\n'


def made(folder: Path, brand: str) -> Pack:
    copy_pack("england", folder)
    (folder / "made.yaml").write_text(HEAD + brand)
    return load_pack("made", folder)


def refused(folder: Path, brand: str) -> list[str]:
    with pytest.raises(PackError) as error:
        made(folder, brand)
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # Figures of the WCAG's own definition: black on white, and the greys on either side of 4.5:1.
    [("#000000", WHITE, 21.0), (WHITE, WHITE, 1.0), ("#767676", WHITE, 4.54), ("#777777", WHITE, 4.48)],
)
def test_contrast_is_counted_as_the_guidelines_define_it(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("pack", pack_names())
def test_text_can_be_read_in_every_pack(pack: str) -> None:
    brand = load_pack(pack).brand
    assert all(contrast(getattr(brand, one.name), WHITE) >= LEAST_CONTRAST for one in fields(Brand))


def test_a_pack_without_colours_has_neutral_ones() -> None:
    assert load_pack("england").brand == Brand() == load_pack("bcp").brand
    assert load_pack("northmoor").brand == Brand("#16434a", "#0f5c6b", "#1d6b5e")


def test_a_pack_lays_its_colours_over_those_under_it(tmp_path: Path) -> None:
    copy_pack("bcp", tmp_path)
    below = made(tmp_path, 'brand: {header_colour: "#1D3C34", link_colour: "#5a2a6e"}\n')
    assert below.brand == Brand("#1d3c34", "#5a2a6e", Brand().button_colour)
    above = HEAD.replace("pack: made", "pack: above").replace("england", "made")
    (tmp_path / "above.yaml").write_text(above + 'brand: {link_colour: "#004050"}\n')
    assert load_pack("above", tmp_path).brand == Brand("#1d3c34", "#004050", Brand().button_colour)


@pytest.mark.parametrize(
    ("name", "colour", "says"),
    [
        ("header_colour", "#7fb3a0", "white text on #7fb3a0 has a contrast of 2.37:1; at least 4.5:1 is needed"),
        ("button_colour", "#ffdd00", "white text on #ffdd00 has a contrast of 1.34:1; at least 4.5:1 is needed"),
        ("link_colour", "#777777", "#777777 on white has a contrast of 4.47:1; at least 4.5:1 is needed"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_with_its_ratio(
    tmp_path: Path, name: str, colour: str, says: str
) -> None:
    column = len(f"  {name}: ") + 1
    assert refused(tmp_path, f'brand:\n  {name}: "{colour}"\n') == [f"made.yaml:8:{column}: {name}: {says}"]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ('"teal"', "'teal' does not match"),
        ('"#1d3"', "'#1d3' does not match"),
        ('"#1d3c3400"', "'#1d3c3400' does not match"),
        ('"#1d3c34\\n"', "is too long"),
        ('"red; background: url(x)"', "does not match"),
        ("#1d3c34", "None is not of type 'string'"),
        ("123456", "123456 is not of type 'string'"),
    ],
)
def test_what_is_no_colour_is_refused(tmp_path: Path, value: str, says: str) -> None:
    lines = refused(tmp_path, f"brand:\n  header_colour: {value}\n")
    assert all(line.startswith("made.yaml:8:") and "header_colour: " in line for line in lines)
    assert any(says in line for line in lines)


def test_every_bad_colour_is_told_at_once(tmp_path: Path) -> None:
    lines = refused(
        tmp_path, 'brand:\n  header_colour: "#eeeeee"\n  link_colour: "#dddddd"\n  button_colour: "#003366"\n'
    )
    assert [line.split(":")[1] for line in lines] == ["8", "9"]


@pytest.mark.parametrize(("brand", "says"), [("brand: {}\n", "brand"), ('brand: {footer: "#000000"}\n', "footer")])
def test_a_brand_says_something_and_nothing_unknown(tmp_path: Path, brand: str, says: str) -> None:
    assert any(says in line for line in refused(tmp_path, brand))
