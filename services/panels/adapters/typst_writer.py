"""A document as an accessible PDF: the compiler refuses whatever PDF/UA-1 does not allow."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import typst

from services.panels.domain.document import Block, Document, Signature, printable

# From here on no typeface of ours has signs: East Asian scripts, pictures.
_NO_GLYPHS_FROM: Final = 0x2E80
_MOST_TRIES: Final = 50
_NOT_SHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')


def pdf(document: Document) -> bytes:
    """The same document gives the same bytes. A sign that no typeface has is written out by its name."""
    data = json.dumps(_data(document), ensure_ascii=False)
    for _ in range(_MOST_TRIES):
        try:
            return _compile(data)
        except typst.TypstError as refused:
            spelled = _without_glyphless(data, str(refused))
            if spelled == data:
                raise
            data = spelled
    raise ValueError("too many signs that no typeface has")


def _compile(data: str) -> bytes:
    made = typst.compile(
        _template(),
        format="pdf",
        font_paths=_typefaces(),
        ignore_system_fonts=True,
        sys_inputs={"document": data},
        pdf_standards=["ua-1"],
    )
    if not isinstance(made, bytes):
        raise TypeError("one PDF was to be made")
    return made


@cache
def _template() -> bytes:
    return (Path(__file__).parent / "templates" / "document.typ").read_bytes()


@cache
def _typefaces() -> typst.Fonts:
    """From packages alone, so that every machine makes the same pages."""
    folder = files("font_source_sans_pro") / "files"
    return typst.Fonts(include_system_fonts=False, font_paths=[Path(str(folder))])


def _data(document: Document) -> Mapping[str, object]:
    return {
        "title": printable(document.title),
        "pages_called": printable(document.pages_called),
        "facts": [[printable(text) for text in row] for row in document.facts],
        "blocks": [_block(block) for block in document.blocks],
    }


def _block(block: Block) -> Mapping[str, object]:
    fields = asdict(block) | ({"words": block.words} if isinstance(block, Signature) else {})
    return {"kind": type(block).__name__, **{name: _cleaned(value) for name, value in fields.items()}}


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    return [_cleaned(one) for one in value] if isinstance(value, list | tuple) else value


def _without_glyphless(data: str, refusal: str) -> str:
    named = _NOT_SHOWN.search(refusal)
    missing = set(named[1]) if named else set()
    return "".join(_in_words(one) if one in missing or ord(one) >= _NO_GLYPHS_FROM else one for one in data)


def _in_words(sign: str) -> str:
    return f"[{unicodedata.name(sign, 'unknown sign').lower()}]"
