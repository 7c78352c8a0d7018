"""A document as an accessible page (WCAG 2.2 AA: language, title, headings, landmark, table heads)."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.panels.domain.document import Document, printable


def html(document: Document) -> bytes:
    """UTF-8. Everything that is put in is escaped: nothing in a text can become markup."""
    return _template().render(document=document).encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # What the template itself made (Markup) stays as it is.
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    environment.tests["kind"] = lambda block, name: type(block).__name__ == name
    return environment.get_template("document.html")
