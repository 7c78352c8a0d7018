"""The XML twin of a return in CSV: the same children, episodes and reviews in the layout of the collection's schema."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from xml.sax.saxutils import escape


def xml_twin(files: Mapping[str, bytes]) -> bytes:
    """Children in the order of the header; what belongs to no child of the header has no place in the XML form."""
    episodes, reviews = _by_child(files["episodes.csv"]), _by_child(files["reviews.csv"])
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<EXPSSDA903>"]
    for row in _rows(files["header.csv"]):
        lines += [
            "<CHILD>",
            "<HEADER>",
            _tag("CHILDID", row["CHILD"]),
            _tag("SEX", row["SEX"]),
            _tag("DOB", row["DOB"]),
        ]
        for review in reviews[row["CHILD"]]:
            code = _tag("REVIEW_CODE", review["REVIEW_CODE"])
            lines.append(f"<AREVIEW>{_tag('REVIEW', review['REVIEW'])}{code}</AREVIEW>")
        lines.append("</HEADER>")
        for episode in episodes[row["CHILD"]]:
            lines.append("<EPISODE>")
            lines += [
                _tag("PL" if name == "PLACE" else name, cell) for name, cell in episode.items() if name != "CHILD"
            ]
            lines.append("</EPISODE>")
        lines.append("</CHILD>")
    return "\n".join([*lines, "</EXPSSDA903>"]).encode()


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def _by_child(content: bytes) -> defaultdict[str, list[dict[str, str]]]:
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(content):
        found[row["CHILD"]].append(row)
    return found
